import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { METRICS, RUNTIME_METRICS } from '../../observability/catalogue.ts';
import { commandsOf, filled, metricsSought } from './runbook-commands.ts';

const FOLDER = fileURLToPath(new URL('../../ops/runbooks/', import.meta.url));

test('the commands of a runbook are the lines of its blocks and the code of its sentences', () => {
  const runbook = [
    ...['Look at `sluice_worker_serving`.', '```sh', 'curl a', 'temporal b', '```', ''],
    ...[
      '- `sluice runs retry <run>`, or `SELECT f(<pid>)`; never `pg_f`.',
      '- `temporal schedule list`, `sluice-exports`',
    ],
  ].join('\n');
  expect(commandsOf(runbook)).toEqual([
    { kind: 'shell', text: 'curl a' },
    { kind: 'shell', text: 'temporal b' },
    { kind: 'sluice', text: 'sluice runs retry <run>' },
    { kind: 'sql', text: 'SELECT f(<pid>)' },
    { kind: 'temporal', text: 'temporal schedule list' },
  ]);
});

test('placeholders get their values in order, and nothing is left to be guessed', () => {
  expect(filled('a <x> --from <time> --to <time>', { x: '1', time: ['2', '3'] })).toBe('a 1 --from 2 --to 3');
  expect(() => filled('a <y>', { x: '1' })).toThrow('no value for <y>');
  expect(() => filled('a --from … --to …', {})).toThrow('nobody can run');
});

test('metrics that a command looks for', () => {
  expect(metricsSought("curl x | awk '/^(a_b|c)/'")).toEqual(['a_b', 'c']);
  expect(metricsSought("curl x | awk '/^sluice_(capture|clickhouse)/'")).toEqual([
    'sluice_capture',
    'sluice_clickhouse',
  ]);
  expect(metricsSought("curl x | awk '/^temporal_a/'")).toEqual(['temporal_a']);
  expect(metricsSought('curl x')).toEqual([]);
});

test.each(readdirSync(FOLDER).filter((file) => file.startsWith('Sluice')))(
  '%s looks for metrics that there are',
  (file) => {
    const known = [...Object.keys(METRICS), ...Object.keys(RUNTIME_METRICS)];
    const sought = commandsOf(readFileSync(`${FOLDER}${file}`, 'utf8')).flatMap(({ text }) => metricsSought(text));
    const isKnown = (name: string): boolean =>
      known.some((metric) => metric.startsWith(name.replace(/_(?:sum|count|bucket)$/, '')));
    expect(sought.filter((name) => !isKnown(name))).toEqual([]);
  },
);

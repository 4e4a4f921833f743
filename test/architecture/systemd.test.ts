import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT_CONFIG } from '../../cli/exit-codes.ts';
import { envSchema } from '../../config.ts';

/** The units, as far as they can be checked without systemd. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = path.join(ROOT, 'ops/systemd');
const DOCKERFILE = readFileSync(path.join(ROOT, 'Dockerfile'), 'utf8');

type Unit = (setting: string) => string[];

function unitOf(file: string): Unit {
  const lines = readFileSync(path.join(FOLDER, file), 'utf8').split('\n');
  const settings = lines.filter((line) => /^[A-Z]\w+=/.test(line)).map((line) => line.split(/=(.*)/s));
  return (setting) => settings.filter(([name]) => name === setting).map(([, value = '']) => value);
}

const units = readdirSync(FOLDER).map((file) => ({ file, unit: unitOf(file) }));
const services = units.filter(({ unit }) => unit('Type').length === 0);
const variablesOf = (unit: Unit): string[][] =>
  unit('Environment').flatMap((text) => text.split(' ').map((pair) => pair.split('=')));

test('there is one for each command of a deployment', () => {
  const commands = units.map(({ unit }) => /dist\/cli\.js (\w+)$/.exec(unit('ExecStart').join())?.[1]);
  expect(commands.toSorted()).toEqual(['server', 'setup', 'worker']);
  expect(services).toHaveLength(2);
});

describe.each(units)('$file', ({ unit }) => {
  test('sets variables that the config knows, or that the image sets alike', () => {
    for (const [name = '', value = ''] of variablesOf(unit)) {
      const field = envSchema.shape[name as keyof typeof envSchema.shape] as
        (typeof envSchema.shape)['SLUICE_METRICS_PORT'] | undefined;
      expect({ name, known: field?.safeParse(value).success ?? DOCKERFILE.includes(`${name}=${value}`) }).toEqual({
        ...{ name, known: true },
      });
    }
  });

  test('runs without rights, with secrets from a file', () => {
    expect(unit('User')).toEqual(['sluice']);
    expect(unit('NoNewPrivileges')).toEqual(['true']);
    expect(unit('EnvironmentFile')).toEqual(['/etc/sluice/env']);
  });
});

test('a process is given time to stop, started again for ever, but not with a wrong configuration', () => {
  for (const { unit } of services) {
    const graceMs = envSchema.shape.SLUICE_SHUTDOWN_GRACE_MS.parse(undefined);
    expect(Number(unit('TimeoutStopSec')) * 1_000).toBeGreaterThan(graceMs);
    expect(unit('Restart')).toEqual(['always']);
    expect(unit('StartLimitIntervalSec')).toEqual(['0']);
    expect(unit('RestartPreventExitStatus')).toEqual([String(EXIT_CONFIG)]);
  }
});

test('no two processes show their metrics on one port', () => {
  const ports = services.flatMap(({ unit }) =>
    variablesOf(unit).flatMap(([name, value]) => (name === 'SLUICE_METRICS_PORT' ? [value] : [])),
  );
  expect(new Set(ports).size).toBe(services.length);
});

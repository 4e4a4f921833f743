import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { prometheusProgram } from '../../dev/prometheus.ts';
import type { Alert } from '../../ops/source/alert.ts';
import { burns } from '../../ops/source/alerts/burns.ts';
import { ALERTS } from '../../ops/source/alerts.ts';

/** The rules, checked and tried by Prometheus' own tools. */
const run = promisify(execFile);
const OPS = fileURLToPath(new URL('../../ops', import.meta.url));
const RULES = ['recording', 'alerts'].map((name) => path.join(OPS, 'prometheus', `${name}.yml`));
const all = Object.values(ALERTS).flat();

test('promtool accepts the rules and the configurations for Compose and Kubernetes', async () => {
  // `lint=all` is the default: a rule twice fails it.
  const { stdout } = await run(await prometheusProgram('promtool'), ['check', 'rules', ...RULES]);
  expect(stdout.match(/SUCCESS/g)).toHaveLength(RULES.length);
  const folder = await mkdtemp(path.join(tmpdir(), 'sluice-scrapes-'));
  try {
    const configs = [path.join(OPS, 'prometheus.yml'), path.join(folder, 'kubernetes.yml')];
    await writeFile(path.join(folder, 'kubernetes.yml'), await withoutDiscovery('prometheus-kubernetes.yml'));
    const checked = await promtool(['check', 'config', '--syntax-only', ...configs]);
    expect(checked.match(/SUCCESS/g)).toHaveLength(configs.length);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 180_000);

test('amtool accepts the example of an Alertmanager', async () => {
  const { stdout } = await run(await prometheusProgram('amtool'), ['check-config', path.join(OPS, 'alertmanager.yml')]);
  expect(stdout).toContain('SUCCESS');
}, 180_000);

/** Objectives burn on recorded ratios; evaluating those for every other alert too would take a minute. */
const groups = [
  { name: 'of objectives', alerts: burns, rules: RULES },
  { name: 'of everything else', alerts: all.filter((alert) => !burns.includes(alert)), rules: RULES.slice(1) },
];

test.each(groups)(
  'each alert $name fires on its scenario and is quiet on the other',
  async ({ alerts, rules }) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'sluice-rules-'));
    try {
      const file = path.join(folder, 'tests.yml');
      const tests = alerts.flatMap((alert) => scenarios(alert));
      await writeFile(file, stringify({ rule_files: rules, evaluation_interval: '1m', tests }, { lineWidth: 0 }));
      expect(await promtool(['test', 'rules', file])).toContain('SUCCESS');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  180_000,
);

/** Debian's Prometheus is built without Kubernetes: what it discovers there is left out. */
async function withoutDiscovery(file: string): Promise<string> {
  const config = parse(await readFile(path.join(OPS, file), 'utf8')) as { scrape_configs: Record<string, unknown>[] };
  for (const scrape of config.scrape_configs) {
    expect(scrape).toHaveProperty('kubernetes_sd_configs');
    delete scrape['kubernetes_sd_configs'];
  }
  return stringify(config);
}

/** What it prints; it prints what is wrong as well. */
async function promtool(args: string[]): Promise<string> {
  const { stdout, stderr } = await run(await prometheusProgram('promtool'), args).catch(
    (error: unknown) => error as { stdout?: string; stderr?: string },
  );
  return `${stdout ?? ''}${stderr ?? ''}`;
}

function scenarios(alert: Alert): object[] {
  const { fires, firesToo = [], quiet } = alert.test;
  return [...[fires, ...firesToo].map((given) => scenario(alert, given, true)), scenario(alert, quiet, false)];
}

/**
 * Alerts of one name and severity may be several rules; promtool compares them all, so labels alone are asked for. Each
 * that the summary names must be there, or somebody is called to ''.
 */
function scenario(alert: Alert, given: Readonly<Record<string, string>>, fires: boolean): object {
  const { name, severity, summary } = alert;
  const named = [...summary.matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => `, ${label}!=""`);
  const matcher = `alertname="${name}", severity="${severity}", alertstate="firing"`;
  return {
    name: `${name} ${severity} ${fires ? 'fires' : 'is quiet'} on ${Object.keys(given).join(' ')}`,
    interval: '1m',
    input_series: Object.entries(given).map(([series, values]) => ({ series, values })),
    promql_expr_test: [
      {
        expr: `count(ALERTS{${matcher}${fires ? named.join('') : ''}}) > bool 0 or vector(0)`,
        eval_time: alert.test.at ?? '1h',
        exp_samples: [{ labels: '{}', value: fires ? 1 : 0 }],
      },
    ],
  };
}

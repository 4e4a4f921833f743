import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { stringify } from 'yaml';
import type { ActivityDeps } from '../../activities/deps.ts';
import { reportMissed } from '../../activities/missed-deliveries.ts';
import { deliveryShardWorkflowId } from '../../core/ids.ts';
import type { LaneConfig } from '../../delivery/shard/lane-config.ts';
import { freePort } from '../../dev/free-port.ts';
import { startPrometheus, type PrometheusServer } from '../../dev/prometheus.ts';
import { findTemporal } from '../../dev/temporal.ts';
import { findOnPath } from '../../dev/toolchain.ts';
import { tally } from '../../core/statistics.ts';
import { METRICS, RUNTIME_METRICS } from '../../observability/catalogue.ts';
import { createMetrics } from '../../observability/metrics.ts';
import { DASHBOARDS } from '../../ops/source/dashboards.ts';
import { alertRules, recordingRules } from '../../ops/source/rules.ts';
import { commandRunner } from '../cli/run-command.ts';
import { endCommands, runSluice, type RunningCommand } from '../e2e/support/sluice-process.ts';
import { WebhookTeam, untilAccepted, uuids, type Hook } from '../e2e/support/webhook-team.ts';
import { eventually } from '../support/eventually.ts';
import { ONLY_AFTER_FAILURES, onlySometimes } from './only-sometimes.ts';
import { commandsOf, filled, metricsSought, type RunbookCommand, type Values } from './runbook-commands.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

jest.setTimeout(240_000);

/** A running system, scraped by a real Prometheus with the rules that operators get, evaluated each second. */
const run = promisify(execFile);
const OPS = fileURLToPath(new URL('../../ops', import.meta.url));
const EVENTS = 40;

let system: TestSystem;
let prometheus: PrometheusServer;
let team: WebhookTeam;
let hook: Hook;
let delivered = 0;

beforeAll(async () => {
  system = await startTestSystem({ ownServers: true, env: { SLUICE_DELIVERY_REPORT_EVERY_MS: '1000' } });
  const groups = [...recordingRules().groups, ...alertRules().groups].map((group) => ({ ...group, interval: '1s' }));
  await writeFile(path.join(system.directory, 'rules.yml'), stringify({ groups }));
  const configFile = path.join(system.directory, 'prometheus.yml');
  await writeFile(configFile, stringify(scrapeConfig(system)));
  prometheus = await startPrometheus({ dataDir: system.directory, port: await freePort(), configFile });
  team = await WebhookTeam.create(system);
  hook = await team.hook({ events: ['signed up'] });
  await captureAndDeliver();
  delivered = hook.accepted().size;
});
afterAll(async () => {
  await team.close();
  await prometheus.stop();
  await system.stop();
});

function scrapeConfig({ directory, system: { metricsUrls } }: TestSystem): Record<string, unknown> {
  const jobs = Object.entries(metricsUrls).map(([name, url]) => ({
    job_name: `sluice-${name}`,
    static_configs: [{ targets: [new URL(url).host] }],
  }));
  return {
    global: { scrape_interval: '1s' },
    rule_files: [path.join(directory, 'rules.yml')],
    scrape_configs: jobs,
  };
}

async function captureAndDeliver(): Promise<void> {
  const events = uuids(EVENTS);
  await team.capture(events.map((uuid) => ({ uuid })));
  await untilAccepted(hook, events);
}

interface Answer {
  status: string;
  error?: string;
  data: { result: { metric: Record<string, string>; value: [number, string] }[] };
}

async function ask(query: string): Promise<Answer> {
  const response = await fetch(`${prometheus.url}/api/v1/query?${new URLSearchParams({ query }).toString()}`);
  return (await response.json()) as Answer;
}

test('every metric of the catalogue is shown, and what the runtimes are expected to show', async () => {
  const text = async (name: string): Promise<string> => (await fetch(system.system.metricsUrls[name] ?? '')).text();
  const missing = (names: string[], shown: string): string[] =>
    names.filter((name) => !shown.includes(`# TYPE ${name} `));
  for (const name of ['worker', 'server']) {
    expect(missing(Object.keys(METRICS), await text(name))).toEqual([]);
  }
  // Shown once the first of them has been measured.
  const runtime = Object.keys(RUNTIME_METRICS).filter((name) => name !== 'up' && !ONLY_AFTER_FAILURES.includes(name));
  await eventually(async () => expect(missing(runtime, await text('worker'))).toEqual([]), { timeoutMs: 90_000 });
});

test('Prometheus counts as many deliveries as the receiver has answered', async () => {
  expect(delivered).toBe(EVENTS);
  await eventually(async () => {
    const { data } = await ask('sum(sluice_delivery_attempts_total{kind="generic", outcome="delivered"})');
    expect(data.result.map(({ value }) => value[1])).toEqual([String(EVENTS)]);
    const webhooks = await ask('max by (kind, health) (sluice_webhooks)');
    expect(webhooks.data.result.map(({ metric }) => metric)).toEqual([{ kind: 'generic', health: 'healthy' }]);
    const captured = await ask('sum(sluice_capture_events_total)');
    expect(captured.data.result.map(({ value }) => value[1])).toEqual([String(EVENTS)]);
  });
});

describe('statistics from history', () => {
  interface Stats {
    outcomes: Record<string, number>;
    success_rate: number;
    retries: Record<string, number>;
    open: number;
    complete: boolean;
    latency_ms: Record<'queue' | 'run' | 'end_to_end', { count: number; p50: number; max: number } | null>;
  }
  const [GOOD, LATE, BAD] = [30, 3, 2];
  /** A shard tries twice; what comes after that is a retry. */
  const retriesSeen = (tries: ReadonlyMap<string, number>): Record<string, number> => {
    const table: Record<string, number> = {};
    tries.forEach((made) => tally(table, Math.max(0, made - 2)));
    return table;
  };
  const counted = async (query: string): Promise<number> =>
    (await ask(`sum(${query}) or vector(0)`)).data.result.map(({ value }) => Number(value[1]))[0] ?? NaN;

  test('of a webhook say what attempt log, receiver and Prometheus say', async () => {
    const before = await counted('sluice_delivery_attempts_total{outcome="delivered"}');
    const hook = await team.hook({ events: ['good', 'late', 'bad'], retry_schedule_ms: [1_000, 1_000] });
    const tries = new Map<string, number>();
    hook.react(({ webhookId, body }) => {
      const { type } = JSON.parse(body) as { type: string };
      const made = (tries.get(webhookId) ?? 0) + 1;
      tries.set(webhookId, made);
      return { status: type === 'bad' || (type === 'late' && made < 3) ? 500 : 200 };
    });
    const named = (event: string, count: number): { event: string }[] =>
      Array.from({ length: count }, () => ({ event }));
    await team.capture([...named('good', GOOD), ...named('late', LATE), ...named('bad', BAD)]);
    await eventually(
      async () => {
        const stats = await team.team.api<Stats>('GET', `/stats/${hook.id}`);
        expect(stats).toMatchObject({
          outcomes: { delivered: GOOD + LATE, discarded: BAD },
          retries: retriesSeen(tries),
          ...{ success_rate: (GOOD + LATE) / (GOOD + LATE + BAD), open: 0, complete: true },
        });
        expect(stats.latency_ms.end_to_end?.count).toBe(GOOD + LATE);
        expect(stats.latency_ms.run?.count).toBe(LATE + BAD);
        // A late event waited half a second for its second try and a second for its retry.
        expect(stats.latency_ms.end_to_end?.max).toBeGreaterThan(1_000);
      },
      { timeoutMs: 90_000 },
    );
    // One more where the machine was too slow for an answer in time.
    expect([...tries.values()].filter((made) => made >= 4).length).toBeGreaterThanOrEqual(BAD);
    expect(hook.accepted().size).toBe(GOOD + LATE);
    await eventually(async () => {
      expect(await team.stats(hook)).toMatchObject({ delivered: GOOD + LATE, discarded: BAD });
      expect(await counted('sluice_delivery_attempts_total{outcome="delivered"}')).toBe(before + GOOD + LATE);
      expect(await counted('sluice_delivery_attempts_total{outcome="discarded"}')).toBe(BAD);
    });
  });

  test('of an export say what its runs and Prometheus say, and the range is respected', async () => {
    const { api } = team.team;
    const directory = path.join(system.directory, 'lake');
    await mkdir(directory);
    const destination = await api<{ id: string }>('POST', '/destinations', {
      ...{ name: 'lake', kind: 'file', config: { directory } },
    });
    const format = { file_format: 'jsonl', compression: 'none' };
    const created = { name: 'lake', destination_id: destination.id, interval: 'day', format };
    const { id } = await api<{ id: string }>('POST', '/exports', created);
    await api('POST', `/exports/${id}/run`, {});
    await eventually(
      async () => {
        const stats = await api<Stats>('GET', `/stats/${destination.id}`);
        expect(stats).toMatchObject({ outcomes: { completed: 1 }, retries: { 0: 1 }, success_rate: 1, open: 0 });
        // Nothing was owed: somebody has asked for the run.
        expect(stats.latency_ms).toMatchObject({ queue: null, run: { count: 1 }, end_to_end: null });
        expect(await counted('sluice_export_runs_total{kind="file", status="completed"}')).toBe(1);
      },
      { timeoutMs: 90_000 },
    );
    const { items } = await api<{ items: { status: string }[] }>('GET', `/exports/${id}/runs`);
    expect(items.map(({ status }) => status)).toEqual(['completed']);
    const past = await api<Stats>('GET', `/stats/${destination.id}?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z`);
    expect(past).toMatchObject({ outcomes: {}, success_rate: null, complete: false });
  });
});

test('the query of every panel is answered, with values of this system', async () => {
  // What came before its webhook's lane began, as above it may have, counts for no objective.
  await captureAndDeliver();
  const queries = DASHBOARDS.flatMap(({ slug, rows }) =>
    rows.flatMap(({ panels }) =>
      panels.flatMap(({ title, queries }) => queries.map(({ expr }) => ({ of: `${slug}: ${title}`, expr }))),
    ),
  );
  expect(queries.length).toBeGreaterThan(60);
  expect(queries.filter(({ expr }) => !onlySometimes(expr)).length).toBeGreaterThan(50);
  const asked = async ({ of, expr }: { of: string; expr: string }): Promise<object[]> => {
    const { status, error, data } = await ask(expr.replaceAll('$__rate_interval', '1m'));
    const answered = status === 'success' && (data.result.length > 0 || onlySometimes(expr));
    return answered ? [] : [{ of, expr, error }];
  };
  await eventually(
    async () => {
      expect((await Promise.all(queries.map(asked))).flat()).toEqual([]);
    },
    { timeoutMs: 120_000, intervalMs: 1_000 },
  );
});

test('every rule is evaluated without an error, and nothing alarms', async () => {
  await eventually(async () => {
    const response = await fetch(`${prometheus.url}/api/v1/rules`);
    const { data } = (await response.json()) as {
      data: { groups: { rules: { name: string; health: string; state?: string }[] }[] };
    };
    const rules = data.groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(40);
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    expect(rules.filter(({ state }) => state === 'firing')).toEqual([]);
  });
});

describe('runbooks', () => {
  const folder = path.join(OPS, 'runbooks');
  const runbooks = readdirSync(folder).filter((file) => file.startsWith('Sluice'));
  let env: Record<string, string>;
  let prepared: Values;
  let idle: pg.Client;

  beforeAll(async () => {
    const bin = path.join(system.directory, 'bin');
    await mkdir(bin, { recursive: true });
    await symlink(await findTemporal(() => undefined), path.join(bin, 'temporal'));
    if (findOnPath('psql') === undefined) {
      await writeFile(path.join(bin, 'psql'), PSQL, { mode: 0o755 });
    }
    const { config } = system;
    env = {
      HOME: system.directory,
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      SLUICE_METRICS_URL: system.system.metricsUrls['worker'] ?? '',
      SLUICE_SERVER_METRICS_URL: system.system.metricsUrls['server'] ?? '',
      SLUICE_API_URL: system.system.apiUrl,
      DATABASE_URL: config.postgres.url,
      CLICKHOUSE_URL: config.clickhouse.url,
      CLICKHOUSE_DATABASE: config.clickhouse.database,
      TEMPORAL_ADDRESS: config.temporal.address,
    };
    idle = new pg.Client({ connectionString: config.postgres.url });
    // A runbook ends it.
    idle.on('error', () => undefined);
    await idle.connect();
    const { rows } = await idle.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const [event = ''] = await team.capture([{ event: 'of a runbook' }]);
    prepared = {
      ...{ event, pid: String(rows[0]?.pid), look: 'fill-gaps', workflow: deliveryShardWorkflowId(0) },
      ...(await failedRun()),
      time: [midnight(2), midnight(0)],
    };
  });
  afterAll(async () => {
    await endCommands();
    await idle.end().catch(() => undefined);
  });

  const midnight = (daysAgo: number): string =>
    `${new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`;

  /** An export by day, and a run of it that has exported nothing. */
  async function failedRun(): Promise<{ export: string; run: string }> {
    const { api } = team.team;
    const config = { directory: path.join(system.directory, 'of-runbooks') };
    const destination = await api<{ id: string }>('POST', '/destinations', {
      name: 'of runbooks',
      kind: 'file',
      config,
    });
    const format = { file_format: 'jsonl', compression: 'none' };
    const made = { name: 'of runbooks', destination_id: destination.id, interval: 'day', format };
    const { id } = await api<{ id: string }>('POST', '/exports', made);
    await api('POST', `/exports/${id}/run`, {});
    const run = await eventually(
      async () => {
        const { items } = await api<{ items: { id: string; status: string }[] }>('GET', `/exports/${id}/runs`);
        expect(items[0]?.status).toBe('completed');
        return items[0]?.id ?? '';
      },
      { timeoutMs: 90_000 },
    );
    await idle.query(`UPDATE export_runs SET status = 'failed' WHERE id = $1`, [run]);
    await idle.query('UPDATE interval_ledger SET committed_run_id = NULL, committed_at = NULL WHERE export_id = $1', [
      id,
    ]);
    return { export: id, run };
  }

  test.each(runbooks)('every command of %s works, and shows the metrics that it is there for', async (file) => {
    const commands = commandsOf(readFileSync(path.join(folder, file), 'utf8'));
    expect(commands.filter(({ kind }) => kind === 'shell')).not.toEqual([]);
    const values = { ...prepared, webhook: (await team.hook()).id };
    for (const { kind, text } of commands) {
      const command = filled(text, values);
      const failure = await RUN[kind](command).catch((error: unknown) => String(error));
      expect({ command, failure }).toEqual({ command, failure: undefined });
    }
  });

  test('what an audit found abandoned is named by the first look, for the replay to send it', async () => {
    const { id } = await team.hook();
    const [event = ''] = uuids(1);
    const deps = {
      clickhouse: system.clickhouse,
      metrics: createMetrics({ runtime: false }),
      logger: { warn: jest.fn() },
    };
    await reportMissed(deps as unknown as ActivityDeps, { destinationId: id, teamId: 1 } as LaneConfig, {
      range: { startMicros: 0, endMicros: 3_600_000_000 },
      ...{ compared: 1, missed: { retried: [], known: [], abandoned: [event] } },
    });
    const runbook = readFileSync(path.join(folder, 'SluiceDeliveriesMissed.md'), 'utf8');
    const look = commandsOf(runbook).find(({ text }) => text.includes('log_entries'));
    const { stdout } = await run('bash', ['-c', look?.text ?? 'false'], { env });
    expect(stdout).toContain(event);
    expect(stdout).toContain(id);
  });

  /** Each answers undefined, or why it does not work. */
  const RUN: Record<RunbookCommand['kind'], (command: string) => Promise<string | undefined>> = {
    shell: async (command) => {
      const { stdout } = await run('bash', ['-eo', 'pipefail', '-c', command], { env, timeout: 60_000 });
      const isThere = (name: string): boolean => new RegExp(`^${name}`, 'm').test(stdout);
      const missing = metricsSought(command).filter((name) => !isThere(name) && !onlySometimes(name));
      return missing.length === 0 ? undefined : `shows no ${missing.join(', ')}`;
    },
    temporal: (command) => RUN.shell(command),
    sql: (command) => RUN.shell(`psql "$DATABASE_URL" -c ${JSON.stringify(command)}`),
    http: async (command) => {
      const [method = '', route = ''] = command.split(' ');
      const headers = { authorization: `Bearer ${team.team.apiKey}` };
      const { ok, status } = await fetch(`${system.system.apiUrl}${route}`, { method, headers });
      return ok ? undefined : String(status);
    },
    npm: (command) => {
      const { scripts } = JSON.parse(readFileSync(path.join(OPS, '../package.json'), 'utf8')) as { scripts: object };
      return Promise.resolve(command.replace('npm run ', '') in scripts ? undefined : 'there is no such script');
    },
    sluice: (command) => {
      const [, ...words] = command.split(' ');
      return OF_OPERATORS.has(words[0] ?? '') ? operatorCommand(words) : apiCommand(words);
    },
  };

  async function apiCommand(words: string[]): Promise<string | undefined> {
    const { code, text } = await commandRunner({ url: system.system.apiUrl, key: team.team.apiKey })(...words);
    return code === 0 ? undefined : text;
  }

  /** They ask the servers themselves; once is enough. What `doctor` thinks of this machine's disk is not at stake. */
  const OF_OPERATORS = new Set(['setup', 'doctor']);
  const ran = new Map<string, Promise<string | undefined>>();

  function operatorCommand(words: string[]): Promise<string | undefined> {
    const known = ran.get(words.join(' '));
    const running = known ?? endOf(runSluice(words, system.system.env));
    ran.set(words.join(' '), running);
    return running;
  }

  async function endOf({ ended, stdout, stderr }: RunningCommand): Promise<string | undefined> {
    const { code } = await ended;
    return code === 0 || stdout().includes('clock.clickhouse') ? undefined : stderr();
  }
});

/** For machines without PostgreSQL's own client: `psql URL -c SQL`. */
const PSQL = `#!/usr/bin/env node
const { Client } = require(${JSON.stringify(fileURLToPath(new URL('../../node_modules/pg', import.meta.url)))});
const client = new Client(process.argv[2]);
client.connect().then(() => client.query(process.argv[4])).then(({ rows }) => console.table(rows)).finally(() => client.end());
`;

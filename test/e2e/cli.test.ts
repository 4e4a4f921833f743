import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { envSchema } from '../../config.ts';
import { freePort } from '../../dev/free-port.ts';
import { startStack, type Stack } from '../../dev/stack.ts';
import { endCommands, runNpm, runSluice, type RunningCommand } from './support/sluice-process.ts';

let directory: string;
let stack: Stack;
let env: Record<string, string>;
let demo: RunningCommand;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-cli-'));
  // Mostly waits for the end of a minute: it runs beside the other tests.
  demo = runNpm('demo', ['--json', '--exit', '--s3'], { SLUICE_DATA_DIR: join(directory, 'demo') });
  const parts = { temporal: true, clickhouse: true, postgres: true };
  stack = await startStack({ dataDir: join(directory, 'stack'), parts });
  env = {
    DATABASE_URL: stack.databaseUrl,
    CLICKHOUSE_URL: stack.clickhouseUrl,
    TEMPORAL_ADDRESS: stack.temporalAddress,
    SLUICE_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    SLUICE_PORT: '0',
    SLUICE_METRICS_PORT: '0',
    SLUICE_DELIVERY_SHARDS: '2',
  };
}, 120_000);

afterAll(async () => {
  await endCommands();
  await stack.stop();
  await rm(directory, { recursive: true, force: true });
}, 60_000);

describe('sluice setup', () => {
  test('prepares empty servers, and finds nothing to do the second time', async () => {
    const first = runSluice(['setup', '--json', '--team', 'Acme'], env);
    expect(await first.ended).toEqual({ code: 0, signal: null });
    const summary = onlyObject(first);
    expect(summary).toEqual({
      postgresMigrations: expect.arrayContaining(['0001_control_plane.sql']),
      clickhouseMigrations: expect.arrayContaining(['0001_event_log.sql']),
      retentionChanged: [],
      searchAttributesAdded: expect.arrayContaining(['SluiceDestinationId', 'SluiceOutcome', 'SluiceRows']),
      warnings: [],
      access: {
        teamId: expect.any(Number),
        captureToken: expect.stringMatching(/^\S{20,}$/),
        apiKey: expect.stringMatching(/^sk_[\w-]{43}$/),
      },
    });

    const second = runSluice(['setup', '--json'], env);
    expect(await second.ended).toEqual({ code: 0, signal: null });
    expect(onlyObject(second)).toEqual({
      postgresMigrations: [],
      clickhouseMigrations: [],
      retentionChanged: [],
      searchAttributesAdded: [],
      warnings: [],
    });

    const SLUICE_OLD_ENCRYPTION_KEYS = Buffer.alloc(32, 1).toString('base64');
    const rotation = runSluice(['rotate-keys', '--json'], { ...env, SLUICE_OLD_ENCRYPTION_KEYS });
    expect(await rotation.ended).toEqual({ code: 0, signal: null });
    expect(onlyObject(rotation)).toMatchObject({
      tables: expect.arrayContaining([{ table: 'destinations', resealed: 0, unreadable: 0 }]),
    });
  }, 120_000);

  test('a server that is not there is named, without its password', async () => {
    const port = await freePort();
    const setup = runSluice(['setup'], {
      ...env,
      DATABASE_URL: `postgres://sluice:hunter2@127.0.0.1:${String(port)}/sluice`,
    });
    expect(await setup.ended).toEqual({ code: 1, signal: null });
    expect(setup.stderr()).toContain(`127.0.0.1:${String(port)}`);
    expect(setup.stdout() + setup.stderr()).not.toContain('hunter2');
  }, 60_000);
});

describe('a configuration that is not usable', () => {
  test.each(['server', 'worker', 'setup'])(
    '%s ends with 78 and a table of every variable at fault',
    async (command) => {
      const wrong = {
        SLUICE_PORT: 'eighty',
        SLUICE_ENCRYPTION_KEY: 'hunter2',
        SLUICE_CAPTURE_INSERT_TIMEOUT_MS: '60000',
        SLUICE_QUEUES: 'exports,imports',
        TEMPORAL_ADDRESS: '  ',
      };
      const refused = runSluice([command], wrong);
      expect(await refused.ended).toEqual({ code: 78, signal: null });
      const rows = refused.stderr().split('\n').slice(1, -2);
      const table = Object.fromEntries(rows.map((row) => row.trim().split(/\s{2,}/)));
      expect(table).toEqual({
        DATABASE_URL: 'is required',
        CLICKHOUSE_URL: 'is required',
        TEMPORAL_ADDRESS: 'is required',
        SLUICE_ENCRYPTION_KEY: expect.stringContaining('32 bytes in base64'),
        SLUICE_PORT: expect.stringContaining('whole number, from 0 to 65535'),
        SLUICE_CAPTURE_INSERT_TIMEOUT_MS: expect.stringContaining('below SLUICE_VISIBILITY_BOUND_MS'),
        SLUICE_QUEUES: expect.stringContaining('exports, backfills, deliveries, retries'),
      });
      expect(Object.keys(envSchema.shape)).toEqual(expect.arrayContaining(Object.keys(table)));
      expect(new Set(rows.map((row) => /^ {2}\S+ +/.exec(row)?.[0].length)).size).toBe(1);
      expect(refused.stderr()).not.toContain('hunter2');
      expect(refused.stdout()).toBe('');
    },
    60_000,
  );

  test('an unknown queue is refused by name', async () => {
    const refused = runSluice(['worker', '--queues', 'exports,imports'], env);
    expect((await refused.ended).code).toBe(1);
    expect(refused.stderr()).toMatch(/unknown queue imports; choose from workflows, exports, backfills/);
  }, 60_000);

  test('an unknown command is refused by name', async () => {
    const refused = runSluice(['wroker'], env);
    expect((await refused.ended).code).toBe(1);
    expect(refused.stderr()).toMatch(/unknown command 'wroker'/);
  }, 60_000);
});

describe('a process that is asked to stop', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'the server ends with 0 on %s',
    async (signal) => {
      const server = runSluice(['server'], env);
      const url = /http:\/\/\S+/.exec(await server.line(/^server listens on /))?.[0] ?? '';
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
      server.kill(signal);
      expect(await server.ended).toEqual({ code: 0, signal: null });
      await expect(fetch(`${url}/readyz`)).rejects.toThrow();
    },
    90_000,
  );

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'the worker ends with 0 on %s',
    async (signal) => {
      const worker = runSluice(['worker', '--queues', 'workflows,deliveries'], env);
      expect(await worker.line(/^worker serves /)).toBe('worker serves workflows, deliveries');
      worker.kill(signal);
      expect(await worker.ended).toEqual({ code: 0, signal: null });
    },
    90_000,
  );
});

test('the demo takes real events everywhere, and says so in one object', async () => {
  const { code } = await demo.ended;
  const last = demo.stdout().trimEnd().split('\n').at(-1) ?? '';
  expect({ code, stderr: demo.stderr() }).toEqual({ code: 0, stderr: expect.any(String) });
  const webhook = { matched: 5_000, delivered: 5_000, p50Ms: expect.any(Number), p99Ms: expect.any(Number) };
  const result = JSON.parse(last);
  expect(result).toEqual({
    ok: true,
    events: { sent: 5_000, stored: 5_000 },
    exports: ['file', 's3'].map((destination) => ({
      destination,
      rows: 5_000,
      files: expect.any(Number),
      bytes: expect.any(Number),
    })),
    webhooks: [
      { name: 'healthy', ...webhook, attempts: 5_000 },
      { name: 'flaky', ...webhook, attempts: expect.any(Number) },
    ],
  });
  expect(result.webhooks[1].attempts).toBeGreaterThan(5_000);
  for (const { files, bytes } of result.exports) {
    expect(files).toBeGreaterThan(0);
    expect(bytes).toBeGreaterThan(10_000);
  }
  expect(demo.stderr()).toMatch(/API\s+http:\/\/127\.0\.0\.1/);
  expect(demo.stderr()).toMatch(/Temporal UI\s+http:\/\/127\.0\.0\.1/);
}, 600_000);

/** Standard output is one line of JSON and nothing else. */
function onlyObject(command: RunningCommand): unknown {
  const lines = command.stdout().trimEnd().split('\n');
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '');
}

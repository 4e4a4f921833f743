import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { clickhouseService } from '../../dev/clickhouse.ts';
import { Service } from '../../dev/service.ts';
import type { TeamAccess } from '../../setup.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { eventually } from '../support/eventually.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { untilAccepted, WebhookTeam } from './support/webhook-team.ts';

let system: TestSystem;
let team: TeamAccess;
let clickhouse: Service | undefined;

beforeAll(async () => {
  system = await startTestSystem({ ownServers: true, env: { SLUICE_DELIVERY_IDLE_POLL_MS: '60000' } });
  team = await system.newTeam();
}, 120_000);

afterAll(async () => {
  await clickhouse?.stop();
  await system.stop();
}, 60_000);

function newBatch(): string {
  const batch = Array.from({ length: 20 }, (_, index) => ({
    event: 'e',
    distinct_id: String(index),
    uuid: randomUUID(),
  }));
  return JSON.stringify({ api_key: team.captureToken, batch });
}

function capture(body: string): Promise<Response> {
  return fetch(`${system.system.apiUrl}/batch`, { method: 'POST', body });
}

async function counts(): Promise<unknown> {
  const sql = `SELECT count() AS rows, uniqExact(uuid) AS events FROM event_log WHERE team_id = ${String(team.teamId)}`;
  return (await system.clickhouse.rows({ sql }))[0];
}

function endClickHouse(): void {
  const pid = clickhouse?.pid ?? system.system.stack.pids['clickhouse'];
  expect(pid).toBeGreaterThan(1);
  process.kill(pid!, 'SIGKILL');
}

async function startClickHouse(): Promise<void> {
  const port = Number(new URL(system.config.clickhouse.url).port);
  const spec = await clickhouseService({ dataDir: join(system.directory, 'data'), port });
  const ignore = (): void => undefined;
  clickhouse = await Service.start(spec, { supervise: false, onProgress: ignore, onPid: ignore });
}

/** Neither server nor worker has asked Postgres for anything for a while, as every poll of a shard does. */
async function untilNobodyPolls(db: Database): Promise<void> {
  await eventually(
    async () => {
      const { rows } = await sql<{ asked: number }>`SELECT count(*) AS asked FROM pg_stat_activity
        WHERE application_name = 'sluice' AND pid <> pg_backend_pid() AND query_start > now() - interval '3 seconds'`.execute(
        db.kysely,
      );
      expect(rows[0]?.asked).toBe(0);
    },
    { timeoutMs: 60_000, intervalMs: 100 },
  );
}

test('a worker that polls once a minute delivers an event as soon as capture tells of it', async () => {
  const db = openDatabase({ url: system.config.postgres.url, maxConnections: 1 });
  const webhooks = await WebhookTeam.create(system);
  try {
    const hook = await webhooks.hook();
    await untilAccepted(hook, await webhooks.capture([{}]));
    await untilNobodyPolls(db);
    await untilAccepted(hook, await webhooks.capture([{}]));
    expect(hook.receiver.requests).toHaveLength(2);
  } finally {
    await webhooks.close();
    await db.close();
  }
}, 120_000);

describe('while ClickHouse is down', () => {
  let refusedBatch: string;
  let webhook: string;
  let webhooks: string;
  let headers: Record<string, string>;
  const body = JSON.stringify({ name: 'hook', url: 'http://127.0.0.1:1/', events: ['never'] });

  beforeAll(async () => {
    webhooks = `${system.system.apiUrl}/api/v1/webhooks`;
    headers = { authorization: `Bearer ${team.apiKey}`, 'content-type': 'application/json' };
    const created = await fetch(webhooks, { method: 'POST', headers, body });
    webhook = `${webhooks}/${((await created.json()) as { id: string }).id}`;
  });

  test('capture asks to send the same events again, and readiness says why', async () => {
    expect((await capture(newBatch())).status).toBe(200);
    expect(await counts()).toEqual({ rows: 20, events: 20 });
    endClickHouse();
    const notReady = async (): Promise<void> => {
      expect((await fetch(`${system.system.apiUrl}/readyz`)).status).toBe(503);
    };
    await eventually(notReady);

    refusedBatch = newBatch();
    const refused = await capture(refusedBatch);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({
      status: 0,
      code: 'store_unavailable',
      remedy: expect.stringContaining('with the same uuids'),
    });
  }, 60_000);

  test('what only Postgres and Temporal hold goes on, what ClickHouse holds is unavailable', async () => {
    const paused = await fetch(`${webhook}/pause`, { method: 'POST', headers, body: '{}' });
    expect(paused.status).toBe(200);
    // A webhook begins at ClickHouse's clock.
    expect((await fetch(webhooks, { method: 'POST', headers, body })).status).toBe(503);
    const attempts = await fetch(`${webhook}/attempts`, { headers });
    expect([attempts.status, await attempts.json()]).toEqual([
      503,
      expect.objectContaining({ code: 'clickhouse_unavailable', status: 503 }),
    ]);
  }, 60_000);

  test('what was acknowledged is there afterwards, nothing of what was refused, and that is taken once', async () => {
    await startClickHouse();
    expect(await counts()).toEqual({ rows: 20, events: 20 });
    await eventually(async () => expect((await capture(refusedBatch)).status).toBe(200), { timeoutMs: 30_000 });
    expect(await counts()).toEqual({ rows: 40, events: 40 });
  }, 90_000);
});

test('while Postgres is down, known teams are served and unknown ones are asked to come again', async () => {
  const { server, worker, stack } = system.system;
  const processes = [server.pid, worker.pid];
  expect((await capture(newBatch())).status).toBe(200);
  const before = await counts();
  let killed = false;
  // Unknown tokens are looked up each time, so that the kill meets connections in use.
  const strangers = Array.from({ length: 10 }, async (_, index) => {
    const statuses: number[] = [];
    do {
      const stranger = { api_key: `phc_${String(index)}_${String(statuses.length)}`, event: 'e', distinct_id: 'd' };
      statuses.push((await capture(JSON.stringify(stranger))).status);
    } while (!killed || statuses.at(-1) !== 503);
    return statuses;
  });
  process.kill(stack.pids['postgres']!, 'SIGKILL');
  killed = true;
  expect(new Set((await Promise.all(strangers)).flat().filter((status) => status !== 401))).toEqual(new Set([503]));
  expect([server.pid, worker.pid]).toEqual(processes);
  expect(await counts()).toEqual(before);

  expect((await capture(newBatch())).status).toBe(200);
  const webhooks = await fetch(`${system.system.apiUrl}/api/v1/webhooks`, {
    headers: { authorization: `Bearer ${team.apiKey}` },
  });
  expect([webhooks.status, await webhooks.json()]).toEqual([
    503,
    expect.objectContaining({ code: 'database_unavailable', remedy: expect.any(String) }),
  ]);
}, 60_000);

import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Client } from 'pg';
import { eventually } from '../support/eventually.ts';
import { placeBehindProxies, type FaultyPlace } from '../support/faulty-place.ts';
import { startPostgresServer, type TestDatabase } from '../support/postgres.ts';
import { makeSmallDisk, type SmallDisk } from '../support/small-disk.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { endCommands, runSluice } from './support/sluice-process.ts';
import { Witness } from './support/witness.ts';

/** What docs/degradation.md says of a Postgres that is away, silent, slow, read-only or full. */
jest.setTimeout(180_000);

/** A run makes some dozens of statements, one after another. */
const SLOW_MS = 100;
/** Of Postgres; it holds all that this file writes, and some segments of its log. */
const DISK_MB = 256;

let disk: SmallDisk;
let postgres: TestDatabase;
let place: FaultyPlace;
let system: TestSystem;
let witness: Witness;

beforeAll(async () => {
  disk = await makeSmallDisk(DISK_MB);
  postgres = await startPostgresServer(disk.path);
  place = await placeBehindProxies({ databaseUrl: postgres.url });
  system = await startTestSystem({ place, env: { SLUICE_DELIVERY_SHARDS: '1' } });
  witness = await Witness.create(system, place);
  // Its token is known from here on.
  await witness.untilTaken(witness.events(1));
}, 120_000);
afterEach(async () => {
  await disk.free();
  await place.faults.heal();
});
afterAll(async () => {
  await endCommands();
  await witness.close();
  await system.stop();
  await postgres.stop();
  await disk.remove();
}, 60_000);

/** Past the proxies, in the system's database or in another one of its server. */
async function execute(statements: readonly string[], database?: string): Promise<void> {
  const url = new URL(place.direct.databaseUrl);
  url.pathname = database ?? url.pathname;
  const client = new Client({ connectionString: url.href });
  // A connection that is cut says so here, too; its statement fails with it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    for (const statement of statements) {
      await client.query(statement);
    }
  } finally {
    await client.end();
  }
}

/** Capture takes events of a known team, and they are delivered. */
async function expectEventsFlow(): Promise<void> {
  const events = witness.events();
  expect(await witness.send(events)).toEqual([200, undefined]);
  await witness.untilDelivered(events);
}

async function request(method: string, path: string): Promise<[number, string | undefined]> {
  const { apiKey } = witness.team.team;
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const init = { method, headers, ...(method === 'POST' && { body: '{}' }) };
  const response = await fetch(`${system.system.apiUrl}/api/v1${path}`, init);
  return [response.status, ((await response.json()) as { code?: string }).code];
}

const UNREAD = ['worker', 'sluice_state_read_failures_total'] as const;

test('away: events of known teams are taken and delivered, a run in flight goes on afterwards', async () => {
  const minute = await witness.minute();
  const unread = await witness.metric(...UNREAD);
  await witness.start(minute);
  await place.faults.cut('postgres');
  await expectEventsFlow();
  await witness.untilReady(200, ['postgres']);
  expect(await request('GET', '/webhooks')).toEqual([503, 'database_unavailable']);
  await witness.untilAbove(unread, ...UNREAD);

  await place.faults.heal();
  expect(await witness.finished(minute)).toMatchObject({ status: 'completed', error: null });
  await expectEventsFlow();
  await witness.expectAllArrived();
});

test('silent: the same, and readiness does not wait for it', async () => {
  const minute = await witness.minute();
  await place.faults.hold('postgres');
  await expectEventsFlow();
  await witness.untilReady(200, ['postgres']);

  await place.faults.heal();
  await witness.start(minute);
  expect(await witness.finished(minute)).toMatchObject({ status: 'completed', error: null });
  await expectEventsFlow();
  await witness.expectAllArrived();
});

test('away while server and worker start: both start, and take up their work when it comes', async () => {
  const { env } = system.system;
  await place.faults.cut('postgres');
  const server = runSluice(['server'], { ...env, SLUICE_PORT: '0' });
  const worker = runSluice(['worker', '--queues', 'retries'], env);
  const url = /http:\/\/\S+/.exec(await server.line(/^server listens on /))?.[0] ?? '';
  const ready = async (): Promise<number> => (await fetch(`${url}/readyz`)).status;
  expect(await worker.line(/^worker serves /)).toBe('worker serves retries');
  expect(await ready()).toBe(503);
  const events = witness.events();
  expect(await witness.send(events, url)).toEqual([503, 'team_lookup_failed']);

  await place.faults.heal();
  expect(await server.line(/^there is no user yet/)).toContain('/console/welcome');
  await eventually(async () => expect(await ready()).toBe(200), { timeoutMs: 60_000 });
  expect(await witness.send(events, url)).toEqual([200, undefined]);
  await witness.untilDelivered(events);
  for (const command of [server, worker]) {
    command.kill('SIGTERM');
    expect(await command.ended).toEqual({ code: 0, signal: null });
  }
  await witness.expectAllArrived();
});

test('slow: everything goes on, later', async () => {
  const minute = await witness.minute();
  await place.faults.delay('postgres', SLOW_MS);
  await witness.start(minute);
  await expectEventsFlow();
  await witness.untilReady(200, []);
  expect(await witness.finished(minute)).toMatchObject({ status: 'completed', error: null });
  await witness.expectAllArrived();
});

/** Settings of a database hold for its new connections. */
function reconnect(): string {
  return `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name()}' AND pid <> pg_backend_pid()`;
}

function name(): string {
  return new URL(place.direct.databaseUrl).pathname.slice(1);
}

const noRoom = (body: string): string =>
  `CREATE OR REPLACE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} RETURN NULL; END $$`;
const TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'";
/** One statement, so one table, at a time: whoever holds locks on several waits for none of these. */
const guarded = `DO $$ DECLARE t text; BEGIN FOR t IN ${TABLES} LOOP
  EXECUTE format('CREATE OR REPLACE TRIGGER no_room BEFORE INSERT OR UPDATE OR DELETE ON %I EXECUTE FUNCTION no_room()', t);
  COMMIT; END LOOP; END $$`;

const FAULTS = [
  {
    kind: 'takes no writes',
    begin: () =>
      execute([`ALTER DATABASE "${name()}" SET default_transaction_read_only = on`, reconnect()], 'postgres'),
    end: () => execute([`ALTER DATABASE "${name()}" RESET default_transaction_read_only`, reconnect()], 'postgres'),
  },
  {
    // The answer that a full disk gives to every write; the disk has room.
    kind: 'has no room left',
    begin: () =>
      execute([
        noRoom(`RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';`),
        guarded,
      ]),
    end: () => execute([noRoom('')]),
  },
];

describe.each(FAULTS)('one that $kind', ({ begin, end }) => {
  const startFailures = ['worker', 'temporal_activity_execution_failed_total', { activity_type: 'startRun' }] as const;
  let ended: boolean;

  afterEach(async () => {
    if (!ended) {
      await end();
    }
  });

  test('lets readers in and refuses changes; events flow, runs wait and go on', async () => {
    ended = false;
    const minute = await witness.minute();
    const failures = await witness.metric(...startFailures);
    await begin();
    await witness.start(minute);
    await expectEventsFlow();
    await witness.untilReady(200, []);
    expect((await request('GET', '/webhooks'))[0]).toBe(200);
    expect(await request('POST', `/webhooks/${witness.hook.id}/pause`)).toEqual([503, 'database_unavailable']);
    await witness.untilAbove(failures, ...startFailures);

    await end();
    ended = true;
    expect(await witness.finished(minute)).toMatchObject({ status: 'completed', error: null });
    await expectEventsFlow();
    await witness.expectAllArrived();
  });
});

/** Asks for more of its log than there is room for. */
async function untilStopped(): Promise<void> {
  const write = ['SELECT pg_switch_wal()', "SELECT pg_logical_emit_message(true, 'full', 'x')"];
  await eventually(() => expect(execute(write)).rejects.toThrow(), { timeoutMs: 60_000 });
}

test('one whose disk is really full stops: the same as away, until there is room', async () => {
  const minute = await witness.minute();
  await disk.fill();
  await witness.start(minute);
  await untilStopped();
  await expectEventsFlow();
  await witness.untilReady(200, ['postgres']);
  expect(await request('GET', '/webhooks')).toEqual([503, 'database_unavailable']);

  await disk.free();
  expect(await witness.finished(minute)).toMatchObject({ status: 'completed', error: null });
  await expectEventsFlow();
  await witness.expectAllArrived();
});

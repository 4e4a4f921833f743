import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Client, type QueryResultRow } from 'pg';
import { startExportRun } from '../../client/export-runs.ts';
import { createClickHouse } from '../../clickhouse/client.ts';
import { dateOfMicros } from '../../core/time.ts';
import { freePort } from '../../dev/free-port.ts';
import { eventually } from '../support/eventually.ts';
import { placeBehindProxies, type FaultyPlace } from '../support/faulty-place.ts';
import { startPostgresServer, type TestDatabase } from '../support/postgres.ts';
import { makeSmallDisk, type SmallDisk } from '../support/small-disk.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { insertMany } from './support/export-events.ts';
import { createExport, finishedRun, listRuns, pastMinute, type PastMinute, type Run } from './support/export-runs.ts';
import { endCommands, runSluice } from './support/sluice-process.ts';
import { untilAccepted } from './support/webhook-team.ts';
import { Witness } from './support/witness.ts';

/** What docs/degradation.md says of a Postgres that is away, silent, slow, read-only or full, and of a slow destination. */
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

/** Past the proxies, in the system's database or in another one of its server. Answers the rows of the last statement. */
async function execute(statements: readonly string[], database?: string): Promise<QueryResultRow[]> {
  const url = new URL(place.direct.databaseUrl);
  url.pathname = database ?? url.pathname;
  const client = new Client({ connectionString: url.href });
  // A connection that is cut says so here, too; its statement fails with it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    let rows: QueryResultRow[] = [];
    for (const statement of statements) {
      ({ rows } = await client.query<QueryResultRow>(statement));
    }
    return rows;
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

/** Several times as many as there are connections. */
const CALLERS = 60;

test('slow: everything goes on, later, and where many ask some wait for a connection', async () => {
  const minute = await witness.minute();
  await place.faults.delay('postgres', SLOW_MS);
  await witness.start(minute);
  // What SluicePostgresPoolExhausted asks for.
  const asked = Promise.all(Array.from({ length: CALLERS }, () => request('GET', '/webhooks')));
  await witness.untilAbove(0, 'server', 'sluice_postgres_connections', { state: 'waiting' });
  expect((await asked).map(([status]) => status)).toEqual(Array.from({ length: CALLERS }, () => 200));
  await expectEventsFlow();
  await witness.untilReady(200, []);
  expect(await witness.finished(minute)).toMatchObject({ status: 'completed', error: null });
  await witness.expectAllArrived();
});

/** A run's rows need longer than heartbeats may be away (15 s), at 80 KB a second. */
const SLOW_RUN_MS = 15_000;
const WIDE = { rows: 2_000, bytes: 900 };
const KILOBYTES_PER_SECOND = 80;
/** What is promised of live events. */
const VISIBLE_MS = 5_000;
const WAREHOUSE = 'warehouse';

type Team = Awaited<ReturnType<TestSystem['newTeam']>>;

/** An export of a team of its own into another database of this server, which is behind a proxy of its own. */
class Warehouse {
  readonly #team: Team;
  readonly #exportId: string;

  private constructor(team: Team, exportId: string) {
    this.#team = team;
    this.#exportId = exportId;
  }

  static async create(): Promise<Warehouse> {
    await execute([`CREATE DATABASE ${WAREHOUSE}`], 'postgres');
    const { hostname: host, port: serverPort, username: user, password } = new URL(place.direct.databaseUrl);
    const port = await freePort();
    await place.faults.add(WAREHOUSE, Number(serverPort), port);
    const config = { host, port, user, password, database: WAREHOUSE, table: 'events', tls_mode: 'disable' };
    const team = await system.newTeam();
    return new Warehouse(team, await createExport(team.api, { kind: 'postgres', config }));
  }

  /** As the gap detector starts what is owed. Resolves when it loads. */
  async start(minute: PastMinute): Promise<Run> {
    const ch = createClickHouse({ ...system.config.clickhouse, url: place.direct.clickhouseUrl });
    await insertMany(ch, this.#team.teamId, minute, WIDE);
    await ch.close();
    const [intervalStart, intervalEnd] = [dateOfMicros(minute.startMicros), dateOfMicros(minute.endMicros)];
    const shown = {
      name: WAREHOUSE,
      destinationId: this.#exportId,
      destinationKind: 'postgres',
      interval: '1m',
    } as const;
    const { workflowId } = await startExportRun(system.temporal, {
      ...{ ...shown, exportId: this.#exportId, teamId: this.#team.teamId, intervalStart, intervalEnd },
      ...{ force: false, trigger: 'gap_fill' },
    });
    const handle = system.temporal.client.workflow.getHandle(workflowId);
    await eventually(
      async () => {
        const { pendingActivities } = (await handle.describe()).raw;
        expect(pendingActivities?.map(({ activityType }) => activityType?.name)).toEqual(['loadChunks']);
      },
      { timeoutMs: 60_000 },
    );
    const runs = await listRuns(this.#team.api, this.#exportId);
    return runs.find(({ interval_end: end }) => end === minute.end)!;
  }

  /** As the API shows it. */
  async look({ id }: Run): Promise<Run> {
    return (await listRuns(this.#team.api, this.#exportId)).find((run) => run.id === id)!;
  }

  async finished({ id }: Run): Promise<Run> {
    return finishedRun(this.#team.api, this.#exportId, (run) => run.id === id);
  }

  async cancel({ id }: Run): Promise<void> {
    await this.#team.api('POST', `/runs/${id}/cancel`);
  }

  /** Of the run's activities, each started attempt. */
  async attempts({ workflow_id: workflowId }: Run): Promise<(number | null | undefined)[]> {
    const { events } = await system.temporal.client.workflow.getHandle(workflowId).fetchHistory();
    return (events ?? []).flatMap(({ activityTaskStartedEventAttributes: of }) => (of ? [of.attempt] : []));
  }

  /** How many rows arrived, and how many different ones. */
  async arrived(): Promise<QueryResultRow | undefined> {
    const counts = 'count(*)::int AS rows, count(DISTINCT uuid)::int AS uuids';
    return (await execute([`SELECT ${counts} FROM events`], WAREHOUSE))[0];
  }
}

function tookMs({ started_at: from, finished_at: to }: Run): number {
  return Date.parse(to ?? '') - Date.parse(from);
}

test('a destination that is slow: its run takes longer and goes on, others keep their times, and it can be cancelled', async () => {
  const warehouse = await Warehouse.create();
  const [minute, beside] = [await witness.minute(), await witness.team.hook({ events: ['beside'] })];
  const late = ['worker', 'sluice_export_intervals_total', { kind: 'postgres', on_time: 'no' }] as const;
  const seconds = ['worker', 'sluice_export_run_duration_seconds_sum', { kind: 'postgres' }] as const;
  const before = { late: await witness.metric(...late), seconds: await witness.metric(...seconds) };
  await place.faults.delay(WAREHOUSE, SLOW_MS);
  await place.faults.narrow(WAREHOUSE, KILOBYTES_PER_SECOND);
  const slow = await warehouse.start(pastMinute(30));

  await witness.start(minute);
  const other = await witness.finished(minute);
  expect(other).toMatchObject({ status: 'completed', error: null });
  await untilAccepted(beside, await witness.team.capture(Array.from({ length: 50 }, () => ({ event: 'beside' }))));
  await witness.untilReady(200, []);
  expect((await warehouse.look(slow)).finished_at).toBeNull();
  const others = await eventually(async () => {
    const stats = await witness.team.stats(beside);
    expect(stats.delivered).toBe(50);
    return stats;
  });
  expect(others.p99_ms).toBeLessThan(VISIBLE_MS);

  const run = await warehouse.finished(slow);
  expect(run).toMatchObject({ status: 'completed', error: null, rows: WIDE.rows });
  expect(tookMs(run)).toBeGreaterThan(SLOW_RUN_MS);
  expect(tookMs(other)).toBeLessThan(tookMs(run) / 2);
  expect(new Set(await warehouse.attempts(run))).toEqual(new Set([1]));
  expect(await warehouse.arrived()).toEqual({ rows: WIDE.rows, uuids: WIDE.rows });
  // What SluiceExportsLateBudgetBurn asks for, and where the time went.
  await witness.untilAbove(before.late, ...late);
  await witness.untilAbove(before.seconds + SLOW_RUN_MS / 1_000, ...seconds);

  const unwanted = await warehouse.start(pastMinute(29));
  await warehouse.cancel(unwanted);
  const cancelled = await warehouse.finished(unwanted);
  expect(cancelled).toMatchObject({ status: 'cancelled' });
  expect(tookMs(cancelled)).toBeLessThan(tookMs(run));
  expect(await warehouse.arrived()).toEqual({ rows: WIDE.rows, uuids: WIDE.rows });
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

/** Between two times that more of its log is wanted. */
const BETWEEN_MS = 50;

/** Asks for more of its log than there is room for, also of what it finds in old segments when it starts again. */
async function whileOutOfRoom(work: () => Promise<void>): Promise<void> {
  const write = ['SELECT pg_switch_wal()', "SELECT pg_logical_emit_message(true, 'full', 'x')"];
  let isOver = false;
  const using = (async () => {
    while (!isOver) {
      await execute(write).catch(() => undefined);
      await setTimeout(BETWEEN_MS);
    }
  })();
  await work().finally(() => (isOver = true));
  await using;
}

test('one whose disk is really full stops: the same as away, until there is room', async () => {
  const minute = await witness.minute();
  await disk.keepFull();
  await witness.start(minute);
  await whileOutOfRoom(async () => {
    await witness.untilReady(200, ['postgres']);
    await expectEventsFlow();
    const refused = async (): Promise<void> =>
      expect(await request('GET', '/webhooks')).toEqual([503, 'database_unavailable']);
    await eventually(refused, { timeoutMs: 60_000 });
  });

  await disk.free();
  expect(await witness.finished(minute)).toMatchObject({ status: 'completed', error: null });
  await expectEventsFlow();
  await witness.expectAllArrived();
});

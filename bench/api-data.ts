import { sql } from 'kysely';
import { rollUpUsage } from '../activities/roll-up-usage.ts';
import { addUpDays } from '../clickhouse/activity/add-up-days.ts';
import { upsertExportSchedule } from '../client/export-schedules.ts';
import { nowMicros } from '../clickhouse/tail.ts';
import type { Micros, MicrosRange } from '../core/time.ts';
import { createApiKey } from '../store/api-keys.ts';
import { createDestination } from '../store/destinations.ts';
import { createExport } from '../store/exports.ts';
import { plannedSchedule } from '../store/schedules.ts';
import type { Bench } from './bench-system.ts';
import { fillEvents } from './events.ts';

export interface ApiDataSize {
  webhooks: number;
  exports: number;
  /** Hourly ones, of each export. */
  runs: number;
  attempts: number;
  events: number;
}

/** A team that has had Sluice for a month. */
export interface ApiData {
  teamId: number;
  key: string;
  webhookIds: string[];
  exportIds: string[];
  /** Has a fifth of all attempts. */
  busyWebhook: string;
}

const HOUR_MICROS = 3_600_000_000;
/** Below the 30 days after which attempts are dropped. */
const DAYS = 29;
const ATTEMPTS_PER_INSERT = 1_000_000;
/** Two attempts of every ten are at one event, of which the first has failed. */
const ATTEMPTS_PER_TURN = 10;
/** Of a hundred turns, those at the busy webhook. */
const BUSY_PERCENT = 20;

export async function makeApiData(
  bench: Bench,
  size: ApiDataSize,
  onProgress: (line: string) => void,
): Promise<ApiData> {
  const events = hourBefore(await nowMicros(bench.clickhouse));
  const teamId = await bench.newTeam('a month old');
  const { key } = await createApiKey(bench.db, { teamId, name: 'bench' });
  const webhookIds = await createWebhooks(bench, teamId, size.webhooks);
  const exportIds = await createExports(bench, teamId, size.exports);
  await createRuns(bench, teamId, size.runs);
  onProgress(`${String(size.webhooks)} webhooks, ${String(size.exports)} exports with ${String(size.runs)} runs each`);
  await fillEvents(bench.clickhouse, { teamId, rows: size.events, range: events });
  await fillAttempts(bench, { teamId, attempts: size.attempts, webhookIds });
  onProgress(`${String(size.attempts)} attempts, ${String(size.events)} events`);
  await addUp(bench, teamId);
  onProgress('added up what maintenance would have added up by now');
  return { teamId, key, webhookIds, exportIds, busyWebhook: webhookIds[0] ?? '' };
}

/** What the overview looks at; before the webhooks begin, which would deliver what comes after. */
function hourBefore(endMicros: Micros): MicrosRange {
  return { startMicros: endMicros - HOUR_MICROS, endMicros };
}

/** They begin now: what is captured before is none of their business. */
async function createWebhooks({ db, box, clickhouse }: Bench, teamId: number, count: number): Promise<string[]> {
  const startMicros = await nowMicros(clickhouse);
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const url = `https://receiver-${String(index % 50)}.example.com/hooks/${String(index)}`;
    const config = { url, secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD', timeoutMs: 15_000, maxConcurrency: 16 };
    const { id } = await createDestination(db, box, {
      ...{ teamId, kind: 'webhook', name: `webhook ${String(index)}`, config },
      ...{ secretFields: ['secret'], startMicros },
    });
    ids.push(id);
  }
  return ids;
}

/** With their Schedules: maintenance makes those that are missing, two hundred of them while the charts are asked for. */
async function createExports({ db, box, temporal, dataDir }: Bench, teamId: number, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const destination = await createDestination(db, box, {
      ...{ teamId, kind: 'file', name: `folder ${String(index)}`, config: { directory: dataDir }, secretFields: [] },
    });
    const record = await createExport(db, {
      ...{ teamId, destinationId: destination.id, name: `export ${String(index)}`, interval: 'hour' },
      ...{ filter: {}, format: { fileFormat: 'parquet', compression: 'zstd' } },
    });
    const ref = { ...record, exportId: record.id, destinationKind: destination.kind };
    await upsertExportSchedule(temporal, { ...ref, ...(await plannedSchedule(db.kysely, record)) });
    ids.push(record.id);
  }
  return ids;
}

/** One in fifty has failed. */
async function createRuns({ db }: Bench, teamId: number, runs: number): Promise<void> {
  await sql`
    INSERT INTO export_runs (id, export_id, team_id, interval_start, interval_end, status, trigger, config_version, rows,
      bytes, files, workflow_id, workflow_run_id, started_at, finished_at, error_code, error_message)
    SELECT gen_random_uuid(), e.id, e.team_id, at - interval '1 hour', at,
      CASE WHEN n % 50 = 7 THEN 'failed' ELSE 'completed' END, 'schedule', 1, 1000 + n, 100000, 1,
      'export/' || e.id || '-' || at, gen_random_uuid()::text, at + interval '1 minute', at + interval '70 seconds',
      CASE WHEN n % 50 = 7 THEN 's3_unavailable' END, CASE WHEN n % 50 = 7 THEN 'the store failed' END
    FROM exports e CROSS JOIN generate_series(1, ${runs}::integer) AS n
    CROSS JOIN LATERAL (SELECT date_trunc('hour', now()) - n * interval '1 hour' AS at) t
    WHERE e.team_id = ${teamId}`.execute(db.kysely);
  await sql`ANALYZE export_runs`.execute(db.kysely);
}

/** Usage, and the attempts of days that are over: the look of a team that was there all the time. */
async function addUp({ db, clickhouse }: Bench, teamId: number): Promise<void> {
  const now = new Date();
  const born = new Date(now.getTime() - DAYS * 86_400_000);
  await sql`UPDATE teams SET created_at = ${born} WHERE id = ${teamId}`.execute(db.kysely);
  await sql`DELETE FROM maintenance_positions WHERE name = 'roll-up-usage'`.execute(db.kysely);
  await rollUpUsage({ db, clickhouse }, { now });
  await addUpDays(clickhouse, { now });
}

interface Attempts {
  teamId: number;
  attempts: number;
  webhookIds: readonly string[];
}

/** Spread evenly over 29 days, made inside ClickHouse. */
async function fillAttempts({ clickhouse }: Bench, wanted: Attempts): Promise<void> {
  const { teamId, attempts, webhookIds } = wanted;
  const endMs = Date.now();
  const startMs = endMs - DAYS * 86_400_000;
  for (let from = 0; from < attempts; from += ATTEMPTS_PER_INSERT) {
    const count = Math.min(ATTEMPTS_PER_INSERT, attempts - from);
    await clickhouse.command({
      sql: ATTEMPTS_SQL,
      params: { team: teamId, webhooks: [...webhookIds], startMs, spanMs: endMs - startMs, attempts, from, count },
    });
  }
  await clickhouse.command({ sql: 'OPTIMIZE TABLE delivery_attempts FINAL' });
  const [found] = await clickhouse.rows<{ rows: number }>({
    sql: 'SELECT count() AS rows FROM delivery_attempts WHERE team_id = {team:UInt32}',
    params: { team: teamId },
  });
  if (found?.rows !== attempts) {
    throw new Error(`made ${String(found?.rows)} attempts instead of ${String(attempts)}`);
  }
}

const ATTEMPTS_SQL = `INSERT INTO delivery_attempts (team_id, destination_id, event_uuid, event_inserted_at, webhook_id,
    attempt, attempted_at, outcome, status_code, error_code, error_message, duration_ms, latency_ms, response_body,
    next_attempt_at, shard, epoch, via)
  WITH intDiv(number, ${String(ATTEMPTS_PER_TURN)}) AS turn, number % ${String(ATTEMPTS_PER_TURN)} AS place,
    cityHash64(turn) AS h, place = ${String(ATTEMPTS_PER_TURN - 2)} AS fails,
    fromUnixTimestamp64Milli({startMs:Int64} + intDiv(toInt64(number) * {spanMs:Int64}, {attempts:Int64}), 'UTC') AS at
  SELECT {team:UInt32},
    {webhooks:Array(UUID)}[1 + if(h % 100 < ${String(BUSY_PERCENT)}, 0, cityHash64(h) % length({webhooks:Array(UUID)}))],
    reinterpretAsUUID(sipHash128(number - (place = ${String(ATTEMPTS_PER_TURN - 1)}))), at, 'msg',
    1 + (place = ${String(ATTEMPTS_PER_TURN - 1)}), at, if(fails, 'retry_scheduled', 'delivered'), if(fails, 503, 200),
    if(fails, 'http_503', ''), if(fails, 'the endpoint answered 503', ''), 20 + h % 400, 60 + h % 900,
    if(fails, 'Service Unavailable', 'ok'), NULL, h % 32, 1, if(place = ${String(ATTEMPTS_PER_TURN - 1)}, 'retry', 'live')
  FROM numbers({from:UInt64}, {count:UInt64})`;

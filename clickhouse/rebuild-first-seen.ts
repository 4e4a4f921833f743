import { setTimeout as sleep } from 'node:timers/promises';
import { MICROS_PER_MS, type Micros, type MicrosRange } from '../core/time.ts';
import type { ClickHouse } from './client.ts';
import { restoreFirstSeenTable } from './migrate.ts';
import { unreplicated } from './replicated-ddl.ts';
import { microsSql } from './sql.ts';
import { nowMicros } from './tail.ts';

/** How far a rebuild has come. */
export interface RebuildProgress {
  /** Rows of the event log that were read. */
  rows: number;
  /** Rows that have to be read, as far as is known. */
  total: number;
}

export interface RebuildOptions {
  /** How long after its ingestion time a row may become visible. */
  visibilityBoundMs: number;
  onProgress?: (progress: RebuildProgress) => void;
  signal?: AbortSignal;
}

export interface RebuiltFirstSeen {
  /** Rows of the event log that were read. */
  rows: number;
  /** Entries, one for each event of a team, before and after. */
  entriesBefore: number;
  entries: number;
}

const SCRATCH = 'event_first_seen_rebuild';
/** What the table remembers (migrations/0001_event_log.sql). */
const REMEMBERED_MICROS = 8 * 24 * 3_600_000 * MICROS_PER_MS;
/** Read by one statement. */
const PIECE_MICROS = 10 * 60_000 * MICROS_PER_MS;
/** What came in while the pieces were read is read in further rounds, until so little is left. */
const REST_MICROS = 60_000 * MICROS_PER_MS;
const SETTINGS = {
  max_bytes_before_external_group_by: '268435456',
  // Every piece is to be written, whatever a table of this name has seen before.
  insert_deduplicate: 0,
} as const;

/**
 * Makes `event_first_seen` anew from the event log, while capture, exports and webhooks go on: in a table beside it, whose
 * rows then take the place of the old ones at one moment. Only one may run at a time. One that was interrupted has
 * changed nothing, and the next begins anew. What was captured around that moment is looked at again when it is settled.
 */
export async function rebuildFirstSeen(ch: ClickHouse, options: RebuildOptions): Promise<RebuiltFirstSeen> {
  await restoreFirstSeenTable(ch);
  const entriesBefore = await countEntries(ch);
  await ch.command({ sql: `DROP TABLE IF EXISTS ${SCRATCH} SYNC` });
  await ch.command({ sql: `CREATE TABLE ${SCRATCH} AS event_first_seen${await engineOfScratch(ch)}` });
  const since = (await nowMicros(ch)) - REMEMBERED_MICROS;
  const { rows, until } = await fillSettled(ch, since, options);
  // The newest rows last and all at once: between this and the next statement is what the check below is for.
  await insertRange(ch, { startMicros: until, endMicros: await nowMicros(ch) }, options.signal);
  await ch.command({ sql: `ALTER TABLE event_first_seen REPLACE PARTITION ID 'all' FROM ${SCRATCH}` });
  await ch.command({ sql: `DROP TABLE ${SCRATCH} SYNC` });
  await completeNewest(ch, { since, until }, options);
  return { rows, entriesBefore, entries: await countEntries(ch) };
}

/** On a cluster the scratch table is on the server that is asked: a replica of it would claim the place of the real one. */
async function engineOfScratch(ch: ClickHouse): Promise<string> {
  if (ch.cluster === undefined) {
    return '';
  }
  const [table] = await ch.rows<{ engine: string }>({
    sql: "SELECT engine_full AS engine FROM system.tables WHERE database = currentDatabase() AND name = 'event_first_seen'",
  });
  return ` ENGINE = ${unreplicated(table?.engine ?? '')}`;
}

/** Everything that was settled when it was read; `until` is where that ends. */
async function fillSettled(
  ch: ClickHouse,
  since: Micros,
  { visibilityBoundMs, onProgress, signal }: RebuildOptions,
): Promise<{ rows: number; until: Micros }> {
  const progress = { rows: 0, total: 0 };
  let until = since;
  for (;;) {
    const settled = (await nowMicros(ch)) - visibilityBoundMs * MICROS_PER_MS;
    const pieces = await piecesOf(ch, { startMicros: until, endMicros: settled });
    progress.total += pieces.reduce((sum, { rows }) => sum + rows, 0);
    for (const { range, rows } of pieces) {
      await insertRange(ch, range, signal);
      progress.rows += rows;
      onProgress?.({ ...progress });
    }
    const read = settled - until;
    until = Math.max(until, settled);
    if (read <= REST_MICROS) {
      return { rows: progress.rows, until };
    }
  }
}

interface Piece {
  range: MicrosRange;
  rows: number;
}

/** Parts of the range that hold anything. */
async function piecesOf(ch: ClickHouse, { startMicros, endMicros }: MicrosRange): Promise<Piece[]> {
  const found = await ch.rows<{ piece: number; rows: number }>({
    sql: `SELECT intDiv(toUnixTimestamp64Micro(inserted_at) - {start:Int64}, {piece:Int64}) AS piece, count() AS rows
      FROM event_log WHERE ${rangeSql({ startMicros, endMicros })} GROUP BY piece ORDER BY piece`,
    params: { start: startMicros, piece: PIECE_MICROS },
    settings: SETTINGS,
  });
  return found.map(({ piece, rows }) => {
    const start = startMicros + piece * PIECE_MICROS;
    return { rows, range: { startMicros: start, endMicros: Math.min(start + PIECE_MICROS, endMicros) } };
  });
}

/** What the view would have written. */
async function insertRange(ch: ClickHouse, range: MicrosRange, signal?: AbortSignal): Promise<void> {
  await ch.command({
    sql: `INSERT INTO ${SCRATCH} (team_id, uuid, first_seen, copies)
      SELECT team_id, uuid, inserted_at, toUInt64(1) FROM event_log WHERE ${rangeSql(range)}`,
    settings: SETTINGS,
    ...(signal && { signal }),
  });
}

/**
 * Rows that the view wrote into the old table at the very moment of the change, or that were not visible yet: looked
 * for at once, and again when all are.
 */
async function completeNewest(
  ch: ClickHouse,
  { since, until }: { since: Micros; until: Micros },
  { visibilityBoundMs, signal }: RebuildOptions,
): Promise<void> {
  const changed = await nowMicros(ch);
  await addMissing(ch, since, { startMicros: until, endMicros: changed });
  await sleep(visibilityBoundMs, undefined, signal && { signal });
  await addMissing(ch, since, { startMicros: until, endMicros: changed });
}

/** Compares the entries of events in the range with the log, and adds what they lack. Adds nothing the second time. */
async function addMissing(ch: ClickHouse, since: Micros, range: MicrosRange): Promise<void> {
  const meant = `(team_id, uuid) IN (SELECT team_id, uuid FROM event_log WHERE ${rangeSql(range)})`;
  await ch.command({
    sql: `INSERT INTO event_first_seen (team_id, uuid, first_seen, copies)
      SELECT team_id, uuid, first, logged - least(known, logged) FROM (
        SELECT team_id, uuid, minIf(at, is_log) AS first, sumIf(n, is_log) AS logged, sumIf(n, NOT is_log) AS known,
          minIf(at, NOT is_log) AS seen
        FROM (
          SELECT team_id, uuid, min(inserted_at) AS at, count() AS n, true AS is_log
            FROM event_log WHERE inserted_at >= ${microsSql(since)} AND ${meant} GROUP BY team_id, uuid
          UNION ALL
          SELECT team_id, uuid, min(first_seen) AS at, sum(copies) AS n, false AS is_log
            FROM event_first_seen WHERE ${meant} GROUP BY team_id, uuid)
        GROUP BY team_id, uuid)
      WHERE known < logged OR seen > first`,
    settings: SETTINGS,
  });
}

async function countEntries(ch: ClickHouse): Promise<number> {
  const [row] = await ch.rows<{ entries: number }>({
    sql: 'SELECT count() AS entries FROM (SELECT 1 FROM event_first_seen GROUP BY team_id, uuid)',
    settings: SETTINGS,
  });
  return row?.entries ?? 0;
}

function rangeSql({ startMicros, endMicros }: MicrosRange): string {
  return `inserted_at >= ${microsSql(startMicros)} AND inserted_at < ${microsSql(endMicros)}`;
}

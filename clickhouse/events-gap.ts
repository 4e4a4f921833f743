import type { Micros, MicrosRange } from '../core/time.ts';
import type { ClickHouse } from './client.ts';
import { microsSql } from './sql.ts';

export interface GapRepair {
  /** Events of the range in `event_log`. */
  compared: number;
  /** Those of them that `events` lacked and that it has now. */
  repaired: number;
  /** Ingestion time of the oldest of these. */
  oldestMicros: Micros | undefined;
}

/** A difference is looked at in pieces of this length. */
const PIECE_MICROS = 10_000_000;
/** One microsecond may hold millions of rows: a look-up takes at most about so many keys, chosen by hash. */
const MAX_KEYS_PER_LOOKUP = 200_000;
/** A repair must neither take the threads of deliveries and exports nor hold more memory than they leave. */
const SETTINGS = {
  max_threads: 2,
  max_execution_time: 300,
  max_bytes_before_external_group_by: '268435456',
} as const;
/** What makes two rows one in `events`, in the order of its sort key, so that look-ups use the index. */
const KEY = '(team_id, toDate(timestamp), event, uuid)';
const COLUMNS =
  'team_id, inserted_at, uuid, event, distinct_id, properties, person_id, person_properties, timestamp, created_at';

/**
 * Adds to `events` what its view has not written for one range of ingestion time. Both tables are digested in pieces
 * (count and sum of hashes modulo 2^64 over distinct keys); only pieces that differ are looked at row by row. They also
 * differ where a late duplicate was merged away, which costs a look and repairs nothing. Idempotent: what is there is
 * not inserted again, and a row that two repairs insert is merged into one.
 */
export async function repairGap(ch: ClickHouse, range: MicrosRange): Promise<GapRepair> {
  const [logged, stored] = [await digests(ch, 'event_log', range), await digests(ch, 'events', range)];
  const result: GapRepair = { compared: 0, repaired: 0, oldestMicros: undefined };
  for (const [piece, { keys, hash }] of logged) {
    result.compared += keys;
    if (stored.get(piece)?.hash !== hash || stored.get(piece)?.keys !== keys) {
      const startMicros = range.startMicros + piece * PIECE_MICROS;
      const endMicros = Math.min(startMicros + PIECE_MICROS, range.endMicros);
      await repairPiece(ch, { startMicros, endMicros }, keys, result);
    }
  }
  return result;
}

interface Digest {
  piece: number;
  keys: number;
  /** Decimal. */
  hash: string;
}

async function digests(
  ch: ClickHouse,
  table: 'event_log' | 'events',
  range: MicrosRange,
): Promise<Map<number, Digest>> {
  const rows = await ch.rows<Digest>({
    sql: `SELECT piece, count() AS keys, toString(sum(hash)) AS hash FROM (
        SELECT intDiv(toUnixTimestamp64Micro(inserted_at) - {start:Int64}, {piece:Int64}) AS piece,
          cityHash64(team_id, toDate(timestamp), toString(event), uuid) AS hash
        FROM ${table} WHERE ${rangeSql(range)} GROUP BY piece, hash)
      GROUP BY piece ORDER BY piece`,
    params: { start: range.startMicros, piece: PIECE_MICROS },
    settings: SETTINGS,
  });
  return new Map(rows.map((row) => [row.piece, row]));
}

async function repairPiece(ch: ClickHouse, range: MicrosRange, keys: number, result: GapRepair): Promise<void> {
  const shares = Math.ceil(keys / MAX_KEYS_PER_LOOKUP);
  for (let share = 0; share < shares; share += 1) {
    const missing = missingSql(`${rangeSql(range)} AND cityHash64(uuid) % ${String(shares)} = ${String(share)}`);
    const [found] = await ch.rows<{ keys: number; oldest: Micros }>({
      sql: `SELECT uniqExact(${KEY}) AS keys, toUnixTimestamp64Micro(min(inserted_at)) AS oldest
        FROM event_log WHERE ${missing}`,
      settings: SETTINGS,
    });
    if (found !== undefined && found.keys > 0) {
      await insertMissing(ch, missing);
      result.repaired += found.keys;
      result.oldestMicros = Math.min(result.oldestMicros ?? found.oldest, found.oldest);
    }
  }
}

/** What the view would have written (migrations/0001_event_log.sql). */
async function insertMissing(ch: ClickHouse, missing: string): Promise<void> {
  await ch.command({
    sql: `INSERT INTO events (${COLUMNS}, version)
      SELECT ${COLUMNS}, 18446744073709551615 - toUInt64(toUnixTimestamp64Micro(inserted_at))
      FROM event_log WHERE ${missing}`,
    settings: {
      ...SETTINGS,
      // Rows that were there once and were lost must not be taken for a repeated insert.
      insert_deduplicate: 0,
      // Event times may be spread over any number of months.
      max_partitions_per_insert_block: '0',
    },
  });
}

function missingSql(scope: string): string {
  return `${scope} AND ${KEY} NOT IN (
    SELECT ${KEY} FROM events WHERE ${KEY} IN (SELECT ${KEY} FROM event_log WHERE ${scope}))`;
}

function rangeSql({ startMicros, endMicros }: MicrosRange): string {
  return `inserted_at >= ${microsSql(startMicros)} AND inserted_at < ${microsSql(endMicros)}`;
}

/** Ingestion time of the oldest row that the log still has; undefined when it is empty. */
export async function oldestLogged(ch: ClickHouse): Promise<Micros | undefined> {
  const [row] = await ch.rows<{ rows: number; micros: Micros }>({
    sql: 'SELECT count() AS rows, toUnixTimestamp64Micro(min(inserted_at)) AS micros FROM event_log',
    settings: SETTINGS,
  });
  return row === undefined || row.rows === 0 ? undefined : row.micros;
}

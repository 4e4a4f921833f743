import type { ClickHouse } from '../../clickhouse/client.ts';
import { waitUntil } from '../../dev/wait-until.ts';

/** Of any status. Times are Date.now(). */
export interface Answer {
  webhookId: string;
  atMs: number;
}

/** What the log of attempts had not of an endpoint's answers when a worker was killed. */
export interface Behind {
  /** Answers without a row. */
  unlogged: number;
  /** The oldest of them was so old. */
  behindMs: number;
}

/** Rows by `webhook-id`, as they were visible just before a kill. */
export interface LoggedRows {
  sinceMs: number;
  rows: ReadonlyMap<string, number>;
}

/** Rows that are later than this are lost. */
const LONGEST_LAG_MS = 5 * 60_000;
/** A request that began before the window has its row there, and its answer within. */
const EDGE_MS = 2_000;
/** Requests that were on their way at the kill are answered after it. */
const ON_THEIR_WAY_MS = 100;
const READ_WITHIN_MS = 60_000;

/** Of requests that were answered. What was answered before `afterMs`, when another kill was over, is none of this one. */
export async function readLogged(ch: ClickHouse, afterMs: number): Promise<LoggedRows> {
  const sinceMs = Math.max(afterMs, Date.now() - LONGEST_LAG_MS);
  let found: { webhookId: string; rows: number }[] = [];
  const read = async (): Promise<void> => {
    found = await ch.rows({
      sql: `SELECT webhook_id AS webhookId, count() AS rows FROM delivery_attempts
        WHERE attempted_at >= fromUnixTimestamp64Milli({sinceMs:Int64}) AND status_code > 0 GROUP BY webhook_id`,
      params: { sinceMs },
    });
  };
  await waitUntil(read, { what: 'the attempt log', timeoutMs: READ_WITHIN_MS, intervalMs: 1_000 });
  return { sinceMs, rows: new Map(found.map(({ webhookId, rows }) => [webhookId, rows])) };
}

/** The oldest answers of an id have its rows. */
export function behindAt(killMs: number, answers: readonly Answer[], { sinceMs, rows }: LoggedRows): Behind {
  const left = new Map(rows);
  const missing = answers.filter(({ webhookId, atMs }) => {
    if (atMs <= sinceMs + EDGE_MS || atMs > killMs + ON_THEIR_WAY_MS) {
      return false;
    }
    const count = left.get(webhookId) ?? 0;
    left.set(webhookId, count - 1);
    return count <= 0;
  });
  const [oldest] = missing;
  return { unlogged: missing.length, behindMs: oldest === undefined ? 0 : Math.max(0, killMs - oldest.atMs) };
}

/** Answers that the log never got. */
export async function neverLogged(ch: ClickHouse, destinationId: string, answers: number): Promise<number> {
  const [row] = await ch.rows<{ rows: number }>({
    sql: 'SELECT count() AS rows FROM delivery_attempts WHERE destination_id = {id:UUID} AND status_code > 0',
    params: { id: destinationId },
  });
  return answers - (row?.rows ?? 0);
}

import { setTimeout as sleep } from 'node:timers/promises';
import { textTerms, type ErasureSubject } from '../core/erasure.ts';
import { SluiceError } from '../core/errors.ts';
import type { Micros } from '../core/time.ts';
import type { ClickHouse } from './client.ts';
import { microsSql, quoteUuid } from './sql.ts';

/** Whose rows are erased, without saying who it is: that is in `erasure_terms`. */
export interface Erasure {
  erasureId: string;
  teamId: number;
  /** Events up to and with this time of ingestion. */
  untilMicros: Micros;
}

export const ERASABLE_TABLES = ['event_log', 'events', 'delivery_attempts', 'rejected_records', 'log_entries'] as const;
export type ErasableTable = (typeof ERASABLE_TABLES)[number];

/** Each replica resolves the subqueries by itself: resolved by the first one they would put ids into the mutation's text. */
const MUTATION_SETTINGS = {
  // No request is open for the hours that a large table takes: `finished` asks.
  mutations_sync: '0',
  allow_nondeterministic_mutations: 1,
  mutations_execute_nondeterministic_on_initiator: 0,
  mutations_execute_subqueries_on_initiator: 0,
} as const;

/** Puts down who is erased and which events and messages are theirs. May be repeated: it only adds. */
export async function noteErasure(
  ch: ClickHouse,
  erasure: Erasure,
  of: { subject: ErasureSubject; messageIds: readonly string[] },
): Promise<void> {
  const { erasureId } = erasure;
  const { quoted, text } = textTerms(of.subject);
  const terms = Object.entries({
    ...{ distinct_id: of.subject.distinctIds, person_id: of.subject.personIds },
    ...{ quoted, text },
  }).flatMap(([kind, values]) => values.map((value) => ({ erasure_id: erasureId, kind, value })));
  await ch.insert('erasure_terms', ['erasure_id', 'kind', 'value'], terms, { settings: { async_insert: 0 } });
  const messages = of.messageIds.map((uuid) => ({ erasure_id: erasureId, uuid }));
  await ch.insert('erasure_events', ['erasure_id', 'uuid'], messages, { settings: { async_insert: 0 } });
  for (const table of ['event_log', 'events']) {
    await ch.command({
      sql: `INSERT INTO erasure_events (erasure_id, uuid)
        SELECT DISTINCT toUUID(${quoteUuid(erasureId)}), uuid FROM ${table} WHERE ${isTheirs(erasure)}`,
    });
  }
}

/** Rows of the table that have something of the person. */
export async function countErasable(ch: ClickHouse, table: ErasableTable, erasure: Erasure): Promise<number> {
  const [row] = await ch.rows<{ rows: number }>({
    sql: `SELECT count() AS rows FROM ${table} WHERE ${CONDITIONS[table](erasure)}`,
  });
  return row?.rows ?? 0;
}

/**
 * Erases what `countErasable` counts, and resolves when the table is written anew without it. May be repeated: a mutation
 * of an earlier call is waited for. Throws `clickhouse_error` when the engine cannot do it now; it goes on trying.
 */
export async function eraseRows(
  ch: ClickHouse,
  table: ErasableTable,
  erasure: Erasure,
  signal?: AbortSignal,
): Promise<void> {
  if (await finished(ch, table, erasure)) {
    const change = table === 'delivery_attempts' ? `UPDATE ${EMPTIED.map(emptied).join(', ')}` : 'DELETE';
    await ch.command({
      sql: `ALTER TABLE ${table} ${change} WHERE ${CONDITIONS[table](erasure)}`,
      settings: MUTATION_SETTINGS,
    });
  }
  for (let waitMs = FIRST_WAIT_MS; !(await finished(ch, table, erasure)); waitMs = Math.min(2 * waitMs, MAX_WAIT_MS)) {
    await sleep(waitMs, undefined, { ...(signal && { signal }) });
  }
}

/** What endpoints said. */
const EMPTIED = ['response_body', 'response_headers', 'error_message'] as const;
const emptied = (column: string): string => `${column} = ''`;

const FIRST_WAIT_MS = 20;
const MAX_WAIT_MS = 5_000;

/** Whether no mutation of this erasure is under way. */
async function finished(ch: ClickHouse, table: ErasableTable, { erasureId }: Erasure): Promise<boolean> {
  const [row] = await ch.rows<{ failure: string }>({
    sql: `SELECT latest_fail_reason AS failure FROM system.mutations WHERE database = currentDatabase()
      AND table = {table:String} AND NOT is_done AND position(command, {erasure:String}) > 0
      ORDER BY failure DESC LIMIT 1`,
    params: { table, erasure: erasureId },
  });
  if (row !== undefined && row.failure !== '') {
    throw erasureStuck(table, row.failure);
  }
  return row === undefined;
}

function erasureStuck(table: ErasableTable, reason: string): SluiceError {
  return new SluiceError({
    code: 'clickhouse_error',
    message: `ClickHouse could not erase from ${table} yet: ${reason.slice(0, MAX_REASON_CHARS)}`,
    retryable: true,
    fault: 'platform',
  });
}

const MAX_REASON_CHARS = 300;

/** Forgets who was erased. */
export async function forgetErasure(ch: ClickHouse, erasureId: string): Promise<void> {
  for (const table of ['erasure_terms', 'erasure_events']) {
    await ch.command({ sql: `ALTER TABLE ${table} DROP PARTITION ${quoteUuid(erasureId)}` });
  }
}

/** As text of a statement: mutations take no bound parameters that would not become part of their text. */
const CONDITIONS: Record<ErasableTable, (erasure: Erasure) => string> = {
  event_log: isTheirs,
  events: isTheirs,
  // A batch has one answer for all of its events.
  delivery_attempts: (erasure) => `team_id = ${teamOf(erasure)} AND NOT (${EMPTIED.map(emptied).join(' AND ')}) AND (
    webhook_id IN (SELECT webhook_id FROM delivery_attempts WHERE event_uuid IN ${eventsOf(erasure)})
    OR ${EMPTIED.map((column) => mentions(column, 'text', erasure)).join(' OR ')})`,
  rejected_records: (erasure) => `team_id = ${teamOf(erasure)} AND (
    uuid IN ${eventsOf(erasure)} OR ${mentions('record', 'quoted', erasure)})`,
  log_entries: (erasure) => `team_id = ${teamOf(erasure)} AND (
    ${mentions('message', 'text', erasure)} OR ${mentions('fields', 'text', erasure)})`,
};

function isTheirs(erasure: Erasure): string {
  return `team_id = ${teamOf(erasure)} AND inserted_at <= ${microsSql(erasure.untilMicros)} AND (
    distinct_id IN (${termsOf('distinct_id', erasure)})
    OR person_id IN (SELECT toUUIDOrZero(value) FROM (${termsOf('person_id', erasure)})))`;
}

function mentions(column: string, kind: 'quoted' | 'text', erasure: Erasure): string {
  return `arrayExists(term -> position(${column}, term) > 0,
    (SELECT groupArray(value) FROM (${termsOf(kind, erasure)})))`;
}

function termsOf(kind: string, { erasureId }: Erasure): string {
  return `SELECT value FROM erasure_terms WHERE erasure_id = ${quoteUuid(erasureId)} AND kind = '${kind}'`;
}

function eventsOf({ erasureId }: Erasure): string {
  return `(SELECT uuid FROM erasure_events WHERE erasure_id = ${quoteUuid(erasureId)})`;
}

function teamOf({ teamId }: Erasure): string {
  return String(Math.trunc(teamId));
}

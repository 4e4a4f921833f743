import { LOG_KEPT_MS } from '../../core/log-reach.ts';
import { MICROS_PER_MS, type MicrosRange } from '../../core/time.ts';
import type { ClickHouse } from '../client.ts';
import { estimateRowBytes, planChunks } from '../plan.ts';
import { chunkSql, EVENT_HASH, type EventScope } from '../scope.ts';
import { microsSql } from '../sql.ts';
import { EVENTS_MODEL } from './events.ts';
import type { ExportModel, Relation, SelectRequest, SelectStatement } from './model.ts';

const DAY_MS = 24 * 60 * 60_000;
/** A run of an interval at the edge may take this long: it must not lose the log's rows half-way. */
const MARGIN_MS = DAY_MS;
/** How long `event_first_seen` remembers a uuid (migrations/0001_event_log.sql); duplicates end with it. */
const REMEMBERED_MICROS = 8 * DAY_MS * MICROS_PER_MS;

/**
 * First arrivals of events in the long-term table: those that were not seen in the 8 days before, as for the log. A
 * merge may have removed a later arrival of the same event before that.
 */
const ARCHIVE: Relation = {
  plan: (ch, scope, options, signal) => planChunks(ch, archived(scope), options, signal),
  rowBytes: (ch, scope) => estimateRowBytes(ch, archived(scope)),
  select: selectArchived,
  rowHash: EVENT_HASH,
  record: { uuid: 'uuid', insertedAt: 'inserted_at', event: 'event' },
};

function archived(scope: EventScope): EventScope {
  return { ...scope, table: 'events' };
}

function selectArchived(_ch: ClickHouse, { scope, chunk, columns, where }: SelectRequest): Promise<SelectStatement> {
  const { sql, params } = chunkSql(scope, chunk);
  // Whatever the filter says: an arrival that it does not want makes a later one a duplicate, too.
  const first = `SELECT min(inserted_at), uuid FROM events
    WHERE team_id = {scope_team:UInt32} AND inserted_at >= ${microsSql(chunk.startMicros - REMEMBERED_MICROS)}
      AND inserted_at < ${microsSql(chunk.endMicros)} AND uuid IN (SELECT uuid FROM events WHERE ${sql}) GROUP BY uuid`;
  const rest = where === undefined ? '' : ` AND (${where})`;
  return Promise.resolve({
    sql: `SELECT ${columns} FROM events WHERE ${sql} AND (inserted_at, uuid) IN (${first})${rest}
      LIMIT 1 BY events.inserted_at, events.uuid`,
    params,
    settings: { prefer_column_name_to_alias: 1 },
  });
}

const ARCHIVED_EVENTS_MODEL: ExportModel = { ...EVENTS_MODEL, relation: ARCHIVE };

/** The model `events` for an interval: from the log, or from the long-term table where the log may not reach any more. */
export function eventsModelOf({ startMicros }: MicrosRange, nowMs: number): ExportModel {
  return startMicros < (nowMs - LOG_KEPT_MS + MARGIN_MS) * MICROS_PER_MS ? ARCHIVED_EVENTS_MODEL : EVENTS_MODEL;
}

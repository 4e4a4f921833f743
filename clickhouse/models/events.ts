import { EVENT_COLUMNS, EVENT_KEY, EVENT_VERSION } from '../../core/columns.ts';
import type { ClickHouse } from '../client.ts';
import { duplicatesOf, selectFirstArrivals } from '../first-arrivals.ts';
import { longText } from '../long-text.ts';
import { countStored, estimateRowBytes, planChunks } from '../plan.ts';
import { EVENT_HASH } from '../scope.ts';
import type { ExportModel, Relation, SelectRequest, SelectStatement } from './model.ts';

/** First arrivals of events, in the order of `event_log`. */
const EVENTS: Relation = {
  plan: planChunks,
  rowBytes: estimateRowBytes,
  storedRows: countStored,
  select: selectEvents,
  rowHash: EVENT_HASH,
  log: true,
  record: { uuid: 'uuid', insertedAt: 'inserted_at', event: 'event' },
};

async function selectEvents(
  ch: ClickHouse,
  { scope, chunk, columns, where, fresh }: SelectRequest,
): Promise<SelectStatement> {
  const duplicates = await duplicatesOf(ch, scope, { fresh });
  const { sql, params } = selectFirstArrivals(columns, { scope, chunk, duplicates, where });
  // An export may call a column what it likes; the conditions on time and filters mean the log's columns.
  return { sql, params, settings: { ...longText(sql), prefer_column_name_to_alias: 1 } };
}

/** The model `events` with all of its columns. */
export const EVENTS_MODEL: ExportModel = {
  name: 'events',
  columns: EVENT_COLUMNS,
  params: {},
  key: EVENT_KEY,
  versionColumn: EVENT_VERSION,
  relation: EVENTS,
};

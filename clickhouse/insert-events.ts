import type { ClickHouse } from './client.ts';

/** One captured event, ready to be stored. The two JSON fields are objects as text, kept character by character. */
export interface CapturedEvent {
  teamId: number;
  /** Lower-case UUID. */
  uuid: string;
  event: string;
  distinctId: string;
  propertiesJson: string;
  /** UUID; all zeros when the event has no person. */
  personId: string;
  personPropertiesJson: string;
  /** `YYYY-MM-DD hh:mm:ss.ffffff`, UTC. */
  timestamp: string;
}

const COLUMNS = [
  'team_id',
  'uuid',
  'event',
  'distinct_id',
  'properties',
  'person_id',
  'person_properties',
  'timestamp',
];

/**
 * Stores a batch as one block; resolves when ClickHouse has it. May be repeated with the same token after any failure,
 * also one with an unknown outcome: the log and the tables fed from it each take the batch once, and a repeat feeds a
 * table whose view had failed. `timeoutMs` bounds the time until the rows are visible, for the server and the client.
 */
export async function insertEvents(
  ch: ClickHouse,
  events: readonly CapturedEvent[],
  options: { deduplicationToken: string; timeoutMs: number },
): Promise<void> {
  await ch.insert('event_log', COLUMNS, events.map(toRow), {
    settings: {
      insert_deduplication_token: options.deduplicationToken,
      deduplicate_blocks_in_dependent_materialized_views: 1,
      max_execution_time: Math.max(1, Math.floor(options.timeoutMs / 1_000)),
      async_insert: 0,
      // One block per batch, so that one token stands for the whole of it.
      // Event times may be spread over any number of months.
      max_partitions_per_insert_block: '0',
      max_insert_block_size: '1000000',
      min_insert_block_size_rows: '1000000',
      input_format_parallel_parsing: 0,
    },
    signal: AbortSignal.timeout(options.timeoutMs),
  });
}

function toRow(event: CapturedEvent): Record<string, unknown> {
  return {
    team_id: event.teamId,
    uuid: event.uuid,
    event: event.event,
    distinct_id: event.distinctId,
    properties: event.propertiesJson,
    person_id: event.personId,
    person_properties: event.personPropertiesJson,
    timestamp: event.timestamp,
  };
}

import { createHash } from 'node:crypto';
import { clickhouseTime, microsOf, type Micros } from '../core/time.ts';
import type { ClickHouse } from './client.ts';

export type AttemptOutcome = 'delivered' | 'retry_scheduled' | 'parked' | 'failed_attempt' | 'discarded';
export type AttemptVia = 'live' | 'retry' | 'probe';

/** One HTTP attempt. Every outcome but `failed_attempt` settles who owns the event from now on. */
export interface AttemptRow {
  teamId: number;
  destinationId: string;
  eventUuid: string;
  eventInsertedAtMicros: Micros;
  webhookId: string;
  /** 1-based over the life of the delivery, whoever makes the attempt. */
  attempt: number;
  attemptedAt: Date;
  outcome: AttemptOutcome;
  /** 0 when no response came. */
  statusCode: number;
  errorCode: string;
  errorMessage: string;
  durationMs: number;
  /** From capture to the end of the response. */
  latencyMs: number;
  /** Longer bodies are cut to 4 KiB. */
  responseBody: string;
  nextAttemptAt: Date | null;
  shard: number;
  epoch: number;
  via: AttemptVia;
}

const COLUMNS = [
  ...['team_id', 'destination_id', 'event_uuid', 'event_inserted_at', 'webhook_id', 'attempt', 'attempted_at'],
  ...['outcome', 'status_code', 'error_code', 'error_message', 'duration_ms', 'latency_ms', 'response_body'],
  ...['next_attempt_at', 'shard', 'epoch', 'via'],
];
const MAX_TEXT_BYTES = 4_096;
const INSERT_TIMEOUT_MS = 20_000;

/**
 * One insert for all rows; resolves when they are stored. Repeating the same rows after a failure stores them once:
 * the de-duplication token is a hash of the rows.
 */
export async function appendAttempts(ch: ClickHouse, rows: readonly AttemptRow[]): Promise<void> {
  const values = rows.map(toWire);
  const token = createHash('sha256').update(JSON.stringify(values)).digest('hex');
  await ch.insert('delivery_attempts', COLUMNS, values, {
    settings: { insert_deduplication_token: token, async_insert: 0, max_execution_time: INSERT_TIMEOUT_MS / 1_000 },
    signal: AbortSignal.timeout(INSERT_TIMEOUT_MS),
  });
}

function toWire(row: AttemptRow): Record<string, unknown> {
  return {
    team_id: row.teamId,
    destination_id: row.destinationId,
    event_uuid: row.eventUuid,
    event_inserted_at: clickhouseTime(row.eventInsertedAtMicros),
    webhook_id: row.webhookId,
    attempt: row.attempt,
    attempted_at: clickhouseTime(microsOf(row.attemptedAt)),
    outcome: row.outcome,
    status_code: row.statusCode,
    error_code: row.errorCode,
    error_message: storableText(row.errorMessage),
    duration_ms: row.durationMs,
    latency_ms: row.latencyMs,
    response_body: storableText(row.responseBody),
    next_attempt_at: row.nextAttemptAt && clickhouseTime(microsOf(row.nextAttemptAt)),
    shard: row.shard,
    epoch: row.epoch,
    via: row.via,
  };
}

/** Cut at 4 KiB of UTF-8 and free of lone surrogates, which ClickHouse refuses: a receiver chooses this text. */
function storableText(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  // A multi-byte character that the cut went through decodes to one replacement character at the very end.
  return bytes.length <= MAX_TEXT_BYTES
    ? bytes.toString('utf8')
    : bytes
        .subarray(0, MAX_TEXT_BYTES)
        .toString('utf8')
        .replace(/\uFFFD$/, '');
}

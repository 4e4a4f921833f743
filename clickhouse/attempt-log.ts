import { createHash } from 'node:crypto';
import type { AttemptRecord, RequestPhases } from '../core/attempts.ts';
import { MICROS_PER_MS, type Micros } from '../core/time.ts';
import type { ClickHouse } from './client.ts';

/** An attempt and the shard that made it, with the epoch of its lease; 0 and 0 outside of shards. */
export interface AttemptRow extends AttemptRecord {
  shard: number;
  epoch: number;
}

const COLUMNS = [
  ...['team_id', 'destination_id', 'event_uuid', 'event_inserted_at', 'webhook_id', 'attempt', 'attempted_at'],
  ...['outcome', 'status_code', 'error_code', 'error_message', 'duration_ms', 'latency_ms', 'response_body'],
  ...['dns_ms', 'connect_ms', 'tls_ms', 'first_byte_ms', 'response_headers'],
  ...['next_attempt_at', 'via', 'masked_by', 'shard', 'epoch'],
];
const MAX_TEXT_BYTES = 4_096;
const MAX_BYTES_PER_CHAR = 3;
const INSERT_TIMEOUT_MS = 20_000;
const MICROS_PER_SECOND = 1_000_000;
const NULL = '\\N';

/** A shard's lease: its number and epoch. */
export interface ShardLease {
  shard: number;
  epoch: number;
}

const NO_SHARD: ShardLease = { shard: 0, epoch: 0 };

/**
 * One insert for all rows; resolves when they are stored. Repeating the same rows after a failure stores them once.
 * Shards write through `AttemptLogWriter`.
 */
export async function appendAttempts(
  ch: ClickHouse,
  rows: readonly AttemptRecord[],
  lease: ShardLease = NO_SHARD,
): Promise<void> {
  await insertAttempts(ch, attemptLines(rows, lease));
}

/** TSV, because every delivery makes a row: as JSON through objects a row cost five times the CPU. */
export function attemptLines(rows: readonly AttemptRecord[], { shard, epoch }: ShardLease): string {
  const tail = `\t${String(shard)}\t${String(epoch)}\n`;
  let text = '';
  for (const row of rows) {
    text += toTsv(row) + tail;
  }
  return text;
}

/** The same lines again are stored once: the de-duplication token is a hash of the bytes that are sent. */
export async function insertAttempts(ch: ClickHouse, lines: string): Promise<void> {
  // Encoding also replaces lone surrogates, which ClickHouse refuses.
  const bytes = Buffer.from(lines);
  const token = createHash('sha256').update(bytes).digest('hex');
  await ch.insertTsv('delivery_attempts', COLUMNS, bytes, {
    settings: { insert_deduplication_token: token, async_insert: 0, max_execution_time: INSERT_TIMEOUT_MS / 1_000 },
    signal: AbortSignal.timeout(INSERT_TIMEOUT_MS),
  });
}

/** All columns but the last two, which are the same for all rows of an insert. */
function toTsv(row: AttemptRecord): string {
  const attempted = tsvTime(row.attemptedAt.getTime() * MICROS_PER_MS);
  const next = row.nextAttemptAt === null ? NULL : tsvTime(row.nextAttemptAt.getTime() * MICROS_PER_MS);
  return (
    `${String(row.teamId)}\t${row.destinationId}\t${row.eventUuid}\t${tsvTime(row.eventInsertedAtMicros)}\t` +
    `${row.webhookId}\t${String(row.attempt)}\t${attempted}\t${row.outcome}\t${String(row.statusCode)}\t` +
    `${tsvText(row.errorCode)}\t${tsvText(row.errorMessage)}\t${String(row.durationMs)}\t${String(row.latencyMs)}\t` +
    `${tsvText(row.responseBody)}\t${tsvPhases(row.phases)}\t${tsvText(row.responseHeaders ?? '')}\t${next}\t${row.via}\t${row.maskedBy ?? NULL}`
  );
}

const NO_PHASES = `${NULL}\t${NULL}\t${NULL}\t${NULL}`;

function tsvPhases(phases: RequestPhases | undefined): string {
  return phases === undefined
    ? NO_PHASES
    : `${tsvMs(phases.dnsMs)}\t${tsvMs(phases.connectMs)}\t${tsvMs(phases.tlsMs)}\t${tsvMs(phases.firstByteMs)}`;
}

/** Cut to microseconds, never rounded up: the phases do not add up to more than the whole. */
function tsvMs(ms: number | undefined): string {
  return ms === undefined ? NULL : String(Math.floor(ms * MICROS_PER_MS) / MICROS_PER_MS);
}

/** Seconds since the epoch with six decimals, which ClickHouse reads into any DateTime64 and cuts to its precision. */
function tsvTime(micros: Micros): string {
  const seconds = Math.floor(micros / MICROS_PER_SECOND);
  return `${String(seconds)}.${String(micros - seconds * MICROS_PER_SECOND).padStart(6, '0')}`;
}

const SPECIAL = /[\\\t\n\r\0]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '\\0' };

function tsvText(text: string): string {
  return text === '' ? text : cutText(text).replace(SPECIAL, (char) => ESCAPES[char] ?? char);
}

/** At most 4 KiB of UTF-8: a receiver chooses this text. */
function cutText(text: string): string {
  if (text.length * MAX_BYTES_PER_CHAR <= MAX_TEXT_BYTES) {
    return text;
  }
  const bytes = Buffer.from(text, 'utf8');
  // A multi-byte character that the cut went through decodes to one replacement character at the very end.
  return bytes.length <= MAX_TEXT_BYTES
    ? text
    : bytes
        .subarray(0, MAX_TEXT_BYTES)
        .toString('utf8')
        .replace(/\uFFFD$/, '');
}

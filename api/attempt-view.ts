import { z } from 'zod';
import { ATTEMPT_OUTCOMES, type AttemptRecord } from '../core/attempts.ts';
import { clickhouseTime } from '../core/time.ts';
import type { AttemptPosition } from './deps.ts';
import { decodePosition } from './pagination.ts';
import { timestamp } from './schemas.ts';

export const attemptSchema = z
  .object({
    webhook_id: z.string().describe('The header of that name; the same over all attempts of an event.'),
    event_uuid: z.string(),
    event_inserted_at: z.string(),
    attempt: z.number().int().describe('0: nothing was sent.'),
    attempted_at: timestamp,
    outcome: z.enum(ATTEMPT_OUTCOMES),
    status_code: z.number().int().nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    duration_ms: z.number(),
    latency_ms: z.number().describe('From capture to the end of the response.'),
    response_body: z.string(),
    next_attempt_at: timestamp.nullable(),
    via: z.string(),
    masked_by: z.string().nullable().describe('With outcome masked: the event that was sent in its place.'),
  })
  .meta({ id: 'Attempt' });

const positionSchema = z.tuple([z.iso.datetime(), z.uuid(), z.int()]);

export function attemptPosition(cursor: string): AttemptPosition {
  const [attemptedAt, eventUuid, attempt] = decodePosition(cursor, positionSchema);
  return { attemptedAt: new Date(attemptedAt), eventUuid, attempt };
}

export function attemptView(row: AttemptRecord): z.output<typeof attemptSchema> {
  return {
    webhook_id: row.webhookId,
    event_uuid: row.eventUuid,
    event_inserted_at: `${clickhouseTime(row.eventInsertedAtMicros).replace(' ', 'T')}Z`,
    attempt: row.attempt,
    attempted_at: row.attemptedAt.toISOString(),
    outcome: row.outcome,
    status_code: row.statusCode === 0 ? null : row.statusCode,
    error: row.errorCode === '' ? null : { code: row.errorCode, message: row.errorMessage },
    duration_ms: row.durationMs,
    latency_ms: row.latencyMs,
    response_body: row.responseBody,
    next_attempt_at: row.nextAttemptAt?.toISOString() ?? null,
    via: row.via,
    masked_by: row.maskedBy ?? null,
  };
}

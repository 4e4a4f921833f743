import { z } from 'zod';
import { ATTEMPT_OUTCOMES, headersOf, OUTCOME_CLASSES, type AttemptRecord } from '../core/attempts.ts';
import { clickhouseTime } from '../core/time.ts';
import type { ApiDeps, AttemptPosition } from './deps.ts';
import { decodePosition } from './pagination.ts';
import { timestamp } from './schemas.ts';

const phase = (of: string): z.ZodNullable<z.ZodNumber> => z.number().nullable().describe(of);

/** What an endpoint took and said, of a logged attempt as of a test. */
export const answerSchema = {
  duration_ms: z.number().describe('The whole request; the four below are parts of it, one after the other.'),
  dns_ms: phase('Looking up the host. Null where that did not happen: also for a literal address.'),
  connect_ms: phase(
    'Connecting; through an egress proxy with the look-up. Null over a connection that was kept from before, and of one that failed.',
  ),
  tls_ms: phase('The TLS handshake.'),
  first_byte_ms: phase('From the sending of the request to the headers of the response.'),
  response_headers: z
    .record(z.string(), z.string())
    .describe('Lower-case names; of those that may hold a secret only the name. Cut to 3 KiB.')
    .meta({ examples: [{ 'content-type': 'application/json', 'x-request-id': '7c1f', 'set-cookie': '(not shown)' }] }),
  response_body: z.string().describe('Its first 4 KiB.'),
};

export const attemptSchema = z
  .object({
    webhook_id: z.string().describe('The header of that name; the same over all attempts of an event.'),
    event_uuid: z.string(),
    event_inserted_at: z.string(),
    attempt: z.number().int().describe('0: nothing was sent.'),
    attempted_at: timestamp,
    outcome: z.enum(ATTEMPT_OUTCOMES),
    status_code: z.number().int().nullable(),
    class: z
      .enum(OUTCOME_CLASSES)
      .nullable()
      .describe(
        'What the answer means: delivered; retry: again by the schedule; throttled: again, nothing is charged; misconfigured: retried, but you have to act; rejected: never again; gone: the receiver wants no more. Null where nothing was sent.',
      ),
    error: z
      .object({ code: z.string(), message: z.string(), remedy: z.string().nullable().describe('What you can do.') })
      .nullable(),
    ...answerSchema,
    latency_ms: z.number().describe('From capture to the end of the response.'),
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

export function attemptView(
  { judgeAttempt }: Pick<ApiDeps, 'judgeAttempt'>,
  row: AttemptRecord,
): z.output<typeof attemptSchema> {
  const { class: ofClass, remedy } = judgeAttempt(row);
  return {
    webhook_id: row.webhookId,
    event_uuid: row.eventUuid,
    event_inserted_at: `${clickhouseTime(row.eventInsertedAtMicros).replace(' ', 'T')}Z`,
    attempt: row.attempt,
    attempted_at: row.attemptedAt.toISOString(),
    outcome: row.outcome,
    status_code: row.statusCode === 0 ? null : row.statusCode,
    class: ofClass,
    error: row.errorCode === '' ? null : { code: row.errorCode, message: row.errorMessage, remedy },
    ...answerView(row),
    latency_ms: row.latencyMs,
    next_attempt_at: row.nextAttemptAt?.toISOString() ?? null,
    via: row.via,
    masked_by: row.maskedBy ?? null,
  };
}

export function answerView({
  durationMs,
  phases = {},
  responseBody,
  responseHeaders,
}: Pick<AttemptRecord, 'durationMs' | 'phases' | 'responseBody' | 'responseHeaders'>): z.output<
  z.ZodObject<typeof answerSchema>
> {
  return {
    duration_ms: durationMs,
    dns_ms: phases.dnsMs ?? null,
    connect_ms: phases.connectMs ?? null,
    tls_ms: phases.tlsMs ?? null,
    first_byte_ms: phases.firstByteMs ?? null,
    response_headers: headersOf(responseHeaders),
    response_body: responseBody,
  };
}

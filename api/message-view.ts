import { z } from 'zod';
import { SUSPENDED_HEALTHS } from '../core/endpoint-health.ts';
import { messageStateOf, MESSAGE_STATES } from '../core/message-states.ts';
import { getEndpointState } from '../store/endpoint-state.ts';
import { getDestination } from '../store/destinations.ts';
import type { MessageRecord } from '../store/messages.ts';
import { attemptSchema, attemptView } from './attempt-view.ts';
import type { ApiDeps } from './deps.ts';
import { fieldError } from './problem.ts';
import { timestamp } from './schemas.ts';

const MAX_PAYLOAD_BYTES = 256 * 1_024;
const MAX_TTL_SECONDS = 30 * 24 * 60 * 60;
const ATTEMPTS_SHOWN = 100;

export const idempotencyKey = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces')
  // Operational events have them: whoever sends one first would be told instead of them.
  .regex(/^(?!sluice:)/, 'must not begin with "sluice:"');

export const newMessage = z.strictObject({
  event_type: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[\w.:-]+$/, 'must be of letters, digits, and . _ : -')
    .describe('What happened: `type` of the body.'),
  payload: z.unknown().describe('Any JSON of up to 256 KB: `data` of the body.'),
  ttl_seconds: z
    .int()
    .min(10)
    .max(MAX_TTL_SECONDS)
    .default(MAX_TTL_SECONDS)
    .describe('Not delivered by then, it is given up.'),
});

const messageFields = {
  id: z.uuid(),
  event_type: z.string(),
  state: z.enum(MESSAGE_STATES),
  attempts: z.int(),
  next_attempt_at: timestamp.nullable().describe('Of a parked message.'),
  last_status_code: z.int().nullable(),
  last_error_code: z.string().nullable(),
  idempotency_key: z.string().nullable(),
  created_at: timestamp,
  expires_at: timestamp,
};

export const messageSchema = z.object(messageFields).meta({ id: 'Message' });
export const messageDetails = z
  .object({
    ...messageFields,
    payload: z.unknown(),
    delivery_attempts: z.array(attemptSchema).describe('Newest first, at most 100.'),
  })
  .meta({ id: 'MessageDetails' });

export function payloadText(payload: unknown): string {
  if (payload === undefined) {
    throw fieldError('payload', {
      code: 'validation_failed',
      message: 'payload: it is missing',
      remedy: 'Send any JSON, null too.',
    });
  }
  const text = JSON.stringify(payload);
  if (Buffer.byteLength(text) > MAX_PAYLOAD_BYTES) {
    throw fieldError('payload', {
      code: 'message_too_large',
      message: `payload: it has more than ${String(MAX_PAYLOAD_BYTES)} bytes`,
      remedy: 'Send less, or an address where the rest can be fetched.',
    });
  }
  return text;
}

/** With what the attempt log knows of them. */
export async function messageViews(
  deps: ApiDeps,
  destinationId: string,
  rows: readonly MessageRecord[],
): Promise<z.output<typeof messageSchema>[]> {
  const known = rows.map(({ id }) => ({ destinationId, uuid: id }));
  const [states, held] = await Promise.all([deps.events.messageStates(known), takesNothing(deps, destinationId, rows)]);
  const now = deps.now?.() ?? new Date();
  return rows.map((row) => messageView(row, { log: states.get(row.id), held, expired: row.expiresAt <= now }));
}

function messageView(row: MessageRecord, facts: Parameters<typeof messageStateOf>[0]): z.output<typeof messageSchema> {
  const { log } = facts;
  return {
    ...{ id: row.id, event_type: row.eventType, idempotency_key: row.idempotencyKey },
    ...{ state: messageStateOf(facts), attempts: log?.attempts ?? 0 },
    next_attempt_at: log?.outcome === 'parked' ? (log.nextAttemptAt?.toISOString() ?? null) : null,
    last_status_code: log?.statusCode || null,
    last_error_code: log?.errorCode || null,
    ...{ created_at: row.createdAt.toISOString(), expires_at: row.expiresAt.toISOString() },
  };
}

/** Of one that was stored just now: the attempt log, which may be away, has nothing to say of it. */
export async function viewOfNewMessage(deps: ApiDeps, row: MessageRecord): Promise<z.output<typeof messageSchema>> {
  const held = await takesNothing(deps, row.destinationId, [row]);
  return messageView(row, { log: undefined, held, expired: false });
}

/** One of them. */
export async function viewOfMessage(deps: ApiDeps, row: MessageRecord): Promise<z.output<typeof messageSchema>> {
  const [view] = await messageViews(deps, row.destinationId, [row]);
  if (view === undefined) {
    throw new Error('a message has no view');
  }
  return view;
}

async function takesNothing(deps: ApiDeps, id: string, rows: readonly MessageRecord[]): Promise<boolean> {
  const teamId = rows[0]?.teamId ?? 0;
  const [webhook, endpoint] = await Promise.all([
    getDestination(deps.db, { teamId, id }),
    getEndpointState(deps.db, id),
  ]);
  return webhook?.status === 'paused' || HOLDING.has(endpoint?.health ?? 'healthy');
}

const HOLDING: ReadonlySet<string> = new Set(SUSPENDED_HEALTHS);

export async function storyOfMessage(deps: ApiDeps, row: MessageRecord): Promise<z.output<typeof messageDetails>> {
  const { teamId, destinationId, id: eventUuid } = row;
  const attempts = await deps.events.listAttempts({ teamId, destinationId, eventUuid, limit: ATTEMPTS_SHOWN });
  return {
    ...(await viewOfMessage(deps, row)),
    payload: JSON.parse(row.payload) as unknown,
    delivery_attempts: attempts.map((row) => attemptView(deps, row)),
  };
}

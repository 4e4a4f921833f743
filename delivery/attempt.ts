import type { TailEvent } from '../core/webhook-event.ts';
import { MICROS_PER_MS } from '../core/time.ts';
import { classifyOutcome, classifyOversize, type Classification } from './classify.ts';
import { buildDeliveryHeaders } from './headers.ts';
import { webhookIdOf } from './identity.ts';
import { MAX_PAYLOAD_BYTES, renderEventBody } from './payload.ts';
import { signStandard } from './signing.ts';
import type { LaneConfig } from './shard/lane-config.ts';
import type { AttemptRecord, ClockPort, SendOutcome, SendPort } from './shard/ports.ts';

/** Enough to see what the receiver said; larger bodies are cut. */
const LOGGED_BODY_CHARS = 4_096;

const NOT_SENT: SendOutcome = { kind: 'error', code: 'payload_too_large', message: '', timings: { totalMs: 0 } };

export interface AttemptResult {
  classification: Classification;
  /** The log row; the caller decides the outcome. */
  record: Omit<AttemptRecord, 'outcome' | 'nextAttemptAt'>;
}

export interface AttemptInput {
  config: LaneConfig;
  event: TailEvent;
  /** 1-based over the life of the delivery. */
  attempt: number;
  via: AttemptRecord['via'];
}

/** Signs and sends one event once. Never rejects: whatever happens is a classification. */
export async function attemptDelivery(
  ports: { send: SendPort; clock: ClockPort },
  input: AttemptInput,
  signal: AbortSignal,
): Promise<AttemptResult> {
  const { config, event, attempt, via } = input;
  const attemptedAtMs = ports.clock.nowMs();
  const webhookId = webhookIdOf(config.destinationId, event.uuid);
  const body = renderEventBody(event);
  const timestampSeconds = Math.floor(attemptedAtMs / 1_000);
  const signature = signStandard({ id: webhookId, timestampSeconds, body, secrets: config.secrets });
  const headers = buildDeliveryHeaders({ custom: config.headers, webhookId, timestampSeconds, signature, attempt });
  const bodyBytes = Buffer.byteLength(body);
  const outcome: SendOutcome =
    bodyBytes > MAX_PAYLOAD_BYTES
      ? NOT_SENT
      : await ports.send({ url: config.url, headers, body, timeoutMs: config.timeoutMs }, signal);
  const classification =
    outcome === NOT_SENT
      ? classifyOversize(bodyBytes, MAX_PAYLOAD_BYTES)
      : classifyOutcome(outcome, new Date(ports.clock.nowMs()));
  const finishedAtMs = ports.clock.nowMs();
  return {
    classification,
    record: {
      teamId: event.teamId,
      destinationId: config.destinationId,
      eventUuid: event.uuid,
      eventInsertedAtMicros: event.insertedAtMicros,
      webhookId,
      attempt,
      attemptedAt: new Date(attemptedAtMs),
      statusCode: outcome.kind === 'response' ? outcome.status : 0,
      errorCode: classification.errorCode ?? '',
      errorMessage: classification.message ?? '',
      durationMs: outcome.timings.totalMs,
      latencyMs: finishedAtMs - event.insertedAtMicros / MICROS_PER_MS,
      responseBody: outcome.kind === 'response' ? outcome.body.slice(0, LOGGED_BODY_CHARS) : '',
      via,
    },
  };
}

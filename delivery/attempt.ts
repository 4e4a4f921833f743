import type { AttemptRecord } from '../core/attempts.ts';
import type { TailEvent } from '../core/webhook-event.ts';
import { MICROS_PER_MS } from '../core/time.ts';
import { classifyOutcome, classifyOversize, classifyUnrendered, type Classification } from './classify.ts';
import { buildDeliveryHeaders } from './headers.ts';
import { webhookIdOf } from './identity.ts';
import { loggedAnswer, type LoggedAnswer } from './logged-answer.ts';
import { MAX_PAYLOAD_BYTES, renderEventBody } from './payload.ts';
import { signStandard } from './signing.ts';
import type { LaneConfig } from './shard/lane-config.ts';
import type { ClockPort, EventClockPort, OutboundRequest, SendOutcome, SendPort } from './shard/ports.ts';

const NOTHING_SENT: SendOutcome = {
  kind: 'error',
  code: 'aborted',
  message: 'nothing was sent',
  timings: { totalMs: 0 },
};

export interface RenderedBody {
  body: Buffer;
  refusal?: Classification;
}

export interface AttemptResult {
  classification: Classification;
  /** The log row, as `failed_attempt`: whoever settles the event puts its outcome in. */
  record: AttemptRecord;
}

export interface AttemptInput {
  config: LaneConfig;
  event: TailEvent;
  /** 1-based over the life of the delivery. */
  attempt: number;
  via: AttemptRecord['via'];
}

/** One moment by two clocks, in milliseconds since the epoch. */
export interface Moment {
  /** By the clock of this process. */
  atMs: number;
  /** By the clock that stamps events; undefined: not known. */
  eventMs: number | undefined;
}

export function momentOf(clocks: { clock: Pick<ClockPort, 'nowMs'>; eventClock: EventClockPort }): Moment {
  return { atMs: clocks.clock.nowMs(), eventMs: clocks.eventClock.nowMs() };
}

/** An attempt that is rendered and signed. */
export interface PreparedAttempt {
  input: AttemptInput;
  atMs: number;
  webhookId: string;
  request: OutboundRequest;
  /** Present when nothing can be sent: the judgement on the event. */
  refusal?: Classification;
}

/** Signs and sends one event once. Never rejects: whatever happens is a classification. */
export async function attemptDelivery(
  ports: { send: SendPort; clock: Pick<ClockPort, 'nowMs'>; eventClock: EventClockPort },
  input: AttemptInput,
  signal: AbortSignal,
): Promise<AttemptResult> {
  const prepared = prepareAttempt(input, ports.clock.nowMs());
  const outcome = prepared.refusal ? undefined : await ports.send(prepared.request, signal);
  return concludeAttempt(prepared, outcome, momentOf(ports));
}

export function prepareAttempt(input: AttemptInput, atMs: number): PreparedAttempt {
  const { config, event } = input;
  const { body, refusal } = renderEvent(config, event);
  const wrapped = config.batch === undefined ? body : Buffer.from(`[${body.toString()}]`);
  const prepared = prepareRequest(
    input,
    { body: wrapped, webhookId: webhookIdOf(config.destinationId, event.uuid), eventUuids: [event.uuid] },
    atMs,
  );
  return refusal ? { ...prepared, refusal } : prepared;
}

/** Signed with the secrets and for the time of this attempt. */
export function prepareRequest(
  input: AttemptInput,
  { body, webhookId, eventUuids }: { body: Buffer; webhookId: string; eventUuids: string[] },
  atMs: number,
): PreparedAttempt {
  const { config, attempt, via } = input;
  const timestampSeconds = Math.floor(atMs / 1_000);
  const signature = signStandard({ id: webhookId, timestampSeconds, body, secrets: config.secrets });
  const headers = buildDeliveryHeaders({
    custom: config.headers,
    contentType: config.contentType,
    webhookId,
    timestampSeconds,
    signature,
    attempt,
  });
  const { destinationId, answers, method, url, oauth2, clientCertificate } = config;
  // All of one shape, whatever a destination has: put together by spreading, it is slow to make and to read.
  const request: OutboundRequest = {
    method,
    url,
    headers,
    body,
    timeoutMs: config.timeoutMs,
    connectTimeoutMs: config.connectTimeoutMs,
    headersTimeoutMs: config.headersTimeoutMs,
    oauth2,
    clientCertificate,
    // Many tenants call the same hosts, and one of them may make its connections hang; or one webhook of a tenant.
    pool: String(config.teamId),
    share: destinationId,
    about: { destinationId, eventUuids, attempt, via, answers },
  };
  return { input, atMs, webhookId, request };
}

/** Encoded once, for its length, the signature and the request. */
export function renderEvent({ destinationId, name, template }: LaneConfig, event: TailEvent): RenderedBody {
  try {
    const webhook = { id: destinationId, name };
    const body = Buffer.from(template === undefined ? renderEventBody(event) : template({ event, webhook }));
    const tooLarge = body.length > MAX_PAYLOAD_BYTES;
    return tooLarge ? { body, refusal: classifyOversize(body.length, MAX_PAYLOAD_BYTES) } : { body };
  } catch (error) {
    return { body: Buffer.alloc(0), refusal: classifyUnrendered(error) };
  }
}

/** What the attempt means and its log row. `outcome` is undefined when nothing was sent. */
export function concludeAttempt(
  prepared: PreparedAttempt,
  outcome: SendOutcome | undefined,
  finished: Moment,
): AttemptResult {
  const classification = classifyAttempt(prepared, outcome, finished.atMs);
  const answer = loggedAnswer(outcome, prepared.input.config.hidden);
  return { classification, record: recordOf(prepared, classification, answer, finished) };
}

/** What the attempt means. */
export function classifyAttempt(
  { input, refusal }: Pick<PreparedAttempt, 'input' | 'refusal'>,
  outcome: SendOutcome | undefined,
  finishedAtMs: number,
): Classification {
  const { answers, maxRetryAfterMs } = input.config;
  return (
    refusal ?? askedWithin(classifyOutcome(outcome ?? NOTHING_SENT, new Date(finishedAtMs), answers), maxRetryAfterMs)
  );
}

/** No endpoint is left alone for longer than its webhook says, whatever it asks for. */
function askedWithin(classification: Classification, maxMs: number | undefined): Classification {
  const { retryAfterMs } = classification;
  return maxMs === undefined || retryAfterMs === undefined || retryAfterMs <= maxMs
    ? classification
    : { ...classification, retryAfterMs: maxMs };
}

/** The log row of one attempt, as `failed_attempt`. Its times are those of the clock that all workers have. */
export function recordOf(
  { input, atMs, webhookId }: Pick<PreparedAttempt, 'input' | 'atMs' | 'webhookId'>,
  { errorCode, message }: Classification,
  answer: LoggedAnswer,
  finished: Moment,
): AttemptRecord {
  const { config, event, attempt, via } = input;
  const { eventMs = finished.atMs } = finished;
  return {
    teamId: event.teamId,
    destinationId: config.destinationId,
    eventUuid: event.uuid,
    eventInsertedAtMicros: event.insertedAtMicros,
    webhookId,
    attempt,
    attemptedAt: new Date(atMs + eventMs - finished.atMs),
    outcome: 'failed_attempt',
    statusCode: answer.statusCode,
    errorCode: errorCode ?? '',
    errorMessage: message ?? '',
    durationMs: answer.durationMs,
    phases: answer.phases,
    latencyMs: Math.max(0, eventMs - event.insertedAtMicros / MICROS_PER_MS),
    responseBody: answer.responseBody,
    responseHeaders: answer.responseHeaders,
    nextAttemptAt: null,
    via,
    kind: config.kind,
  };
}

/** The log row of an event that is not sent because another one is. */
export function maskedRecord(input: AttemptInput, maskedBy: string, now: Moment): AttemptRecord {
  const { config, event } = input;
  return {
    teamId: event.teamId,
    destinationId: config.destinationId,
    eventUuid: event.uuid,
    eventInsertedAtMicros: event.insertedAtMicros,
    webhookId: webhookIdOf(config.destinationId, event.uuid),
    attempt: 0,
    attemptedAt: new Date(now.eventMs ?? now.atMs),
    outcome: 'masked',
    ...{ statusCode: 0, errorCode: '', errorMessage: '', durationMs: 0, latencyMs: 0, responseBody: '' },
    nextAttemptAt: null,
    via: input.via,
    kind: config.kind,
    maskedBy,
  };
}

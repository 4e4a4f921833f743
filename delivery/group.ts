import type { AttemptRecord } from '../core/attempts.ts';
import {
  classifyAttempt,
  prepareRequest,
  recordOf,
  renderEvent,
  type AttemptInput,
  type Moment,
  type PreparedAttempt,
} from './attempt.ts';
import type { Classification } from './classify.ts';
import { batchIdOf } from './identity.ts';
import { loggedAnswer, NO_ANSWER } from './logged-answer.ts';
import type { SendOutcome } from './shard/ports.ts';

/** A request for one or more events of a destination, which have made equally many attempts. */
export interface PreparedGroup<Input extends AttemptInput> {
  /** Undefined when none of the events can be sent. */
  prepared: PreparedAttempt | undefined;
  sent: Input[];
  /** Events that cannot be sent, each with its judgement. */
  refused: { input: Input; record: AttemptRecord; refusal: Classification }[];
  /** They did not fit into the request. */
  left: Input[];
}

export interface GroupResult {
  classification: Classification;
  /** One for each event that was sent, in the order of the request, as `failed_attempt`. */
  records: AttemptRecord[];
}

/** Events beyond the batch's bytes, and all after them, are left: order is kept. */
export function prepareGroup<Input extends AttemptInput>(inputs: readonly Input[], now: Moment): PreparedGroup<Input> {
  const group: PreparedGroup<Input> = { prepared: undefined, sent: [], refused: [], left: [] };
  const bodies: Buffer[] = [];
  let bytes = 0;
  for (const input of inputs) {
    const { body, refusal } = renderEvent(input.config, input.event);
    const full = bodies.length > 0 && bytes + body.length > (input.config.batch?.maxBytes ?? 0);
    if (refusal !== undefined) {
      group.refused.push({ input, record: refusedRecord(input, refusal, now), refusal });
    } else if (full || group.left.length > 0) {
      group.left.push(input);
    } else {
      bytes += body.length;
      bodies.push(body);
      group.sent.push(input);
    }
  }
  const [first] = group.sent;
  if (first !== undefined) {
    group.prepared = requestFor(first, group.sent, bodies, now.atMs);
  }
  return group;
}

function refusedRecord(input: AttemptInput, refusal: Classification, now: Moment): AttemptRecord {
  const webhookId = batchIdOf(input.config.destinationId, [input.event.uuid]);
  return recordOf({ input, atMs: now.atMs, webhookId }, refusal, NO_ANSWER, now);
}

function requestFor(
  first: AttemptInput,
  sent: readonly AttemptInput[],
  bodies: readonly Buffer[],
  atMs: number,
): PreparedAttempt {
  const { destinationId, batch } = first.config;
  const uuids = sent.map(({ event }) => event.uuid);
  const body = batch === undefined ? (bodies[0] ?? Buffer.alloc(0)) : Buffer.from(`[${bodies.join(',')}]`);
  return prepareRequest(first, { body, webhookId: batchIdOf(destinationId, uuids), eventUuids: uuids }, atMs);
}

/** One judgement for all of them. */
export function concludeGroup(
  prepared: PreparedAttempt,
  sent: readonly AttemptInput[],
  outcome: SendOutcome,
  finished: Moment,
): GroupResult {
  const { atMs, webhookId } = prepared;
  const answer = loggedAnswer(outcome, prepared.input.config.hidden);
  const classification = classifyAttempt(prepared, outcome, finished.atMs);
  return {
    classification,
    records: sent.map((input) => recordOf({ input, atMs, webhookId }, classification, answer, finished)),
  };
}

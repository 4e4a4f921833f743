import type { AttemptOutcome, AttemptRecord } from '../../core/attempts.ts';
import { maskedRecord, type AttemptInput } from '../attempt.ts';
import { expiredRecord } from '../time-to-live.ts';
import { mayBeTheBody } from '../batch.ts';
import type { Classification } from '../classify.ts';
import { concludeGroup, prepareGroup } from '../group.ts';
import type { LaneConfig } from './lane-config.ts';
import { endOf } from './lane-expiry.ts';
import type { LaneHealth } from './lane-health.ts';
import type { QueuedDelivery } from './lane-queue.ts';
import type { AttemptLogBuffer, LogOwner } from './log-buffer.ts';
import type { ShardPorts } from './ports.ts';
import { firstRetryDelayMs } from './retry-delay.ts';
import type { Traffic } from './traffic.ts';

/** The quick second try of what failed retryably: long enough for a dropped connection or a restart. */
const SECOND_TRY_AFTER_MS = 500;
/** When a failed event cannot be handed to its retry (Temporal or Postgres is away), the endpoint is left alone. */
const PLATFORM_PAUSE_MS = 5_000;

/** The lane as its sender sees it. */
export interface SendingLane extends LogOwner {
  readonly config: LaneConfig;
  readonly suspended: boolean;
  readonly health: LaneHealth;
  readonly traffic: Traffic;
  /** The event was not settled and is read again. */
  giveBack(delivery: QueuedDelivery): void;
  giveBackQueue(): void;
  /** To the head of the queue: sent next, in other requests. */
  putBack(deliveries: readonly QueuedDelivery[]): void;
}

/** What one request has to settle yet. */
type Open = Set<QueuedDelivery>;

interface Result {
  classification: Classification;
  status: number;
  records: ReadonlyMap<QueuedDelivery, AttemptRecord>;
}

/**
 * Makes the requests of a lane, each for one event or for a batch, and decides who owns each event afterwards. A batch is
 * charged to the endpoint once, and settled event by event.
 */
export class LaneSender {
  readonly #lane: SendingLane;
  readonly #ports: ShardPorts;
  readonly #log: AttemptLogBuffer;
  readonly #signal: AbortSignal;

  constructor(lane: SendingLane, ports: ShardPorts, log: AttemptLogBuffer, signal: AbortSignal) {
    this.#lane = lane;
    this.#ports = ports;
    this.#log = log;
    this.#signal = signal;
  }

  /** Never rejects. All of the group have made equally many attempts and come from the same place. */
  async deliver(group: readonly QueuedDelivery[]): Promise<void> {
    const open: Open = new Set(group);
    try {
      await this.#deliver(open);
    } catch (error) {
      this.#ports.observe.warn('delivery could not be settled; the event is given back to the log', { error });
      this.#lane.health.holdOff(PLATFORM_PAUSE_MS);
      this.#giveBack(open);
    }
  }

  /** Puts on record that another event is sent in its place, which settles it. */
  mask(delivery: QueuedDelivery, maskedBy: string): void {
    const input = inputOf(this.#lane.config, delivery, 0);
    this.#settleOne(delivery, maskedRecord(input, maskedBy, this.#ports.clock.nowMs()), 'masked');
  }

  /** Puts on record that its time was over, which settles it. */
  expire(delivery: QueuedDelivery): void {
    const input = inputOf(this.#lane.config, delivery, 1);
    this.#settleOne(delivery, expiredRecord(input, this.#ports.clock.nowMs()), 'discarded');
  }

  async #deliver(open: Open): Promise<void> {
    const first = await this.#attempt(open, 1);
    if (first === undefined || this.#concluded(open, first)) {
      return;
    }
    const isParked = [...open].some(({ parked }) => parked);
    await (isParked ? this.#handOver(open, first) : this.#secondTry(open, first));
  }

  /**
   * True when no retry is needed or could improve anything: the events are delivered, or the one that was sent can never
   * be, or the destination is suspended, or a receiver or platform asks to wait, or they are sent in smaller batches.
   */
  #concluded(open: Open, result: Result): boolean {
    const { class: outcomeClass, chargesAttempt } = result.classification;
    if (outcomeClass === 'delivered') {
      this.#settle(open, result, 'delivered');
      return true;
    }
    const isRejected = outcomeClass === 'rejected';
    if (isRejected && open.size === 1) {
      this.#settle(open, result, 'discarded');
      return true;
    }
    if (this.#lane.suspended || !chargesAttempt) {
      this.#settle(open, result, 'failed_attempt');
      this.#giveBack(open);
      return true;
    }
    if (open.size > 1 && (isRejected || mayBeTheBody(result.status))) {
      this.#split(open, result, Math.ceil(open.size / 2));
      return true;
    }
    return false;
  }

  /** What an endpoint refuses for one event of a batch it may take without it. Not charged to the events. */
  #split(open: Open, result: Result, maxGroup: number): void {
    this.#settle(open, result, 'failed_attempt');
    const smaller = [...open].map((delivery) => ({ ...delivery, maxGroup }));
    open.clear();
    this.#lane.putBack(smaller);
  }

  async #secondTry(open: Open, first: Result): Promise<void> {
    this.#settle(open, first, 'failed_attempt');
    const { clock } = this.#ports;
    await clock.sleep(SECOND_TRY_AFTER_MS * (0.5 + clock.random()), this.#signal);
    const second = await this.#attempt(open, 2);
    if (second !== undefined && !this.#concluded(open, second)) {
      await this.#handOver(open, second);
    }
  }

  /**
   * Events leave the hot path: one to a retry workflow of its own, or parked when there are too many of those; a batch is
   * parked, and comes back as a smaller one.
   */
  async #handOver(open: Open, last: Result): Promise<void> {
    const { retryScheduleMs, batch } = this.#lane.config;
    const [first] = open;
    if (first === undefined) {
      return;
    }
    if (retryScheduleMs.length === 0) {
      this.#giveUp(open, last);
      return;
    }
    if (batch === undefined && (await this.#startRetry(first, last))) {
      this.#settle(open, last, 'retry_scheduled');
      return;
    }
    const nextAttemptAt = this.#nextAttemptAt(recordOf(last, first), last.classification.retryAfterMs);
    if (nextAttemptAt === null) {
      this.#giveUp(open, last);
      return;
    }
    this.#settle(open, last, 'parked', nextAttemptAt);
  }

  /** No event is given up that was not sent alone. */
  #giveUp(open: Open, last: Result): void {
    if (open.size > 1) {
      this.#split(open, last, 1);
    } else {
      this.#settle(open, last, 'discarded');
    }
  }

  async #startRetry(delivery: QueuedDelivery, last: Result): Promise<boolean> {
    const { event, attemptsMade, replay, parked } = delivery;
    const { retryAfterMs } = last.classification;
    const endMs = endOf(this.#lane.config, delivery);
    const [record] = last.records.values();
    const { destinationId, retryScheduleMs: scheduleMs } = this.#lane.config;
    return this.#ports.retries.start({
      ...{ destinationId, scheduleMs },
      teamId: event.teamId,
      eventUuid: event.uuid,
      eventInsertedAtMicros: event.insertedAtMicros,
      attemptsMade: record?.attempt ?? attemptsMade,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(Number.isFinite(endMs) && { expiresAtMs: endMs }),
      ...((replay !== undefined || delivery.replayed === true) && { replayed: true as const }),
      // Either may have had a retry that has ended.
      ...(replay === undefined && !parked ? {} : { replayedAfterAttempt: attemptsMade }),
    });
  }

  /** Undefined when nothing was sent: every event is settled, or waits for another request. */
  async #attempt(open: Open, nth: number): Promise<Result | undefined> {
    const { clock, send } = this.#ports;
    const { config } = this.#lane;
    const inputs = [...open].map((delivery) => inputOf(config, delivery, nth));
    const { prepared, sent, refused, left } = prepareGroup(inputs, clock.nowMs());
    for (const { input, record, refusal } of refused) {
      open.delete(input.delivery);
      await this.#refuse(input.delivery, record, refusal);
    }
    this.#leave(open, left);
    if (prepared === undefined) {
      return undefined;
    }
    const outcome = await send(prepared.request, this.#signal);
    const { classification, records } = concludeGroup(prepared, sent, outcome, clock.nowMs());
    await this.#observe(classification);
    const status = outcome.kind === 'response' ? outcome.status : 0;
    return { classification, status, records: recordsOf(sent, records) };
  }

  /** What was not sent because of the event itself: parked when it may be sent later, and the schedule goes on. */
  async #refuse(delivery: QueuedDelivery, record: AttemptRecord, refusal: Classification): Promise<void> {
    const mayPass = refusal.class === 'retry';
    const nextAttemptAt = mayPass ? this.#nextAttemptAt(record) : null;
    this.#settleOne(delivery, record, nextAttemptAt === null ? 'discarded' : 'parked', nextAttemptAt);
    if (mayPass) {
      await this.#observe(refusal);
    }
  }

  async #observe(classification: Classification): Promise<void> {
    await this.#lane.health.observe(classification);
    if (this.#lane.suspended) {
      this.#lane.giveBackQueue();
    }
  }

  /** By the retry schedule, and not before the endpoint wants it; null after its end. */
  #nextAttemptAt({ attempt }: AttemptRecord, retryAfterMs?: number): Date | null {
    const { clock } = this.#ports;
    const { retryScheduleMs } = this.#lane.config;
    const delayMs = firstRetryDelayMs(retryScheduleMs, attempt, { random: clock.random(), retryAfterMs });
    return delayMs === undefined ? null : new Date(clock.nowMs() + delayMs);
  }

  #leave(open: Open, left: readonly LaneInput[]): void {
    if (left.length > 0) {
      const deliveries = left.map(({ delivery }) => delivery);
      deliveries.forEach((delivery) => open.delete(delivery));
      this.#lane.putBack(deliveries);
    }
  }

  /** Puts the attempt on record; with `failed_attempt` the events are not settled by it. */
  #settle(open: Open, result: Result, outcome: AttemptOutcome, nextAttemptAt: Date | null = null): void {
    for (const delivery of open) {
      this.#settleOne(delivery, recordOf(result, delivery), outcome, nextAttemptAt);
      if (outcome !== 'failed_attempt') {
        open.delete(delivery);
      }
    }
  }

  #settleOne(
    delivery: QueuedDelivery,
    record: AttemptRecord,
    outcome: AttemptOutcome,
    nextAttemptAt: Date | null = null,
  ): void {
    record.outcome = outcome;
    // At its end it comes back once more, to be put on record.
    const endMs = endOf(this.#lane.config, delivery);
    record.nextAttemptAt = nextAttemptAt && new Date(Math.min(nextAttemptAt.getTime(), endMs));
    this.#lane.traffic.count(record);
    this.#ports.observe.attempt(record);
    this.#log.append(record, delivery.replay ?? this.#lane);
  }

  #giveBack(open: Open): void {
    for (const delivery of open) {
      this.#lane.giveBack(delivery);
    }
    open.clear();
  }
}

interface LaneInput extends AttemptInput {
  delivery: QueuedDelivery;
}

function inputOf(config: LaneConfig, delivery: QueuedDelivery, nth: number): LaneInput {
  const { event, attemptsMade, parked, replay } = delivery;
  const via = replay === undefined ? (parked ? 'retry' : 'live') : 'replay';
  return { config, event, attempt: attemptsMade + nth, via, delivery };
}

/** `records` are in the order of `sent`. */
function recordsOf(sent: readonly LaneInput[], records: readonly AttemptRecord[]): Result['records'] {
  const byDelivery = new Map<QueuedDelivery, AttemptRecord>();
  records.forEach((record, index) => {
    const { delivery } = sent[index] ?? {};
    if (delivery !== undefined) {
      byDelivery.set(delivery, record);
    }
  });
  return byDelivery;
}

function recordOf({ records }: Result, delivery: QueuedDelivery): AttemptRecord {
  const record = records.get(delivery);
  if (record === undefined) {
    throw new TypeError('an event has no record of its attempt');
  }
  return record;
}

import type { AttemptOutcome, AttemptRecord } from '../../core/attempts.ts';
import { maskedRecord, momentOf, type AttemptInput, type PreparedAttempt } from '../attempt.ts';
import { endFrom, expiredRecord } from '../time-to-live.ts';
import { mayBeTheBody } from '../batch.ts';
import type { Classification } from '../classify.ts';
import { concludeGroup, prepareGroup, type PreparedGroup } from '../group.ts';
import type { LaneConfig } from './lane-config.ts';
import { endOf } from './lane-expiry.ts';
import type { LaneHealth } from './lane-health.ts';
import type { LaneLag } from './lane-lag.ts';
import type { QueuedDelivery } from './lane-queue.ts';
import type { AttemptLogBuffer, LogOwner } from './log-buffer.ts';
import type { SendOutcome, ShardPorts } from './ports.ts';
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
  readonly lag: LaneLag;
  /** The event was not settled and is read again. */
  giveBack(delivery: QueuedDelivery): void;
  giveBackQueue(): void;
  /** To the head of the queue: sent next, in other requests. */
  putBack(deliveries: readonly QueuedDelivery[]): void;
}

/** What one request has to settle yet, in its order. */
type Open = QueuedDelivery[];

interface Result {
  classification: Classification;
  status: number;
  /** Of what is open, in its order. */
  records: readonly AttemptRecord[];
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

  /**
   * Never rejects. All of the group have made equally many attempts and come from the same place. Every delivery comes through
   * here, and promises are a good part of what that costs: what ends at the first attempt waits for its answer only.
   */
  async deliver(group: readonly QueuedDelivery[]): Promise<void> {
    const open: Open = [...group];
    this.#noteWaits(group);
    try {
      const { prepared, sent, refused } = this.#prepare(open, 1);
      if (refused.length > 0) {
        await this.#refuse(open, refused);
      }
      if (prepared !== undefined) {
        const first = this.#conclude({ prepared, sent }, await this.#ports.send(prepared.request, this.#signal));
        const recording = this.#lane.health.observe(first.classification, prepared.atMs, open[0]?.secondTryAfter);
        if (recording !== undefined) {
          await recording;
        }
        this.#obeyHealth();
        if (!this.#concluded(open, first)) {
          await this.#tryAgain(open, first);
        }
      }
    } catch (error) {
      this.#ports.observe.warn('delivery could not be settled; the event is given back to the log', { error });
      this.#lane.health.holdOff(PLATFORM_PAUSE_MS);
      this.#giveBack(open);
    }
  }

  /** Of what is sent for the first time, alone or in its first batch. */
  #noteWaits(group: readonly QueuedDelivery[]): void {
    for (const { event, wait, attemptsMade, maxGroup } of group) {
      if (wait !== undefined && attemptsMade === 0 && maxGroup === undefined) {
        this.#ports.observe.waited(this.#lane.lag.waitedMs(event, wait));
      }
    }
  }

  /** Puts on record that another event is sent in its place, which settles it. */
  mask(delivery: QueuedDelivery, maskedBy: string): void {
    const input = inputOf(this.#lane.config, delivery, 0);
    this.#settleOne(delivery, maskedRecord(input, maskedBy, momentOf(this.#ports)), 'masked');
  }

  /** Puts on record that its time was over, which settles it. */
  expire(delivery: QueuedDelivery): void {
    const input = inputOf(this.#lane.config, delivery, 1);
    this.#settleOne(delivery, expiredRecord(input, momentOf(this.#ports)), 'discarded');
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
    if (isRejected && open.length === 1) {
      this.#settle(open, result, 'discarded');
      return true;
    }
    if (this.#lane.suspended || !chargesAttempt) {
      this.#settle(open, result, 'failed_attempt');
      this.#giveBack(open);
      return true;
    }
    if (open.length > 1 && (isRejected || mayBeTheBody(result.status))) {
      this.#split(open, result, Math.ceil(open.length / 2));
      return true;
    }
    return false;
  }

  /** What an endpoint refuses for one event of a batch it may take without it. Not charged to the events. */
  #split(open: Open, result: Result, maxGroup: number): void {
    this.#settle(open, result, 'failed_attempt');
    const smaller = open.splice(0).map((delivery) => ({ ...delivery, maxGroup }));
    this.#lane.putBack(smaller);
  }

  /**
   * Quickly, what is new; what was parked is on its schedule already. Once second tries fail too, or were not answered in time, they
   * wait in the queue for their turn: all that were under way when the endpoint began to fail would need a connection, and then a
   * retry workflow, at one moment.
   */
  async #tryAgain(open: Open, first: Result): Promise<void> {
    if (open.some(({ parked, secondTryAfter }) => parked || secondTryAfter !== undefined)) {
      await this.#handOver(open, first);
      return;
    }
    const { delivered } = this.#lane.health;
    this.#settle(open, first, 'failed_attempt');
    const { clock } = this.#ports;
    if (!this.#mustWait(open)) {
      await clock.sleep(SECOND_TRY_AFTER_MS * (0.5 + clock.random()), this.#signal);
    }
    if (this.#lane.suspended) {
      this.#giveBack(open);
    } else if (this.#mustWait(open)) {
      this.#lane.putBack(open.splice(0).map((delivery) => asSecondTry(delivery, delivered)));
    } else {
      await this.#tryNow(open, delivered);
    }
  }

  /** A batch is one request, however many events are in it. */
  #mustWait(open: Open): boolean {
    return open.length === 1 && this.#lane.health.takesNothing;
  }

  async #tryNow(open: Open, after: number): Promise<void> {
    const { prepared, sent, refused } = this.#prepare(open, 2);
    await this.#refuse(open, refused);
    if (prepared === undefined) {
      return;
    }
    const second = this.#conclude({ prepared, sent }, await this.#ports.send(prepared.request, this.#signal));
    await this.#lane.health.observe(second.classification, prepared.atMs, after);
    this.#obeyHealth();
    if (!this.#concluded(open, second)) {
      this.#lane.health.secondTryFailed(after);
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
    const [record] = last.records;
    if (first === undefined || record === undefined) {
      return;
    }
    if (retryScheduleMs.length === 0) {
      this.#giveUp(open, last);
      return;
    }
    const { retryAfterMs = this.#lane.health.retryAfterMs } = last.classification;
    if (batch === undefined && (await this.#startRetry(first, { attemptsMade: record.attempt, retryAfterMs }))) {
      this.#settle(open, last, 'retry_scheduled');
      return;
    }
    const nextAttemptAt = this.#nextAttemptAt(record, retryAfterMs);
    if (nextAttemptAt === null) {
      this.#giveUp(open, last);
      return;
    }
    this.#settle(open, last, 'parked', nextAttemptAt);
  }

  /** No event is given up that was not sent alone. */
  #giveUp(open: Open, last: Result): void {
    if (open.length > 1) {
      this.#split(open, last, 1);
    } else {
      this.#settle(open, last, 'discarded');
    }
  }

  async #startRetry(
    delivery: QueuedDelivery,
    last: { attemptsMade: number; retryAfterMs: number | undefined },
  ): Promise<boolean> {
    const { event, attemptsMade, replay, parked } = delivery;
    const isReplayed = replay !== undefined || delivery.replayed === true;
    const endMs = endOf(this.#lane.config, delivery);
    const { destinationId, retryScheduleMs: scheduleMs, maxOpenRetries } = this.#lane.config;
    return this.#ports.retries.start({
      ...{ destinationId, scheduleMs, maxOpenRetries },
      teamId: event.teamId,
      eventUuid: event.uuid,
      eventInsertedAtMicros: event.insertedAtMicros,
      attemptsMade: last.attemptsMade,
      ...(last.retryAfterMs === undefined ? {} : { retryAfterMs: last.retryAfterMs }),
      ...endFrom(endMs, this.#ports.eventClock.nowMs()),
      ...(isReplayed ? { replayed: true as const } : { mayPark: this.#lane.health.takesNothing }),
      // Either may have had a retry that has ended.
      ...(replay === undefined && !parked ? {} : { replayedAfterAttempt: attemptsMade }),
    });
  }

  /** The next request. Open are then what it sends, in its order, and after that what is to be refused. */
  #prepare(open: Open, nth: number): PreparedGroup<LaneInput> {
    const inputs = open.map((delivery) => inputOf(this.#lane.config, delivery, nth));
    const group = prepareGroup(inputs, momentOf(this.#ports));
    if (group.sent.length < inputs.length) {
      open.splice(0, open.length, ...[...group.sent, ...group.refused.map(({ input }) => input)].map(deliveryOf));
      this.#lane.putBack(group.left.map(deliveryOf));
    }
    return group;
  }

  #conclude({ prepared, sent }: Sendable, outcome: SendOutcome): Result {
    const { classification, records } = concludeGroup(prepared, sent, outcome, momentOf(this.#ports));
    return { classification, records, status: outcome.kind === 'response' ? outcome.status : 0 };
  }

  /** What is not sent because of the event itself: parked when it may be sent later, and the schedule goes on. */
  async #refuse(open: Open, refused: PreparedGroup<LaneInput>['refused']): Promise<void> {
    for (const { input, record, refusal } of refused) {
      open.splice(open.indexOf(input.delivery), 1);
      const mayPass = refusal.class === 'retry';
      const nextAttemptAt = mayPass ? this.#nextAttemptAt(record) : null;
      this.#settleOne(input.delivery, record, nextAttemptAt === null ? 'discarded' : 'parked', nextAttemptAt);
      if (mayPass) {
        await this.#lane.health.observe(refusal);
        this.#obeyHealth();
      }
    }
  }

  /** After it has learnt from an attempt. */
  #obeyHealth(): void {
    if (this.#lane.suspended) {
      this.#lane.giveBackQueue();
    }
  }

  /** By the retry schedule and the clock of all workers, not before the endpoint wants it; null after its end. */
  #nextAttemptAt({ attempt }: AttemptRecord, retryAfterMs?: number): Date | null {
    const { clock } = this.#ports;
    const { retryScheduleMs } = this.#lane.config;
    const delayMs = firstRetryDelayMs(retryScheduleMs, attempt, { random: clock.random(), retryAfterMs });
    const { atMs, eventMs = atMs } = momentOf(this.#ports);
    return delayMs === undefined ? null : new Date(eventMs + delayMs);
  }

  /** Puts the attempt on record; with `failed_attempt` the events are not settled by it. */
  #settle(open: Open, { records }: Result, outcome: AttemptOutcome, nextAttemptAt: Date | null = null): void {
    const stayOpen = outcome === 'failed_attempt';
    for (const [index, record] of records.entries()) {
      const delivery = open[stayOpen ? index : 0];
      if (delivery === undefined) {
        throw new TypeError('an attempt is on record without its event');
      }
      this.#settleOne(delivery, record, outcome, nextAttemptAt);
      // One by one: those after one that fails are given back.
      if (!stayOpen) {
        open.shift();
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
    for (const delivery of open.splice(0)) {
      this.#lane.giveBack(delivery);
    }
  }
}

interface LaneInput extends AttemptInput {
  delivery: QueuedDelivery;
}

interface Sendable {
  prepared: PreparedAttempt;
  sent: readonly LaneInput[];
}

function inputOf(config: LaneConfig, delivery: QueuedDelivery, nth: number): LaneInput {
  const { event, attemptsMade, parked, replay } = delivery;
  const via = replay === undefined ? (parked ? 'retry' : 'live') : 'replay';
  return { config, event, attempt: attemptsMade + nth, via, delivery };
}

function asSecondTry(delivery: QueuedDelivery, secondTryAfter: number): QueuedDelivery {
  return { ...delivery, attemptsMade: delivery.attemptsMade + 1, secondTryAfter };
}

function deliveryOf({ delivery }: LaneInput): QueuedDelivery {
  return delivery;
}

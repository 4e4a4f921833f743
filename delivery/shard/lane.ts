import { filterToPredicate } from '../../core/filters.ts';
import type { TailEvent } from '../../core/webhook-event.ts';
import { attemptDelivery, type AttemptResult } from '../attempt.ts';
import { createTokenBucket, type TokenBucket } from '../rate-limiter.ts';
import { isSuspended, type LaneConfig } from './lane-config.ts';
import type { LaneCursor } from './lane-cursor.ts';
import { LaneHealth } from './lane-health.ts';
import type { AttemptLogBuffer } from './log-buffer.ts';
import type { AttemptOutcome, AttemptRecord, EndpointHealth, ShardPorts } from './ports.ts';
import { firstRetryDelayMs } from './retry-delay.ts';
import { Traffic } from './traffic.ts';

/**
 * `behind`: reads its own range of the log. `joining`: also takes what the shared tail offers, and checks that it
 * missed nothing. `live`: fed by the shared tail alone.
 */
export type LaneMode = 'behind' | 'joining' | 'live';

/** A lane's queue is bounded by count and bytes, so that one slow endpoint costs a known amount of memory. */
const MAX_QUEUED_EVENTS = 1_000;
const MAX_QUEUED_BYTES = 16 * 1024 * 1024;
/** The quick second try of an event that failed retryably: long enough for a dropped connection or a restart. */
const SECOND_TRY_AFTER_MS = 500;
/** When a failed event cannot be handed to its retry (Temporal or Postgres is away), the endpoint is left alone. */
const PLATFORM_PAUSE_MS = 5_000;

interface QueuedDelivery {
  event: TailEvent;
  /** Attempts already made when it was queued; above 0 only for parked deliveries. */
  attemptsMade: number;
  parked: boolean;
}

/** One destination's own queue, concurrency, limiter and breaker. Nothing in it can hold up another lane. */
export class Lane {
  mode: LaneMode = 'behind';
  readonly config: LaneConfig;
  readonly cursor: LaneCursor;
  readonly health: LaneHealth;
  readonly traffic = new Traffic();
  readonly #ports: ShardPorts;
  readonly #log: AttemptLogBuffer;
  readonly #matches: (eventName: string) => boolean;
  readonly #limiter: TokenBucket | undefined;
  readonly #parkedUuids = new Set<string>();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #abort = new AbortController();
  #queue: QueuedDelivery[] = [];
  #queuedBytes = 0;
  #stopped = false;
  #wake: NodeJS.Timeout | undefined;

  constructor(config: LaneConfig, cursor: LaneCursor, ports: ShardPorts, log: AttemptLogBuffer) {
    this.config = config;
    this.cursor = cursor;
    this.#ports = ports;
    this.#log = log;
    this.#matches = filterToPredicate(config.filter);
    this.health = new LaneHealth(config, ports);
    this.#limiter =
      config.rateLimitPerSecond === undefined
        ? undefined
        : createTokenBucket({ ratePerSecond: config.rateLimitPerSecond, nowMs: ports.clock.nowMs() });
  }

  get suspended(): boolean {
    return this.#stopped || isSuspended(this.health.state);
  }

  /** How many more events the queue takes; 0 while the destination is suspended. */
  get room(): number {
    return this.suspended || this.#queuedBytes >= MAX_QUEUED_BYTES ? 0 : MAX_QUEUED_EVENTS - this.#queue.length;
  }

  get backlog(): number {
    return this.#queue.length + this.#inFlight.size;
  }

  matches(eventName: string): boolean {
    return this.#matches(eventName);
  }

  /** Takes an event from the shared tail; a lane without room leaves the tail and reads for itself later. */
  offer(event: TailEvent): void {
    if (!this.#matches(event.event) || !this.cursor.wants(event.uuid, event.insertedAtMicros)) {
      return;
    }
    if (this.room === 0) {
      this.mode = 'behind';
      return;
    }
    this.take(event);
  }

  /** Takes a matching event that the lane has read itself. The caller has looked at `room`. */
  take(event: TailEvent): void {
    if (this.cursor.take(event.uuid, event.insertedAtMicros)) {
      this.traffic.matched();
      this.#enqueue({ event, attemptsMade: 0, parked: false });
    }
  }

  /** Takes a due parked delivery; its owner in the log stays `parked` until the attempt's row is stored. */
  takeParked(event: TailEvent, attemptsMade: number): void {
    if (!this.#parkedUuids.has(event.uuid)) {
      this.#parkedUuids.add(event.uuid);
      this.#enqueue({ event, attemptsMade, parked: true });
    }
  }

  holdsParked(uuid: string): boolean {
    return this.#parkedUuids.has(uuid);
  }

  /** Adopts a health state decided elsewhere (a probe, a user) and read at `readAtMs`. */
  adoptHealth(state: EndpointHealth, readAtMs: number): void {
    if (!this.health.adoptRead(state, readAtMs)) {
      return;
    }
    if (this.suspended) {
      this.#giveBackQueue();
    }
    this.#pump();
  }

  /** Stops starting attempts; resolves when those in flight have ended. Queued events stay before the cursor. */
  async drain(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#wake);
    await Promise.all(this.#inFlight);
  }

  /** Cuts what is in flight: used when the shard has lost its lease or a drain takes too long. */
  abort(): void {
    this.#stopped = true;
    this.#abort.abort();
  }

  #enqueue(delivery: QueuedDelivery): void {
    this.#queue.push(delivery);
    this.#queuedBytes += deliveryBytes(delivery);
    this.#pump();
  }

  #pump(): void {
    while (this.#queue.length > 0 && !this.suspended && this.#inFlight.size < this.#concurrency()) {
      const waitMs = this.#waitMs();
      if (waitMs > 0) {
        this.#pumpLater(waitMs);
        return;
      }
      const delivery = this.#queue.shift();
      if (delivery === undefined) {
        return;
      }
      this.#queuedBytes -= deliveryBytes(delivery);
      this.#start(delivery);
    }
  }

  #waitMs(): number {
    const nowMs = this.#ports.clock.nowMs();
    const healthMs = this.health.waitMs(nowMs);
    return healthMs > 0 ? healthMs : (this.#limiter?.take(nowMs) ?? 0);
  }

  #pumpLater(waitMs: number): void {
    clearTimeout(this.#wake);
    this.#wake = setTimeout(() => {
      this.#pump();
    }, waitMs);
  }

  #concurrency(): number {
    return this.health.concurrency(this.config.maxConcurrency);
  }

  #start(delivery: QueuedDelivery): void {
    const work = this.#deliver(delivery)
      .catch((error: unknown) => {
        this.#ports.observe.warn('delivery could not be settled; the event is given back to the log', { error });
        this.health.holdOff(PLATFORM_PAUSE_MS);
        this.#giveBack(delivery);
      })
      .finally(() => {
        this.#inFlight.delete(work);
        this.#pump();
      });
    this.#inFlight.add(work);
  }

  async #deliver(delivery: QueuedDelivery): Promise<void> {
    const first = await this.#attempt(delivery, delivery.attemptsMade + 1);
    if (first.classification.class === 'delivered') {
      this.#settle(delivery, first, 'delivered');
      return;
    }
    if (this.#settledWithoutRetry(delivery, first)) {
      return;
    }
    if (delivery.parked) {
      await this.#handOver(delivery, first);
      return;
    }
    this.#logFailure(first);
    await this.#secondTry(delivery);
  }

  /** Handles what no retry can improve: an event that can never be sent, a pause, a receiver or platform that asks to wait. */
  #settledWithoutRetry(delivery: QueuedDelivery, result: AttemptResult): boolean {
    if (result.classification.class === 'rejected') {
      this.#settle(delivery, result, 'discarded');
      return true;
    }
    if (this.suspended || !result.classification.chargesAttempt) {
      this.#logFailure(result);
      this.#giveBack(delivery);
      return true;
    }
    return false;
  }

  async #secondTry(delivery: QueuedDelivery): Promise<void> {
    await this.#ports.clock.sleep(SECOND_TRY_AFTER_MS * (0.5 + this.#ports.clock.random()), this.#abort.signal);
    const second = await this.#attempt(delivery, delivery.attemptsMade + 2);
    if (second.classification.class === 'delivered') {
      this.#settle(delivery, second, 'delivered');
      return;
    }
    if (!this.#settledWithoutRetry(delivery, second)) {
      await this.#handOver(delivery, second);
    }
  }

  /** The attempt is on record, but the event is not settled by it. */
  #logFailure(result: AttemptResult): void {
    const record = finished(result, 'failed_attempt');
    this.traffic.count(record);
    this.#ports.observe.attempt(record);
    this.#log.append(record, () => undefined);
  }

  /** The event leaves the hot path: to a retry workflow of its own, or parked when there are too many of those. */
  async #handOver(delivery: QueuedDelivery, last: AttemptResult): Promise<void> {
    const { event } = delivery;
    const { retryAfterMs } = last.classification;
    const started = await this.#ports.retries.start({
      destinationId: this.config.destinationId,
      teamId: event.teamId,
      eventUuid: event.uuid,
      eventInsertedAtMicros: event.insertedAtMicros,
      attemptsMade: last.record.attempt,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
    if (started) {
      this.#settle(delivery, last, 'retry_scheduled');
      return;
    }
    const delayMs = firstRetryDelayMs(this.config.retryScheduleMs, last.record.attempt, this.#ports.clock.random());
    if (delayMs === undefined) {
      this.#settle(delivery, last, 'discarded');
      return;
    }
    this.#settle(delivery, last, 'parked', new Date(this.#ports.clock.nowMs() + (retryAfterMs ?? delayMs)));
  }

  async #attempt(delivery: QueuedDelivery, attempt: number): Promise<AttemptResult> {
    const via = delivery.parked ? 'retry' : 'live';
    const result = await attemptDelivery(
      this.#ports,
      { config: this.config, event: delivery.event, attempt, via },
      this.#abort.signal,
    );
    await this.health.observe(result.classification);
    if (this.suspended) {
      this.#giveBackQueue();
    }
    return result;
  }

  #settle(delivery: QueuedDelivery, result: AttemptResult, outcome: AttemptOutcome, nextAttemptAt?: Date): void {
    const record = finished(result, outcome, nextAttemptAt);
    this.traffic.count(record);
    this.#ports.observe.attempt(record);
    this.#log.append(record, () => {
      this.cursor.settle(delivery.event.uuid);
      this.#parkedUuids.delete(delivery.event.uuid);
    });
  }

  #giveBack(delivery: QueuedDelivery): void {
    if (delivery.parked) {
      this.#parkedUuids.delete(delivery.event.uuid);
      return;
    }
    this.cursor.release(delivery.event.uuid);
    this.mode = 'behind';
  }

  #giveBackQueue(): void {
    const queue = this.#queue;
    this.#queue = [];
    this.#queuedBytes = 0;
    for (const delivery of queue) {
      this.#giveBack(delivery);
    }
    this.mode = 'behind';
  }
}

function finished(result: AttemptResult, outcome: AttemptOutcome, nextAttemptAt: Date | null = null): AttemptRecord {
  return { ...result.record, outcome, nextAttemptAt };
}

function deliveryBytes({ event }: QueuedDelivery): number {
  return event.propertiesJson.length + event.personPropertiesJson.length;
}

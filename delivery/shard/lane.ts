import type { AttemptOutcome, AttemptRecord } from '../../core/attempts.ts';
import { filterToPredicate } from '../../core/filters.ts';
import type { Micros } from '../../core/time.ts';
import type { TailEvent } from '../../core/webhook-event.ts';
import { concludeAttempt, prepareAttempt, type AttemptResult } from '../attempt.ts';
import { isSuspended, type LaneConfig } from './lane-config.ts';
import type { LaneCursor } from './lane-cursor.ts';
import { LaneHealth } from './lane-health.ts';
import { LaneMessages } from './lane-messages.ts';
import { LanePace, replayConcurrency } from './lane-pace.ts';
import { LaneQueue, type QueuedDelivery, type ReplayOwner } from './lane-queue.ts';
import type { AttemptLogBuffer, LogOwner } from './log-buffer.ts';
import type { EndpointHealth, ShardPorts } from './ports.ts';
import { firstRetryDelayMs } from './retry-delay.ts';
import { Traffic } from './traffic.ts';

/**
 * `behind`: reads its own range of the log. `joining`: also takes what the shared tail offers, and checks that it
 * missed nothing. `live`: fed by the shared tail alone.
 */
export type LaneMode = 'behind' | 'joining' | 'live';

/** The quick second try of an event that failed retryably: long enough for a dropped connection or a restart. */
const SECOND_TRY_AFTER_MS = 500;
/** When a failed event cannot be handed to its retry (Temporal or Postgres is away), the endpoint is left alone. */
const PLATFORM_PAUSE_MS = 5_000;

/** One destination's own queue, concurrency, limiter and breaker. Nothing in it can hold up another lane. */
export class Lane implements LogOwner {
  mode: LaneMode = 'behind';
  /** Rows before it cannot change any more, as found by the last look at ClickHouse's clock. */
  settledUntilMicros: Micros = 0;
  readonly config: LaneConfig;
  readonly cursor: LaneCursor;
  readonly health: LaneHealth;
  readonly traffic = new Traffic();
  readonly messages = new LaneMessages();
  readonly #ports: ShardPorts;
  readonly #log: AttemptLogBuffer;
  readonly #matches: (event: TailEvent) => boolean;
  readonly #pace: LanePace;
  readonly #parkedUuids = new Set<string>();
  readonly #abort = new AbortController();
  readonly #queue = new LaneQueue();
  #inFlight = 0;
  #replaysInFlight = 0;
  #reader: { events: number; wake: () => void } | undefined;
  #drains: (() => void)[] = [];
  #stopped = false;
  #wake: NodeJS.Timeout | undefined;

  constructor(config: LaneConfig, cursor: LaneCursor, ports: ShardPorts, log: AttemptLogBuffer) {
    this.config = config;
    this.cursor = cursor;
    this.#ports = ports;
    this.#log = log;
    this.#matches = filterToPredicate(config.filter);
    this.health = new LaneHealth(config, ports);
    this.#pace = new LanePace(config.rateLimitPerSecond, ports.clock.nowMs());
  }

  /** It starts nothing any more, for good. */
  get stopped(): boolean {
    return this.#stopped;
  }

  get suspended(): boolean {
    return this.#stopped || isSuspended(this.health.state);
  }

  /** How many more events the queue takes; 0 while the destination is suspended. */
  get room(): number {
    return this.suspended ? 0 : this.#queue.room;
  }

  /** How many more replayed events it takes. */
  get replayRoom(): number {
    return this.suspended ? 0 : this.#queue.replayRoom;
  }

  /** Waits until the queue has room for so many events; false when the lane takes none. One reader at a time. */
  async waitForRoom(events: number): Promise<boolean> {
    if (!this.suspended && this.room < events) {
      await new Promise<void>((resolve) => {
        this.#reader = { events, wake: resolve };
      });
    }
    return !this.suspended;
  }

  /** Without what is replayed. */
  get backlog(): number {
    return this.#queue.length + this.#inFlight - this.#replaysInFlight;
  }

  /** When the oldest event was ingested that is not delivered yet; infinite when there is none. */
  waitsSinceMicros(): number {
    const unread = this.mode === 'behind' ? this.cursor.position.positionMicros : Number.POSITIVE_INFINITY;
    return Math.min(unread, this.cursor.oldestPending());
  }

  /** Takes an event from the shared tail; a lane without room leaves the tail and reads for itself later. */
  offer(event: TailEvent): void {
    if (!this.#matches(event) || !this.cursor.wants(event.uuid, event.insertedAtMicros)) {
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

  /** Takes a message; until its attempt's row is stored it stays with those that wait. The caller has looked at `room`. */
  takeMessage(event: TailEvent, attemptsMade: number): void {
    if (this.messages.hold(event.uuid)) {
      this.traffic.matched();
      this.#enqueue({ event, attemptsMade, parked: false, message: true });
    }
  }

  /** Takes an event that is sent again; the caller has looked at `replayRoom` and hears what becomes of it. */
  takeReplayed(event: TailEvent, attemptsMade: number, replay: ReplayOwner): void {
    this.#enqueue({ event, attemptsMade, parked: false, replay });
  }

  /** Gives back the replayed events that wait. */
  dropReplayed(): void {
    for (const delivery of this.#queue.takeReplayed()) {
      this.#giveBack(delivery);
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
    this.#wakeReader();
    if (this.#inFlight > 0) {
      await new Promise<void>((resolve) => {
        this.#drains.push(resolve);
      });
    }
  }

  /** Cuts what is in flight: used when the shard has lost its lease or a drain takes too long. */
  abort(): void {
    this.#stopped = true;
    this.#wakeReader();
    this.#abort.abort();
  }

  #wakeReader(): void {
    const reader = this.#reader;
    if (reader !== undefined && (this.suspended || this.room >= reader.events)) {
      this.#reader = undefined;
      reader.wake();
    }
  }

  #enqueue(delivery: QueuedDelivery): void {
    this.#queue.push(delivery);
    this.#pump();
  }

  #pump(): void {
    while (this.#mayStart()) {
      const waitMs = this.#waitMs();
      if (waitMs > 0) {
        this.#pumpLater(waitMs);
        return;
      }
      const delivery = this.#queue.shift();
      if (delivery === undefined) {
        return;
      }
      this.#start(delivery);
    }
  }

  #mayStart(): boolean {
    const concurrency = this.health.concurrency(this.config.maxConcurrency);
    if (this.suspended || this.#inFlight >= concurrency) {
      return false;
    }
    const replayed = this.#queue.replayLength > 0 && this.#replaysInFlight < replayConcurrency(concurrency);
    return this.#queue.length > 0 || replayed;
  }

  #waitMs(): number {
    const nowMs = this.#ports.clock.nowMs();
    const healthMs = this.health.waitMs(nowMs);
    return healthMs > 0 ? healthMs : this.#pace.take(nowMs, { replayed: this.#queue.length === 0 });
  }

  #pumpLater(waitMs: number): void {
    clearTimeout(this.#wake);
    this.#wake = setTimeout(() => {
      this.#pump();
    }, waitMs);
  }

  #start(delivery: QueuedDelivery): void {
    this.#inFlight += 1;
    if (delivery.replay === undefined) {
      void this.#deliver(delivery).then(this.#ended);
    } else {
      this.#replaysInFlight += 1;
      void this.#deliver(delivery).then(this.#replayEnded);
    }
  }

  /** One function for all deliveries of the lane. */
  readonly #ended = (): void => {
    this.#inFlight -= 1;
    this.#pump();
    this.#wakeReader();
    if (this.#inFlight === 0) {
      this.#drains.splice(0).forEach((resolve) => {
        resolve();
      });
    }
  };

  readonly #replayEnded = (): void => {
    this.#replaysInFlight -= 1;
    this.#ended();
  };

  /** Never rejects. */
  async #deliver(delivery: QueuedDelivery): Promise<void> {
    try {
      const first = await this.#attempt(delivery, delivery.attemptsMade + 1);
      if (!this.#concluded(delivery, first)) {
        await (delivery.parked ? this.#handOver(delivery, first) : this.#secondTry(delivery, first));
      }
    } catch (error) {
      this.#ports.observe.warn('delivery could not be settled; the event is given back to the log', { error });
      this.health.holdOff(PLATFORM_PAUSE_MS);
      this.#giveBack(delivery);
    }
  }

  /**
   * True when no retry is needed or could improve anything: the event is delivered or can never be sent, or the
   * destination is suspended, or a receiver or platform asks to wait.
   */
  #concluded(delivery: QueuedDelivery, result: AttemptResult): boolean {
    const { class: outcomeClass, chargesAttempt } = result.classification;
    if (outcomeClass === 'delivered' || outcomeClass === 'rejected') {
      this.#settle(delivery, result, outcomeClass === 'delivered' ? 'delivered' : 'discarded');
      return true;
    }
    if (this.suspended || !chargesAttempt) {
      this.#settle(delivery, result, 'failed_attempt');
      this.#giveBack(delivery);
      return true;
    }
    return false;
  }

  async #secondTry(delivery: QueuedDelivery, first: AttemptResult): Promise<void> {
    this.#settle(delivery, first, 'failed_attempt');
    await this.#ports.clock.sleep(SECOND_TRY_AFTER_MS * (0.5 + this.#ports.clock.random()), this.#abort.signal);
    const second = await this.#attempt(delivery, delivery.attemptsMade + 2);
    if (!this.#concluded(delivery, second)) {
      await this.#handOver(delivery, second);
    }
  }

  /** The event leaves the hot path: to a retry workflow of its own, or parked when there are too many of those. */
  async #handOver(delivery: QueuedDelivery, last: AttemptResult): Promise<void> {
    const { event } = delivery;
    if (this.config.retryScheduleMs.length === 0) {
      this.#settle(delivery, last, 'discarded');
      return;
    }
    const { retryAfterMs } = last.classification;
    const started = await this.#ports.retries.start({
      destinationId: this.config.destinationId,
      teamId: event.teamId,
      eventUuid: event.uuid,
      eventInsertedAtMicros: event.insertedAtMicros,
      attemptsMade: last.record.attempt,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(delivery.replay === undefined ? {} : { replayedAfterAttempt: delivery.attemptsMade }),
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

  async #attempt({ event, parked, replay }: QueuedDelivery, attempt: number): Promise<AttemptResult> {
    const { clock, send } = this.#ports;
    const via = replay === undefined ? (parked ? 'retry' : 'live') : 'replay';
    const prepared = prepareAttempt({ config: this.config, event, attempt, via }, clock.nowMs());
    const outcome = prepared.refusal ? undefined : await send(prepared.request, this.#abort.signal);
    const result = concludeAttempt(prepared, outcome, clock.nowMs());
    const transition = this.health.observe(result.classification);
    if (transition !== undefined) {
      await transition;
    }
    if (this.suspended) {
      this.#giveBackQueue();
    }
    return result;
  }

  /** Puts the attempt on record; with `failed_attempt` the event is not settled by it. */
  #settle(
    { replay }: QueuedDelivery,
    { record }: AttemptResult,
    outcome: AttemptOutcome,
    nextAttemptAt: Date | null = null,
  ): void {
    record.outcome = outcome;
    record.nextAttemptAt = nextAttemptAt;
    this.traffic.count(record);
    this.#ports.observe.attempt(record);
    this.#log.append(record, replay ?? this);
  }

  stored({ eventUuid, outcome }: AttemptRecord): void {
    if (outcome !== 'failed_attempt') {
      this.cursor.settle(eventUuid);
      this.#parkedUuids.delete(eventUuid);
      this.messages.settle(eventUuid);
    }
  }

  #giveBack(delivery: QueuedDelivery): void {
    if (delivery.replay !== undefined) {
      delivery.replay.givenBack(delivery.event);
      return;
    }
    if (delivery.parked || delivery.message === true) {
      this.#parkedUuids.delete(delivery.event.uuid);
      this.messages.release(delivery.event.uuid);
      return;
    }
    this.cursor.release(delivery.event.uuid);
    this.mode = 'behind';
  }

  #giveBackQueue(): void {
    for (const delivery of this.#queue.takeAll()) {
      this.#giveBack(delivery);
    }
    this.mode = 'behind';
    this.#wakeReader();
  }
}

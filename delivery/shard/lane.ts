import type { AttemptRecord } from '../../core/attempts.ts';
import type { EndpointHealth } from '../../core/endpoint-health.ts';
import { filterToPredicate } from '../../core/filters.ts';
import type { Micros } from '../../core/time.ts';
import type { TailEvent } from '../../core/webhook-event.ts';
import { PageSize } from '../page-size.ts';
import { isSuspended, type LaneConfig } from './lane-config.ts';
import type { LaneCursor } from './lane-cursor.ts';
import { LaneExpiry } from './lane-expiry.ts';
import { LaneHealth } from './lane-health.ts';
import { LaneLag, type WaitingLane } from './lane-lag.ts';
import { LaneMessages } from './lane-messages.ts';
import type { LaneMode } from './lane-mode.ts';
import { replayConcurrency } from './lane-pace.ts';
import { LaneQueue, PAGE_ROWS, type Load, type QueuedDelivery, type ReplayOwner } from './lane-queue.ts';
import { LaneSender, type SendingLane } from './lane-sender.ts';
import { LOG_FULL_LOOK_MS, type AttemptLogBuffer } from './log-buffer.ts';
import { MaskGate, type GatedLane } from './mask-gate.ts';
import type { ShardPorts } from './ports.ts';
import { Requests, type Request } from './requests.ts';
import { Traffic } from './traffic.ts';

/** One destination's own queue, concurrency, limiter and breaker. Nothing in it can hold up another lane. */
export class Lane implements SendingLane, GatedLane, WaitingLane {
  mode: LaneMode = 'behind';
  /** Rows before it cannot change any more, as found by the last look at ClickHouse's clock. */
  settledUntilMicros: Micros = 0;
  /** What was stamped before then has waited for its webhook to be resumed. 0: it was not, as far as the shard knows. */
  resumedMicros: Micros = 0;
  readonly config: LaneConfig;
  readonly cursor: LaneCursor;
  readonly health: LaneHealth;
  readonly traffic = new Traffic();
  readonly messages = new LaneMessages();
  readonly lag: LaneLag;
  /** Of what the lane reads for itself. */
  readonly pageSize = new PageSize(PAGE_ROWS);
  readonly #ports: ShardPorts;
  readonly #log: AttemptLogBuffer;
  readonly #sender: LaneSender;
  readonly #matches: (event: TailEvent) => boolean;
  readonly #expiry: LaneExpiry;
  readonly #parkedUuids = new Set<string>();
  readonly #abort = new AbortController();
  readonly #queue: LaneQueue;
  readonly #gate: MaskGate | undefined;
  readonly #requests: Requests;
  #reader: { events: number; wake: () => void } | undefined;
  #drains: (() => void)[] = [];
  #stopped = false;
  #pumping = false;
  #wake: NodeJS.Timeout | undefined;

  constructor(config: LaneConfig, cursor: LaneCursor, ports: ShardPorts, log: AttemptLogBuffer) {
    this.config = config;
    this.cursor = cursor;
    this.#ports = ports;
    this.#log = log;
    this.#queue = new LaneQueue(config.batch && { ...config.batch, scheduledRetries: config.retryScheduleMs.length });
    this.#sender = new LaneSender(this, ports, log, this.#abort.signal);
    this.#gate = config.mask && new MaskGate(config.mask, this, ports, this.#abort.signal);
    this.#matches = filterToPredicate(config.filter);
    this.health = new LaneHealth(config, ports);
    this.#requests = new Requests(ports.clock);
    this.lag = new LaneLag(this, () => this.#isFull, ports);
    this.#expiry = new LaneExpiry(config, ports.eventClock, (delivery) => {
      this.#sender.expire(delivery);
    });
  }

  /** It starts nothing any more, for good. */
  get stopped(): boolean {
    return this.#stopped;
  }

  get suspended(): boolean {
    return this.#stopped || isSuspended(this.health.state);
  }

  get logIsFull(): boolean {
    return this.#log.full;
  }

  /** How many more events the queue takes; 0 while the destination is suspended. */
  get room(): number {
    return this.suspended ? 0 : this.#queue.room(this.#beside());
  }

  /** How many more replayed events it takes. */
  get replayRoom(): number {
    return this.suspended ? 0 : this.#queue.replayRoom(this.#gate?.replayLoad);
  }

  /** On its way into the queue, or past it. */
  #beside(): Load {
    const { events, bytes } = this.#gate?.load ?? { events: 0, bytes: 0 };
    return { events: events + this.#expiry.load.events, bytes };
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
    return this.#queue.length + (this.#gate?.load.events ?? 0) + this.#requests.size - this.#requests.replays;
  }

  /** A request is in flight that has taken so long, or the last one has: whoever waits for the lane may wait for long. */
  takesLonger(thanMs: number): boolean {
    return this.#requests.takeLonger(thanMs);
  }

  /** When the oldest event was ingested that is not delivered yet; infinite when there is none. */
  waitsSinceMicros(): number {
    const unread = this.mode === 'behind' ? this.cursor.position.positionMicros : Number.POSITIVE_INFINITY;
    return Math.min(unread, this.cursor.oldestPending());
  }

  /** It is not we who are late: it waits for its endpoint, by its own settings, or with what came while it was paused. */
  get heldBack(): boolean {
    return this.lag.isHeld() || this.waitsSinceMicros() < this.resumedMicros;
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
      this.#admit({ event, attemptsMade: 0, parked: false, wait: this.lag.taken(event) });
    }
  }

  /** Deliveries that nobody but their owner sends: parked ones that are due, replayed ones; reserved, queued or in flight. */
  get parked(): ReadonlySet<string> {
    return this.#parkedUuids;
  }

  /** A parked delivery is due, or replayed: nobody else sends it until it is settled or released. */
  reserveParked(uuid: string): void {
    this.#parkedUuids.add(uuid);
  }

  releaseParked(uuid: string): void {
    this.#parkedUuids.delete(uuid);
  }

  /** Takes one that is reserved; its owner in the log stays `parked` until the attempt's row is stored. */
  takeParked(event: TailEvent, attemptsMade: number, replayed: boolean): void {
    this.#enqueue({ event, attemptsMade, parked: true, ...(replayed && { replayed }) });
  }

  /** Takes a message; until its attempt's row is stored it stays with those that wait. The caller has looked at `room`. */
  takeMessage(event: TailEvent, attemptsMade: number): void {
    if (this.messages.hold(event.uuid)) {
      this.traffic.matched();
      this.#enqueue({ event, attemptsMade, parked: false, message: true, wait: this.lag.taken(event) });
    }
  }

  /** Takes an event that is sent again; the caller has looked at `replayRoom` and hears what becomes of it. */
  takeReplayed(event: TailEvent, attemptsMade: number, replay: ReplayOwner): void {
    const delivery = { event, attemptsMade, parked: false, replay };
    if (replay.maskable) {
      this.#admit(delivery);
    } else {
      this.#enqueue(delivery);
    }
  }

  /** Gives back the replayed events that wait. */
  dropReplayed(): void {
    for (const delivery of [...(this.#gate?.takeReplayed() ?? []), ...this.#queue.takeReplayed()]) {
      this.giveBack(delivery);
    }
  }

  /** Adopts a health state decided elsewhere (a probe, a user) and read at `readAtMs`. */
  adoptHealth(state: EndpointHealth, readAtMs: number): void {
    if (!this.health.adoptRead(state, readAtMs)) {
      return;
    }
    if (this.suspended) {
      this.giveBackQueue();
    }
    this.#pump();
  }

  /** Stops starting attempts; resolves when those in flight have ended. Queued events stay before the cursor. */
  async drain(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#wake);
    this.#wakeReader();
    if (this.#requests.size > 0) {
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

  /** What was sent before, or is no event of the log, needs no claim and goes straight to the queue. */
  #admit(delivery: QueuedDelivery): void {
    if (this.#gate === undefined) {
      this.#enqueue(delivery);
    } else if (!this.#expiry.takes(delivery)) {
      this.#gate.push(delivery);
    }
  }

  decided(deliveries: readonly QueuedDelivery[], maskedBy: ReadonlyMap<string, string>): void {
    for (const delivery of deliveries) {
      const holder = maskedBy.get(delivery.event.uuid);
      if (delivery.replay?.stopped === true) {
        this.giveBack(delivery);
      } else if (holder === undefined) {
        this.#enqueue(delivery);
      } else {
        this.#sender.mask(delivery, holder);
      }
    }
    this.#wakeReader();
  }

  #enqueue(delivery: QueuedDelivery): void {
    if (this.#setsAside(delivery)) {
      return;
    }
    if (this.config.batch === undefined) {
      this.#queue.push(delivery);
      this.#pump();
    } else {
      this.#queue.push({ ...delivery, queuedAtMs: this.#ports.clock.nowMs() });
      this.#pumpSoon();
    }
  }

  /** Because its time is over. It makes a row: while the log is full it waits with the others. */
  #setsAside(delivery: QueuedDelivery): boolean {
    return !this.#log.full && this.#expiry.takes(delivery);
  }

  /** After all that comes at this moment: it may share a request. */
  #pumpSoon(): void {
    if (!this.#pumping) {
      this.#pumping = true;
      queueMicrotask(() => {
        this.#pumping = false;
        this.#pump();
      });
    }
  }

  putBack(deliveries: readonly QueuedDelivery[]): void {
    this.#queue.putBack(deliveries);
  }

  #pump(): void {
    const nowMs = this.#ports.clock.nowMs();
    const isOver = (delivery: QueuedDelivery): boolean => this.#setsAside(delivery);
    for (this.#queue.skip(isOver); this.#mayStart(nowMs); this.#queue.skip(isOver)) {
      const waitMs = this.#waitMs(nowMs);
      if (waitMs > 0) {
        this.lag.held(this.#log.full ? 0 : this.#queue.length);
        this.#pumpLater(waitMs);
        return;
      }
      this.#start(this.#queue.shiftGroup(nowMs).filter((delivery) => !this.#expiry.takes(delivery)));
    }
    this.lag.held(this.#queue.length);
    const dueInMs = this.suspended ? 0 : (this.#queue.dueInMs(nowMs) ?? 0);
    if (dueInMs > 0) {
      this.#pumpLater(dueInMs);
    }
  }

  get #concurrency(): number {
    return this.#requests.concurrency(this.health.concurrency(this.config.maxConcurrency));
  }

  /** As many requests are under way as the endpoint may have now. */
  get #isFull(): boolean {
    return this.#requests.size >= this.#concurrency;
  }

  #mayStart(nowMs: number): boolean {
    if (this.suspended || this.#isFull) {
      return false;
    }
    const replayed = this.#queue.replayLength > 0 && this.#requests.replays < replayConcurrency(this.#concurrency);
    return replayed || this.#queue.dueInMs(nowMs) === 0;
  }

  #waitMs(nowMs: number): number {
    if (this.#log.full) {
      return LOG_FULL_LOOK_MS;
    }
    const healthMs = this.health.waitMs(nowMs);
    const pace = this.#ports.paces.of(this.config, nowMs);
    return healthMs > 0 ? healthMs : pace.take(nowMs, { replayed: this.#queue.dueInMs(nowMs) !== 0 });
  }

  #pumpLater(waitMs: number): void {
    clearTimeout(this.#wake);
    this.#wake = setTimeout(() => {
      this.#pump();
    }, waitMs);
  }

  #start(group: readonly QueuedDelivery[]): void {
    const [first] = group;
    if (first === undefined) {
      return;
    }
    const request: Request = { sinceMs: this.#ports.clock.nowMs(), replayed: first.replay !== undefined };
    this.health.started(request.sinceMs);
    this.#requests.started(request);
    void this.#sender.deliver(group).then(() => this.#ended(request));
  }

  #ended(request: Request): void {
    this.#requests.ended(request);
    this.#pump();
    this.#wakeReader();
    if (this.#requests.size === 0) {
      this.#drains.splice(0).forEach((resolve) => {
        resolve();
      });
    }
  }

  stored({ eventUuid, outcome }: AttemptRecord): void {
    if (outcome !== 'failed_attempt') {
      this.cursor.settle(eventUuid);
      this.#parkedUuids.delete(eventUuid);
      this.messages.settle(eventUuid);
      if (this.#expiry.stored(eventUuid)) {
        this.#wakeReader();
      }
    }
  }

  giveBack(delivery: QueuedDelivery): void {
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

  giveBackQueue(): void {
    for (const delivery of [...(this.#gate?.takeAll() ?? []), ...this.#queue.takeAll()]) {
      this.giveBack(delivery);
    }
    this.mode = 'behind';
    this.#wakeReader();
  }
}

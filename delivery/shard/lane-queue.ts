import type { TailEvent } from '../../core/webhook-event.ts';
import { groupLength, type Batchable, type BatchRule } from '../batch.ts';
import type { Wait } from './lane-lag.ts';
import type { LogOwner } from './log-buffer.ts';

/** A lane's queue is bounded by count and bytes, so that one slow endpoint costs a known amount of memory. */
const MAX_QUEUED_EVENTS = 2_000;
const MAX_QUEUED_BYTES = 16 * 1024 * 1024;
/**
 * Rows per page that a lane reads for itself, half of its queue: it reads again as soon as a whole page fits and has the
 * other half to send meanwhile. A page costs the engine 20 ms and 10 µs per row, so pages of 250 cost twice as much per
 * event.
 */
export const PAGE_ROWS = 1_000;
/** Replayed events beside them: enough to keep half of the largest concurrency busy between two looks of the feed. */
const MAX_REPLAYED_EVENTS = 300;
const MAX_REPLAYED_BYTES = 4 * 1024 * 1024;

/** Who has asked for an event to be sent again. */
export interface ReplayOwner extends LogOwner {
  /** Its events are masked like live ones. */
  readonly maskable: boolean;
  /** It wants nothing to be sent any more. */
  readonly stopped: boolean;
  /** The event was not settled: it has to be offered again. */
  givenBack(event: TailEvent): void;
}

export interface QueuedDelivery extends Batchable {
  event: TailEvent;
  /** Attempts already made when it was queued; above 0 only for parked and replayed deliveries, and second tries. */
  attemptsMade: number;
  /** It has failed once since it was taken: when it fails again it leaves the lane. What the lane had delivered by then. */
  secondTryAfter?: number;
  parked: boolean;
  /** It was replayed before it was parked: somebody has asked for it, however old it is. */
  replayed?: true;
  /** Neither of the log nor parked: a row of messages waits for what becomes of it. */
  message?: true;
  /** How it had waited when the lane took it; undefined: not for us, as far as can be known. */
  wait?: Wait | undefined;
  /** For how long it has waited for others to share a request with. */
  queuedAtMs?: number;
  /** Present: it waits behind everything else. */
  replay?: ReplayOwner;
}

export interface Load {
  events: number;
  bytes: number;
}

const EMPTY: Load = { events: 0, bytes: 0 };

/** How a lane forms requests: its batch and the length of its retry schedule. */
export type GroupRule = BatchRule & { scheduledRetries: number };

/**
 * What waits in a lane: events of the log first, replayed ones when none of those is left. First in, first out; second tries and what is
 * new take turns: an endpoint that only refuses some events shows that with the next one that it takes.
 */
export class LaneQueue {
  #first = new Waiting();
  #again = new Waiting();
  #isTurnOfAgain = false;
  #replayed = new Waiting();
  readonly #rule: GroupRule | undefined;

  constructor(rule?: GroupRule) {
    this.#rule = rule;
  }

  /** Deliveries that a replay has to wait for. */
  get length(): number {
    return this.#again.length + this.#first.length;
  }

  get replayLength(): number {
    return this.#replayed.length;
  }

  /** For so many more events, when `beside` is on its way here. */
  room(beside: Load = EMPTY): number {
    const { events, bytes } = beside;
    const also = { events: events + this.#again.length, bytes: bytes + this.#again.bytes };
    return roomOf(this.#first, also, { events: MAX_QUEUED_EVENTS, bytes: MAX_QUEUED_BYTES });
  }

  replayRoom(beside: Load = EMPTY): number {
    return roomOf(this.#replayed, beside, { events: MAX_REPLAYED_EVENTS, bytes: MAX_REPLAYED_BYTES });
  }

  push(delivery: QueuedDelivery): void {
    (delivery.replay === undefined ? this.#first : this.#replayed).push(delivery);
  }

  /** Back to where they were taken from; a second try behind those that wait for theirs. */
  putBack(deliveries: readonly QueuedDelivery[]): void {
    const [first] = deliveries;
    const isReplayed = first?.replay !== undefined;
    if (first?.secondTryAfter === undefined) {
      (isReplayed ? this.#replayed : this.#first).putBack(deliveries);
    } else {
      (isReplayed ? this.#replayed : this.#again).push(...deliveries);
    }
  }

  /**
   * How long until the first request that is no replay can be made: 0 at once; undefined when nothing waits. Only a new
   * event waits for others, and only as long as they do not fill a batch.
   */
  dueInMs(nowMs: number): number | undefined {
    return this.#again.length > 0 ? 0 : this.#newDueInMs(nowMs);
  }

  /** The deliveries of the next request; of a replay when nothing else is due. */
  shiftGroup(nowMs: number): QueuedDelivery[] {
    const waiting = this.dueInMs(nowMs) === 0 ? this.#nextInTurn(nowMs) : this.#replayed;
    return waiting.shift(this.#rule === undefined ? 1 : groupOf(waiting, this.#rule));
  }

  #nextInTurn(nowMs: number): Waiting {
    const isNewDue = this.#newDueInMs(nowMs) === 0;
    this.#isTurnOfAgain = this.#again.length > 0 && !(isNewDue && this.#isTurnOfAgain);
    return this.#isTurnOfAgain ? this.#again : this.#first;
  }

  #newDueInMs(nowMs: number): number | undefined {
    const [head] = this.#first.deliveries;
    if (head === undefined || this.#rule === undefined) {
      return head && 0;
    }
    const waits = head.attemptsMade === 0 && head.maxGroup === undefined && !this.#full(this.#rule);
    return waits ? Math.max(0, (head.queuedAtMs ?? 0) + this.#rule.maxWaitMs - nowMs) : 0;
  }

  /** Takes away what is first in line, as long as it is `over`. */
  skip(over: (delivery: QueuedDelivery) => boolean): void {
    this.#again.skip(over);
    this.#first.skip(over);
  }

  /** Empties the queue. */
  takeAll(): QueuedDelivery[] {
    const all = [...this.#again.deliveries, ...this.#first.deliveries];
    [this.#again, this.#first] = [new Waiting(), new Waiting()];
    return [...all, ...this.takeReplayed()];
  }

  takeReplayed(): QueuedDelivery[] {
    const { deliveries } = this.#replayed;
    this.#replayed = new Waiting();
    return deliveries;
  }

  #full(rule: GroupRule): boolean {
    const length = groupOf(this.#first, rule);
    return length < this.#first.length || length >= rule.maxEvents;
  }
}

function roomOf(waiting: Waiting, beside: Load, limit: Load): number {
  const isFull = waiting.bytes + beside.bytes >= limit.bytes;
  return isFull ? 0 : Math.max(0, limit.events - waiting.length - beside.events);
}

function groupOf({ deliveries }: Waiting, rule: GroupRule): number {
  return groupLength(deliveries, rule, (index) => bytesOf(deliveries[index]));
}

class Waiting {
  readonly deliveries: QueuedDelivery[] = [];
  bytes = 0;

  get length(): number {
    return this.deliveries.length;
  }

  push(...deliveries: QueuedDelivery[]): void {
    this.deliveries.push(...deliveries);
    this.bytes += sumOf(deliveries);
  }

  skip(over: (delivery: QueuedDelivery) => boolean): void {
    for (let [head] = this.deliveries; head !== undefined && over(head); [head] = this.deliveries) {
      this.shift(1);
    }
  }

  putBack(deliveries: readonly QueuedDelivery[]): void {
    this.deliveries.unshift(...deliveries);
    this.bytes += sumOf(deliveries);
  }

  /** At most so many; fewer when fewer wait. */
  shift(count: number): QueuedDelivery[] {
    const [head] = this.deliveries;
    if (count === 1 && head !== undefined) {
      // `splice` moves all that waits behind it.
      this.deliveries.shift();
      this.bytes -= bytesOf(head);
      return [head];
    }
    const shifted = this.deliveries.splice(0, count);
    this.bytes -= sumOf(shifted);
    return shifted;
  }
}

function sumOf(deliveries: readonly QueuedDelivery[]): number {
  return deliveries.reduce((sum, delivery) => sum + bytesOf(delivery), 0);
}

export function bytesOf(delivery: QueuedDelivery | undefined): number {
  return delivery === undefined ? 0 : delivery.event.propertiesJson.length + delivery.event.personPropertiesJson.length;
}

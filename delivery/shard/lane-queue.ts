import type { TailEvent } from '../../core/webhook-event.ts';
import type { LogOwner } from './log-buffer.ts';

/** A lane's queue is bounded by count and bytes, so that one slow endpoint costs a known amount of memory. */
const MAX_QUEUED_EVENTS = 2_000;
const MAX_QUEUED_BYTES = 16 * 1024 * 1024;
/** Replayed events beside them: enough to keep half of the largest concurrency busy between two looks of the feed. */
const MAX_REPLAYED_EVENTS = 300;
const MAX_REPLAYED_BYTES = 4 * 1024 * 1024;

/** Who has asked for an event to be sent again. */
export interface ReplayOwner extends LogOwner {
  /** The event was not settled: it has to be offered again. */
  givenBack(event: TailEvent): void;
}

export interface QueuedDelivery {
  event: TailEvent;
  /** Attempts already made when it was queued; above 0 only for parked and replayed deliveries. */
  attemptsMade: number;
  parked: boolean;
  /** Neither of the log nor parked: a row of messages waits for what becomes of it. */
  message?: true;
  /** Present: it waits behind everything else. */
  replay?: ReplayOwner;
}

/** What waits in a lane: events of the log first, replayed ones when none of those is left. First in, first out. */
export class LaneQueue {
  #first = new Waiting();
  #replayed = new Waiting();

  /** Deliveries that a replay has to wait for. */
  get length(): number {
    return this.#first.length;
  }

  get replayLength(): number {
    return this.#replayed.length;
  }

  get room(): number {
    return this.#first.bytes >= MAX_QUEUED_BYTES ? 0 : MAX_QUEUED_EVENTS - this.#first.length;
  }

  get replayRoom(): number {
    return this.#replayed.bytes >= MAX_REPLAYED_BYTES ? 0 : MAX_REPLAYED_EVENTS - this.#replayed.length;
  }

  push(delivery: QueuedDelivery): void {
    (delivery.replay === undefined ? this.#first : this.#replayed).push(delivery);
  }

  shift(): QueuedDelivery | undefined {
    return this.#first.shift() ?? this.#replayed.shift();
  }

  /** Empties the queue. */
  takeAll(): QueuedDelivery[] {
    const first = this.#first.deliveries;
    this.#first = new Waiting();
    return [...first, ...this.takeReplayed()];
  }

  takeReplayed(): QueuedDelivery[] {
    const { deliveries } = this.#replayed;
    this.#replayed = new Waiting();
    return deliveries;
  }
}

class Waiting {
  readonly deliveries: QueuedDelivery[] = [];
  bytes = 0;

  get length(): number {
    return this.deliveries.length;
  }

  push(delivery: QueuedDelivery): void {
    this.deliveries.push(delivery);
    this.bytes += bytesOf(delivery);
  }

  shift(): QueuedDelivery | undefined {
    const delivery = this.deliveries.shift();
    this.bytes -= delivery === undefined ? 0 : bytesOf(delivery);
    return delivery;
  }
}

function bytesOf({ event }: QueuedDelivery): number {
  return event.propertiesJson.length + event.personPropertiesJson.length;
}

import type { Mask } from '../../core/masking.ts';
import type { LaneConfig } from './lane-config.ts';
import { bytesOf, type Load, type QueuedDelivery } from './lane-queue.ts';
import type { ShardPorts } from './ports.ts';

/** What comes while a claim is made shares the next one; a claim of so many takes some ten milliseconds. */
const CLAIMS_AT_ONCE = 500;
/** After a claim that could not be made, or while the log takes nothing more. */
const RETRY_AFTER_MS = 1_000;

/** The lane as its gate sees it. */
export interface GatedLane {
  readonly config: LaneConfig;
  readonly suspended: boolean;
  /** What is masked makes a row of the log without having been sent. */
  readonly logIsFull: boolean;
  /** By uuid of a masked event, the event that masks it; all others are sent. */
  decided(deliveries: readonly QueuedDelivery[], maskedBy: ReadonlyMap<string, string>): void;
  giveBack(delivery: QueuedDelivery): void;
}

/**
 * Where events of a webhook with a mask wait for their claim, before they are queued: what is masked takes no turn, no rate and
 * no connection. A claim is on record before its event is sent, so after a crash the same event holds it.
 */
export class MaskGate {
  readonly #mask: Mask;
  readonly #lane: GatedLane;
  readonly #ports: ShardPorts;
  readonly #signal: AbortSignal;
  #waiting: QueuedDelivery[] = [];
  readonly #load: Load = { events: 0, bytes: 0 };
  readonly #replayLoad: Load = { events: 0, bytes: 0 };
  #asking = false;

  constructor(mask: Mask, lane: GatedLane, ports: ShardPorts, signal: AbortSignal) {
    this.#mask = mask;
    this.#lane = lane;
    this.#ports = ports;
    this.#signal = signal;
  }

  /** Of the events that wait here. */
  get load(): Load {
    return this.#load;
  }

  get replayLoad(): Load {
    return this.#replayLoad;
  }

  push(delivery: QueuedDelivery): void {
    this.#waiting.push(delivery);
    this.#count([delivery], 1);
    if (!this.#asking) {
      this.#asking = true;
      // After all that comes at this moment.
      queueMicrotask(() => void this.#ask());
    }
  }

  /** Without those that are asked for just now: the lane hears of them. */
  takeAll(): QueuedDelivery[] {
    return this.#count(this.#waiting.splice(0), -1);
  }

  takeReplayed(): QueuedDelivery[] {
    const replayed = this.#waiting.filter(({ replay }) => replay !== undefined);
    this.#waiting = this.#waiting.filter(({ replay }) => replay === undefined);
    return this.#count(replayed, -1);
  }

  async #ask(): Promise<void> {
    while (this.#waiting.length > 0) {
      const asked = this.#waiting.splice(0, CLAIMS_AT_ONCE);
      const maskedBy = this.#lane.logIsFull ? undefined : await this.#claim(asked);
      if (maskedBy === undefined && !this.#lane.suspended) {
        this.#waiting.unshift(...asked);
        await this.#ports.clock.sleep(RETRY_AFTER_MS, this.#signal);
      } else {
        this.#leave(this.#count(asked, -1), maskedBy);
      }
    }
    this.#asking = false;
  }

  #leave(asked: readonly QueuedDelivery[], maskedBy: ReadonlyMap<string, string> = new Map()): void {
    if (!this.#lane.suspended) {
      this.#lane.decided(asked, maskedBy);
      return;
    }
    for (const delivery of asked) {
      this.#lane.giveBack(delivery);
    }
  }

  /** Never rejects; undefined: it could not be asked for. */
  async #claim(asked: readonly QueuedDelivery[]): Promise<ReadonlyMap<string, string> | undefined> {
    const { destinationId, teamId } = this.#lane.config;
    const events = asked.map(({ event }) => event);
    try {
      return await this.#ports.masks.claim({ destinationId, teamId, mask: this.#mask, events });
    } catch (error) {
      this.#ports.observe.warn('events wait for their mask, which could not be asked for', { destinationId, error });
      return undefined;
    }
  }

  #count(deliveries: QueuedDelivery[], sign: 1 | -1): QueuedDelivery[] {
    for (const delivery of deliveries) {
      const load = delivery.replay === undefined ? this.#load : this.#replayLoad;
      load.events += sign;
      load.bytes += sign * bytesOf(delivery);
    }
    return deliveries;
  }
}

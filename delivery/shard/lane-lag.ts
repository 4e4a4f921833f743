import { MICROS_PER_MS, type Micros } from '../../core/time.ts';
import type { TailEvent } from '../../core/webhook-event.ts';
import type { LaneConfig } from './lane-config.ts';
import type { LaneHealth } from './lane-health.ts';
import type { LaneMode } from './lane-mode.ts';
import type { ShardPorts } from './ports.ts';

/** Between two pages of a backlog, and between two requests of a lane with one at a time, nothing holds it for a moment. */
const KEPT_MS = 10_000;

/** The lane as it is asked what it waits for. */
export interface WaitingLane {
  readonly config: LaneConfig;
  readonly health: LaneHealth;
  readonly mode: LaneMode;
  /** What was stamped before then has waited for its webhook to be resumed. */
  readonly resumedMicros: Micros;
}

type LagPorts = Pick<ShardPorts, 'clock' | 'eventClock' | 'paces'>;

/** Of an event that a lane has taken: how it has waited until then. */
export interface Wait {
  /** From capture to the lane. */
  lateMs: number;
  /** How often the lane's queue had been held by then. */
  holds: number;
}

/** Tells lanes, and events, that wait for their endpoint or by their own settings from those that we are late with. */
export class LaneLag {
  readonly #lane: WaitingLane;
  readonly #isFull: () => boolean;
  readonly #ports: LagPorts;
  #heldAtMs = Number.NEGATIVE_INFINITY;
  #holds = 0;
  #readsHeld = false;

  /** `isFull`: as many requests are under way as the lane may have. */
  constructor(lane: WaitingLane, isFull: () => boolean, ports: LagPorts) {
    this.#lane = lane;
    this.#isFull = isFull;
    this.#ports = ports;
  }

  /**
   * Whether it is held, or was a moment ago: as many requests are under way as it may have, or its rate limit or what its endpoint
   * wants or needs lets the next one wait. Not when what went wrong last was something of ours. Looked at every few seconds, and
   * whenever the lane reads for itself.
   */
  isHeld(): boolean {
    const nowMs = this.#ports.clock.nowMs();
    if (!this.#lane.health.oursIsAway && (this.#isFull() || this.#waitMs(nowMs) > 0)) {
      this.#heldAtMs = nowMs;
    }
    return nowMs - this.#heldAtMs < KEPT_MS;
  }

  #waitMs(nowMs: number): number {
    const { config, health } = this.#lane;
    return Math.max(health.waitMs(nowMs), this.#ports.paces.of(config, nowMs).waitMs(nowMs));
  }

  /** The lane is about to read for itself: late because of what holds it, or not. What it takes then holds it itself. */
  reads(): void {
    this.#readsHeld = this.isHeld();
  }

  /** So many events have to stay in the queue until the endpoint, or a setting of the webhook, lets them go. */
  held(events: number): void {
    if (events > 0 && !this.#lane.health.oursIsAway) {
      this.#holds += 1;
    }
  }

  /**
   * For an event, or a message, that the lane takes now. Undefined: who knows whom it has waited for; it came while its webhook was
   * paused, or the lane was held and reads it late for that.
   */
  taken({ insertedAtMicros, message }: TailEvent): Wait | undefined {
    const { mode, resumedMicros } = this.#lane;
    const isHeld = message === undefined ? mode !== 'live' && this.#readsHeld : this.isHeld();
    if (isHeld || insertedAtMicros < resumedMicros) {
      return undefined;
    }
    const lateMs = this.#lateMs(insertedAtMicros);
    return lateMs === undefined ? undefined : { lateMs, holds: this.#holds };
  }

  /** How long it has waited for nobody but us when it is sent now: what it waited in a queue that was held is left out. */
  waitedMs({ insertedAtMicros }: TailEvent, { lateMs, holds }: Wait): number {
    return holds === this.#holds ? (this.#lateMs(insertedAtMicros) ?? lateMs) : lateMs;
  }

  #lateMs(insertedAtMicros: Micros): number | undefined {
    const nowMs = this.#ports.eventClock.nowMs();
    return nowMs === undefined ? undefined : Math.max(0, nowMs - insertedAtMicros / MICROS_PER_MS);
  }
}

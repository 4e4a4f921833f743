import { expiresAtMs } from '../time-to-live.ts';
import type { LaneConfig } from './lane-config.ts';
import type { Load, QueuedDelivery } from './lane-queue.ts';
import type { EventClockPort } from './ports.ts';

/**
 * Sorts out what a lane sends no more because its time to live is over. It gets its row in the log, but takes no turn, no rate and
 * no connection: after an outage an old backlog must not hold up what is still wanted. A replay was asked for, whatever the age.
 */
export class LaneExpiry {
  readonly #config: Pick<LaneConfig, 'ttlMs'>;
  readonly #clock: EventClockPort;
  readonly #settle: (delivery: QueuedDelivery) => void;
  /** Their rows are not stored yet. */
  readonly #unstored = new Set<string>();

  constructor(config: Pick<LaneConfig, 'ttlMs'>, clock: EventClockPort, settle: (delivery: QueuedDelivery) => void) {
    this.#config = config;
    this.#clock = clock;
    this.#settle = settle;
  }

  /** Takes room in the lane until it is stored: a backlog is read no faster than the log takes it. */
  get load(): Load {
    return { events: this.#unstored.size, bytes: 0 };
  }

  /** Settles it when its time is over; none ends as long as nobody knows what time it is. */
  takes(delivery: QueuedDelivery): boolean {
    const isOver = endOf(this.#config, delivery) <= (this.#clock.nowMs() ?? Number.NEGATIVE_INFINITY);
    if (isOver) {
      this.#unstored.add(delivery.event.uuid);
      this.#settle(delivery);
    }
    return isOver;
  }

  /** True when it was one of these. */
  stored(uuid: string): boolean {
    return this.#unstored.delete(uuid);
  }
}

/** From when on it is not sent any more, by the clock that stamps events; of what is, or was, replayed never. */
export function endOf(config: Pick<LaneConfig, 'ttlMs'>, { event, replay, replayed }: QueuedDelivery): number {
  return replay !== undefined || replayed === true ? Number.POSITIVE_INFINITY : expiresAtMs(config, event);
}

import type { Micros } from '../../core/time.ts';
import type { TailEvent } from '../../core/webhook-event.ts';
import type { Lane } from './lane.ts';
import type { ParkedDelivery, ShardPorts } from './ports.ts';

/**
 * Keys of due deliveries read per look. A look groups all that was ever parked, so a large backlog comes back by few
 * large looks, and that of one destination leaves room for others.
 */
const LIMITS = { ofEach: 5_000, ofAll: 20_000 };
const LOOK_EVERY_MS = 5_000;
/**
 * For destinations of which the shard has parked nothing and found nothing due: one that nothing goes wrong with costs next to
 * no looks. What was parked before the shard began, or by somebody else, is late by so much at most.
 */
const QUIET_LOOK_EVERY_MS = 30_000;
/** After a slow look: it takes a fifth of the time at most. */
const REST_PER_LOOK = 4;
/** Parked events with a lane, a quarter of its queue: they share it with live traffic and must not fill it. */
const MAX_WITH_LANE = 500;

/**
 * Hands due parked deliveries to their lanes, as fast as these send them. They are just another range of the log: the
 * attempt log says which events wait, the event log has their content.
 */
export class Parked {
  readonly #ports: ShardPorts;
  /** Due and reserved by their lane, but not in its queue yet; the longest waiting first. */
  readonly #due = new Map<Lane, ParkedDelivery[]>();
  /** Destinations that have, or had, parked deliveries. */
  readonly #restless = new Set<string>();
  readonly #lookedAt = new WeakSet<Lane>();
  #lookAtMs = 0;
  #lookAtAllMs = 0;

  constructor(ports: ShardPorts) {
    this.#ports = ports;
  }

  /** Some are due and not with their lanes. */
  get waiting(): boolean {
    return this.#due.size > 0;
  }

  due(nowMs: number): boolean {
    return this.waiting || nowMs >= this.#lookAtMs;
  }

  /** A lane ends: its destination may have another one. */
  ended(lane: Lane): void {
    this.#noteParked([lane]);
  }

  async feed(lanes: readonly Lane[]): Promise<void> {
    this.#forget(lanes);
    if (this.#ports.clock.nowMs() >= this.#lookAtMs) {
      await this.#look(this.#toLookAt(lanes));
    }
    for (const [lane, due] of this.#due) {
      await this.#hand(lane, due);
    }
  }

  /** A lane that has ended, is suspended or takes nothing begins again with a new look. */
  #forget(lanes: readonly Lane[]): void {
    for (const [lane, due] of this.#due) {
      if (lane.suspended || lane.health.takesNothing || !lanes.includes(lane)) {
        due.forEach(({ eventUuid }) => {
          lane.releaseParked(eventUuid);
        });
        this.#due.delete(lane);
      }
    }
  }

  #toLookAt(lanes: readonly Lane[]): Lane[] {
    const nowMs = this.#ports.clock.nowMs();
    const atAll = nowMs >= this.#lookAtAllMs;
    this.#lookAtAllMs = atAll ? nowMs + QUIET_LOOK_EVERY_MS : this.#lookAtAllMs;
    this.#noteParked(lanes);
    const isRestless = (lane: Lane): boolean =>
      this.#restless.has(lane.config.destinationId) || !this.#lookedAt.has(lane);
    const isWanted = (lane: Lane): boolean => atAll || (isRestless(lane) && !isFoundOut(lane));
    return lanes.filter((lane) => isWanted(lane) && lane.room > 0 && !this.#due.has(lane));
  }

  #noteParked(lanes: readonly Lane[]): void {
    for (const lane of lanes) {
      if (lane.traffic.hasParked) {
        this.#restless.add(lane.config.destinationId);
      }
    }
  }

  async #look(lanes: readonly Lane[]): Promise<void> {
    const { clock, eventClock, log } = this.#ports;
    const startedMs = clock.nowMs();
    this.#lookAtMs = startedMs + LOOK_EVERY_MS;
    if (lanes.length === 0) {
      return;
    }
    // As it was before the log is read: what is settled meanwhile may be parked there still.
    const held = new Map(lanes.map((lane) => [lane.config.destinationId, { lane, parked: new Set(lane.parked) }]));
    const found = await log.dueParked([...held.keys()], new Date(eventClock.nowMs() ?? startedMs), LIMITS);
    for (const delivery of found) {
      const { lane, parked } = held.get(delivery.destinationId) ?? {};
      if (lane !== undefined && parked?.has(delivery.eventUuid) === false && !lane.parked.has(delivery.eventUuid)) {
        this.#reserve(lane, delivery);
      }
    }
    if (found.length < LIMITS.ofAll) {
      lanes.forEach((lane) => this.#lookedAt.add(lane));
    }
    const nowMs = clock.nowMs();
    this.#lookAtMs = Math.max(this.#lookAtMs, nowMs + REST_PER_LOOK * (nowMs - startedMs));
  }

  /** Each try uses up a step of a schedule: of one that takes nothing one at a time is enough. */
  #reserve(lane: Lane, delivery: ParkedDelivery): void {
    if (lane.health.takesNothing && lane.parked.size > 0) {
      return;
    }
    lane.reserveParked(delivery.eventUuid);
    this.#restless.add(delivery.destinationId);
    const due = this.#due.get(lane) ?? [];
    due.push(delivery);
    this.#due.set(lane, due);
  }

  async #hand(lane: Lane, due: ParkedDelivery[]): Promise<void> {
    while (due.length > 0 && lane.room > 0 && lane.parked.size - due.length < MAX_WITH_LANE) {
      const free = MAX_WITH_LANE - (lane.parked.size - due.length);
      let page: ParkedDelivery[] = [];
      const { events } = await lane.pageSize.read((rows) => {
        page = due.slice(0, Math.min(rows, free));
        return this.#ports.source.readEventsByKeys(lane.config.teamId, page.map(keyOf));
      });
      if (lane.suspended) {
        return;
      }
      due.splice(0, page.length);
      take(lane, page, events);
    }
    if (due.length === 0) {
      this.#due.delete(lane);
    }
  }
}

/** What waits for an endpoint that is down is looked at seldom while others find out when it is back. */
function isFoundOut({ health, backlog }: Lane): boolean {
  return health.takesNothing && backlog > 0;
}

function keyOf({ eventUuid, eventInsertedAtMicros }: ParkedDelivery): { uuid: string; insertedAtMicros: Micros } {
  return { uuid: eventUuid, insertedAtMicros: eventInsertedAtMicros };
}

/** What is no longer in the log is let go. */
function take(lane: Lane, page: readonly ParkedDelivery[], events: readonly TailEvent[]): void {
  const byUuid = new Map(events.map((event) => [event.uuid, event]));
  for (const { eventUuid, attempt, replayed } of page) {
    const event = byUuid.get(eventUuid);
    if (event === undefined) {
      lane.releaseParked(eventUuid);
    } else {
      lane.takeParked(event, attempt, replayed);
    }
  }
}

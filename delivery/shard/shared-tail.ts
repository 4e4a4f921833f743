import type { Micros } from '../../core/time.ts';
import type { TailEvent } from '../../core/webhook-event.ts';
import { PageSize } from '../page-size.ts';
import type { Lane } from './lane.ts';
import type { CursorPosition, EventKey, ShardPorts } from './ports.ts';

const MICROS_PER_SECOND = 1_000_000;
/** Rows per tail query: about 1 MB of events, a few milliseconds. */
const PAGE_ROWS = 1_000;
/** Between two looks at ClickHouse's clock while every lane reads its own range. */
const SKIP_EVERY_MS = 1_000;
const CLOCK_EVERY_MS = 10_000;
/** Of one changed second that are read at once; of a bulk import there are more. */
const SWEEP_KEYS = 100_000;

export interface Polled {
  events: number;
  /** More is waiting. */
  more: boolean;
}

export const NOTHING_POLLED: Polled = { events: 0, more: false };

/**
 * One query per poll for all lanes of a shard that are up to date. The newest rows come by keyset; rows that become
 * visible late (a slow insert stamped earlier) are found by sweeping the overlap window for seconds whose digest changed.
 */
export class SharedTail {
  readonly #ports: ShardPorts;
  readonly #overlapMicros: Micros;
  /** Rows handed to the lanes in the window, so that a sweep knows what is new. */
  readonly #seen = new Map<string, Micros>();
  #digests = new Map<Micros, string>();
  #position: CursorPosition;
  /** The end of the last sweep; undefined while nobody listens. */
  #sweptUntil: Micros | undefined;
  readonly #sweepKeys: number;
  #skipAtMs = 0;
  #clockMicros: Micros = 0;
  #clockAtMs = 0;
  readonly #pageSize = new PageSize(PAGE_ROWS);

  constructor(ports: ShardPorts, options: { overlapMs: number; startMicros: Micros; sweepKeys?: number }) {
    this.#ports = ports;
    this.#sweepKeys = options.sweepKeys ?? SWEEP_KEYS;
    this.#overlapMicros = options.overlapMs * 1_000;
    this.#position = { positionMicros: options.startMicros - this.#overlapMicros, afterUuid: null };
  }

  get seenCount(): number {
    return this.#seen.size;
  }

  /** Reads what is new and offers it to the lanes. */
  async poll(lanes: readonly Lane[]): Promise<Polled> {
    const teamIds = teamsOf(lanes);
    if (teamIds.length === 0) {
      return NOTHING_POLLED;
    }
    if (nobodyListens(lanes)) {
      await this.#skipAhead();
      return NOTHING_POLLED;
    }
    const { positionMicros, afterUuid } = this.#position;
    const query = { teamIds, fromMicros: positionMicros, ...(afterUuid === null ? {} : { afterUuid }) };
    let reached: CursorPosition | undefined;
    const { events, more } = await this.#pageSize.read(async (limit) => {
      const page = await this.#ports.source.pollTail({ ...query, limit });
      reached = page.reached;
      return page.events;
    });
    this.#distribute(events, lanes);
    this.#position = (more ? undefined : reached) ?? endOf(events) ?? this.#position;
    return { events: events.length, more };
  }

  /**
   * Finds rows of the overlap window that became visible late. Afterwards every row from the returned time on that is
   * visible has been offered to every lane that takes part in the tail. The window begins an overlap before the end of the
   * sweep before: however long ago that was, a row that has become visible since then is in it.
   */
  async sweep(lanes: readonly Lane[]): Promise<Micros | undefined> {
    const teamIds = teamsOf(lanes);
    if (teamIds.length === 0 || nobodyListens(lanes)) {
      this.#sweptUntil = undefined;
      return undefined;
    }
    const endMicros = await this.#sweepEnd();
    const fromMicros = floorToSecond(Math.min(endMicros, this.#sweptUntil ?? endMicros) - this.#overlapMicros);
    // The last microsecond is included: a late row may share it and sort before what was read.
    const untilMicros = this.#position.positionMicros + 1;
    const digests = await this.#ports.source.readDigests({ teamIds, fromMicros, untilMicros });
    for (const second of changedSeconds(this.#digests, digests)) {
      await this.#sweepSecond(teamIds, second, untilMicros, lanes);
    }
    this.#digests = digests;
    this.#sweptUntil = endMicros;
    this.#forgetBefore(fromMicros);
    return fromMicros;
  }

  /**
   * The position, or ClickHouse's clock where that is behind: it may have been set back, and stamps rows before the
   * position then. Without events it is looked at now and then only.
   */
  async #sweepEnd(): Promise<Micros> {
    const nowMs = this.#ports.clock.nowMs();
    const { positionMicros } = this.#position;
    if (positionMicros > this.#clockMicros || nowMs >= this.#clockAtMs) {
      this.#clockMicros = await this.#ports.source.nowMicros();
      this.#clockAtMs = nowMs + CLOCK_EVERY_MS;
    }
    return Math.min(this.#clockMicros, positionMicros);
  }

  /** A team that has just joined the shard is unknown to the digests: the next sweep looks at the whole window. */
  forgetDigests(): void {
    this.#digests = new Map();
  }

  /** Nobody listens to the tail: after a long pause it would read hours for lanes that read their own ranges. */
  async #skipAhead(): Promise<void> {
    const nowMs = this.#ports.clock.nowMs();
    if (nowMs < this.#skipAtMs) {
      return;
    }
    this.#skipAtMs = nowMs + SKIP_EVERY_MS;
    const windowStart = (await this.#ports.source.nowMicros()) - this.#overlapMicros;
    if (windowStart > this.#position.positionMicros) {
      this.#position = { positionMicros: windowStart, afterUuid: null };
    }
  }

  /** To its end, however many keys it has: its digest will not change again for what is left out now. */
  async #sweepSecond(teamIds: number[], second: Micros, untilMicros: Micros, lanes: readonly Lane[]): Promise<void> {
    const endMicros = Math.min(second + MICROS_PER_SECOND, untilMicros);
    const range = { teamIds, untilMicros: endMicros, limit: this.#sweepKeys };
    let from: { fromMicros: Micros; afterUuid?: string } | undefined = { fromMicros: second };
    while (from !== undefined) {
      const keys: EventKey[] = await this.#ports.source.readKeys({ ...range, ...from });
      await this.#offerUnseen(keys, lanes);
      const last = keys.length < range.limit ? undefined : keys.at(-1);
      from = last && { fromMicros: last.insertedAtMicros, afterUuid: last.uuid };
    }
  }

  async #offerUnseen(keys: readonly EventKey[], lanes: readonly Lane[]): Promise<void> {
    const unseen = keys.filter((key) => !this.#seen.has(key.uuid));
    for (const [teamId, missing] of groupByTeam(unseen, (key) => key.teamId)) {
      const read = (page: readonly EventKey[]): Promise<TailEvent[]> =>
        this.#ports.source.readEventsByKeys(teamId, page);
      for await (const events of this.#pageSize.pages(missing, read)) {
        this.#distribute(events, lanes);
      }
    }
  }

  #distribute(events: readonly TailEvent[], lanes: readonly Lane[]): void {
    if (events.length === 0) {
      return;
    }
    const byTeam = groupByTeam(lanes, (lane) => lane.config.teamId);
    for (const event of events) {
      this.#seen.set(event.uuid, event.insertedAtMicros);
      for (const lane of byTeam.get(event.teamId) ?? []) {
        if (lane.mode !== 'behind') {
          this.#offer(lane, event);
        }
      }
    }
  }

  /** A filter that fails on an event costs the others nothing: its lane reads for itself, where ClickHouse filters. */
  #offer(lane: Lane, event: TailEvent): void {
    try {
      lane.offer(event);
    } catch (error) {
      lane.mode = 'behind';
      const { destinationId } = lane.config;
      this.#ports.observe.warn('an event could not be offered to a destination, which reads for itself', {
        ...{ destinationId, eventUuid: event.uuid, error },
      });
    }
  }

  #forgetBefore(micros: Micros): void {
    for (const [uuid, insertedAtMicros] of this.#seen) {
      if (insertedAtMicros < micros) {
        this.#seen.delete(uuid);
      }
    }
  }
}

function endOf(events: readonly TailEvent[]): CursorPosition | undefined {
  const last = events.at(-1);
  return last && { positionMicros: last.insertedAtMicros, afterUuid: last.uuid };
}

/** A lane that joins later compares the whole window itself, so nothing is missed. */
function nobodyListens(lanes: readonly Lane[]): boolean {
  return lanes.every((lane) => lane.mode === 'behind');
}

function teamsOf(lanes: readonly Lane[]): number[] {
  return [...new Set(lanes.filter((lane) => !lane.suspended).map((lane) => lane.config.teamId))].sort((a, b) => a - b);
}

function floorToSecond(micros: Micros): Micros {
  return Math.floor(micros / MICROS_PER_SECOND) * MICROS_PER_SECOND;
}

function changedSeconds(before: ReadonlyMap<Micros, string>, now: ReadonlyMap<Micros, string>): Micros[] {
  return [...now].filter(([second, digest]) => before.get(second) !== digest).map(([second]) => second);
}

function groupByTeam<Item>(items: readonly Item[], teamOf: (item: Item) => number): Map<number, Item[]> {
  const groups = new Map<number, Item[]>();
  for (const item of items) {
    const group = groups.get(teamOf(item));
    if (group) {
      group.push(item);
    } else {
      groups.set(teamOf(item), [item]);
    }
  }
  return groups;
}

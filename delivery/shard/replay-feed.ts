import type { AttemptRecord } from '../../core/attempts.ts';
import { REPLAY_PAGE_EVENTS } from '../../core/replays.ts';
import type { Micros } from '../../core/time.ts';
import type { TailEvent } from '../../core/webhook-event.ts';
import type { Lane } from './lane.ts';
import type { ReplayOwner } from './lane-queue.ts';
import type { CursorPosition, ReplayTask, ShardPorts } from './ports.ts';
import { ReplayPages } from './replay-pages.ts';

/** So that one slow event does not hold up those after it. */
const MAX_OPEN_PAGES = 3;
const LOOK_EVERY_MS = 50;
/** When there is nothing to do but wait: the destination is suspended, or live deliveries come first. */
const IDLE_LOOK_MS = 500;
const SAVE_EVERY_MS = 1_000;

interface Waiting {
  event: TailEvent;
  attemptsMade: number;
}

/**
 * Feeds the events of one replay to their destination's lane, a few pages at a time, and saves how far everything is
 * settled. Never ahead of the lane's own cursor: what live delivery still has to do is not done twice.
 */
export class ReplayFeed implements ReplayOwner {
  readonly task: ReplayTask;
  readonly #lane: Lane;
  readonly #ports: ShardPorts;
  readonly #overlapMicros: Micros;
  readonly #pages: ReplayPages;
  /** Read, and not with the lane. */
  #waiting: Waiting[] = [];
  /** With the lane: attempts made before. */
  readonly #handed = new Map<string, number>();
  #readUpTo: CursorPosition;
  #exhausted = false;
  #stopped = false;
  #savedAtMs = 0;
  #saved: CursorPosition | undefined;
  #completionSaved = false;

  constructor(task: ReplayTask, lane: Lane, ports: ShardPorts, options: { overlapMs: number }) {
    this.task = task;
    this.#lane = lane;
    this.#ports = ports;
    this.#overlapMicros = options.overlapMs * 1_000;
    this.#pages = new ReplayPages(task.position, task.counts);
    this.#readUpTo = task.position;
  }

  /** The replay is paused or cancelled: starts nothing more. */
  stop(): void {
    this.#stopped = true;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Until the replay is completed or stopped, or its lane ends. What is in flight then is settled first. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#ended()) {
      await this.#ports.clock.sleep(await this.#look(), signal);
    }
    this.#lane.dropReplayed();
    while (!signal.aborted && this.#handed.size > 0) {
      await this.#ports.clock.sleep(LOOK_EVERY_MS, signal);
    }
    if (!signal.aborted) {
      await this.#save();
    }
  }

  /** What failed has its claim; what a user names is sent whatever else was. */
  get maskable(): boolean {
    return this.task.scope === 'matched';
  }

  stored({ eventUuid, outcome }: AttemptRecord): void {
    if (outcome !== 'failed_attempt') {
      this.#handed.delete(eventUuid);
      this.#lane.releaseParked(eventUuid);
      this.#pages.settle(
        eventUuid,
        outcome === 'delivered' ? 'delivered' : outcome === 'masked' ? 'skipped' : 'failed',
      );
    }
  }

  givenBack(event: TailEvent): void {
    const attemptsMade = this.#handed.get(event.uuid);
    if (attemptsMade !== undefined) {
      this.#handed.delete(event.uuid);
      this.#lane.releaseParked(event.uuid);
      this.#waiting.push({ event, attemptsMade });
    }
  }

  #ended(): boolean {
    return this.#stopped || this.#lane.stopped || this.#completed();
  }

  #completed(): boolean {
    return this.#exhausted && this.#pages.openPages === 0;
  }

  /** One look; returns how long to wait for the next. A source or database that is away is tried again. */
  async #look(): Promise<number> {
    try {
      this.#handOver();
      const more = await this.#readPage();
      this.#handOver();
      if (this.#ports.clock.nowMs() >= this.#savedAtMs + SAVE_EVERY_MS) {
        await this.#save();
      }
      return more || this.#handed.size > 0 ? LOOK_EVERY_MS : IDLE_LOOK_MS;
    } catch (error) {
      const { id, destinationId } = this.task;
      this.#ports.observe.warn('a replay could not go on and tries again', { replayId: id, destinationId, error });
      return IDLE_LOOK_MS;
    }
  }

  #handOver(): void {
    const ready = this.#waiting.splice(0, Math.max(0, this.#stopped ? 0 : this.#lane.replayRoom));
    for (const { event, attemptsMade } of ready) {
      if (this.#handed.has(event.uuid)) {
        // Of two rows of one event the second waits for the first.
        this.#waiting.push({ event, attemptsMade });
      } else if (this.#lane.parked.has(event.uuid)) {
        // It has become due since its page was read: the lane sends it anyway.
        this.#pages.settle(event.uuid, 'skipped');
      } else {
        this.#handed.set(event.uuid, attemptsMade);
        this.#lane.reserveParked(event.uuid);
        this.#lane.takeReplayed(event, attemptsMade, this);
      }
    }
  }

  /** Reads a page when there is room for it. True when it has read one. */
  async #readPage(): Promise<boolean> {
    const full = this.#waiting.length > 0 || this.#pages.openPages >= MAX_OPEN_PAGES;
    if (this.#exhausted || full || this.#lane.replayRoom < REPLAY_PAGE_EVENTS) {
      return false;
    }
    const untilMicros = await this.#readableUntil();
    if (untilMicros <= this.#readUpTo.positionMicros && untilMicros < this.task.untilMicros) {
      return false;
    }
    const { filter, mask } = this.#lane.config;
    const query = {
      after: this.#readUpTo,
      untilMicros,
      limit: REPLAY_PAGE_EVENTS,
      filter,
      skipMasked: mask !== undefined,
    };
    const page = await this.#ports.replays.readPage(this.task, query);
    const end = page.next ?? { positionMicros: untilMicros, afterUuid: null };
    this.#readUpTo = end;
    this.#exhausted = page.next === undefined && untilMicros >= this.task.untilMicros;
    const wanted = page.events.filter(({ event }) => !this.#lane.parked.has(event.uuid));
    const held = page.events.length - wanted.length;
    const counts = { ...page.counts, skipped: page.counts.skipped + held };
    const uuids = wanted.map(({ event }) => event.uuid);
    this.#pages.add(end, uuids, counts);
    this.#waiting.push(...wanted);
    return true;
  }

  /** Events that a user names are sent at once; a range is read as far as live delivery is done with it. */
  async #readableUntil(): Promise<Micros> {
    const { scope, untilMicros } = this.task;
    if (scope === 'event') {
      return untilMicros;
    }
    const { cursor, mode } = this.#lane;
    const settled =
      mode === 'live'
        ? Math.min(cursor.oldestPending(), (await this.#ports.source.nowMicros()) - this.#overlapMicros)
        : cursor.checkpoint().positionMicros;
    return Math.min(untilMicros, settled);
  }

  async #save(): Promise<void> {
    const { position, counts } = this.#pages.checkpoint;
    const completed = this.#completed();
    if (position === this.#saved && completed === this.#completionSaved) {
      return;
    }
    this.#savedAtMs = this.#ports.clock.nowMs();
    if (!(await this.#ports.replays.save({ id: this.task.id, position, counts, completed }))) {
      this.#stopped = true;
    }
    this.#saved = position;
    this.#completionSaved = completed;
  }
}

import { MICROS_PER_MS, type Micros } from '../../core/time.ts';
import { AttemptLogBuffer, type Unlogged } from './log-buffer.ts';
import { Beside } from './beside.ts';
import { catchUpStep } from './catch-up.ts';
import { ClockWatch } from './clock-watch.ts';
import { ALL_THAT_MOVED, CursorSaver } from './cursor-saver.ts';
import { drainLanes } from './drain-lanes.ts';
import type { LaneConfig } from './lane-config.ts';
import type { Lane } from './lane.ts';
import { Lanes } from './lanes.ts';
import { Messages } from './messages.ts';
import { Parked } from './parked.ts';
import { PollPace } from './poll-pace.ts';
import type { ShardPorts, SourcePort } from './ports.ts';
import { Replays } from './replays.ts';
import { sharedReads } from './shared-reads.ts';
import { NOTHING_POLLED, SharedTail, type Polled } from './shared-tail.ts';
import { TrafficReports } from './traffic-reports.ts';

export interface ShardOptions {
  /** Between two polls of the shared tail while events come or are under way. */
  pollMs: number;
  /** While there are none, and nobody tells of any (`eventsCame`). Default: `pollMs`. */
  idlePollMs?: number;
  /** Of the ticks of both. Default 0. */
  phaseMs?: number;
  /** How late a row may become visible; the tail re-reads this much. */
  overlapMs: number;
  /** Between two reports of a lane with traffic to its destination's entity workflow. */
  reportEveryMs: number;
  /** How long a stopping shard waits for attempts in flight before it cuts them, all of them together. */
  drainMs: number;
  /** Attempts that the log has not taken yet, beyond which nothing is sent. Default: of `AttemptLogBuffer`. */
  maxUnlogged?: number;
  /** The active destinations of this shard, secrets opened. */
  loadDestinations(): Promise<LaneConfig[]>;
}

export interface ShardSummary {
  lanes: number;
  live: number;
  suspended: number;
  inFlightAndQueued: number;
}

/** A user's change acts within a second by notification; this is the fallback when a notification was lost. */
const REFRESH_EVERY_MS = 10_000;
const MAINTAIN_EVERY_MS = 1_000;
/**
 * A cursor is not saved for less: far below the overlap that is read again after a crash anyway. That of a lane without
 * events once a minute: there may be thousands, and nobody waits for it.
 */
const CURSOR_STEPS = { stepMicros: 10_000_000, quietStepMicros: 60_000_000 };
/** For requests in flight when the time for handing over is used up; a stopping worker has some seconds more than that. */
const LAST_DRAIN_MS = 2_000;

/** All webhook destinations of one shard: one shared tail, one lane each, one attempt log, one batch of cursors. */
export class DeliveryShard {
  readonly #ports: ShardPorts;
  readonly #options: ShardOptions;
  readonly #log: AttemptLogBuffer;
  readonly #cursors: CursorSaver;
  readonly #pace: PollPace;
  readonly #clockWatch: ClockWatch;
  readonly #lanes: Lanes;
  readonly #replays: Replays;
  readonly #messages: Messages;
  readonly #parked: Parked;
  readonly #reports: TrafficReports;
  readonly #catchingUp = new Set<string>();
  readonly #catchUpSource: SourcePort;
  /** When a shard that changes hands cuts what is in flight. */
  #cutAtMs = Number.POSITIVE_INFINITY;
  #tail: SharedTail | undefined;
  readonly #beside: Beside;
  #refreshAtMs = 0;
  #maintainAtMs = 0;
  #reportAtMs: number;

  constructor(ports: ShardPorts, options: ShardOptions) {
    this.#ports = ports;
    this.#options = options;
    const warn = (message: string, fields: Record<string, unknown>): void => ports.observe.warn(message, fields);
    this.#log = new AttemptLogBuffer(ports.log, ports.clock, warn, { maxWaiting: options.maxUnlogged });
    this.#beside = new Beside(ports.observe);
    this.#cursors = new CursorSaver(ports.cursors);
    this.#clockWatch = new ClockWatch(ports.clock);
    this.#pace = new PollPace(ports.clock, { idlePollMs: options.pollMs, ...options });
    const onEnd = (): void => this.refreshSoon();
    this.#replays = new Replays(ports, { overlapMs: options.overlapMs, onEnd });
    this.#messages = new Messages(ports);
    this.#parked = new Parked(ports);
    this.#reports = new TrafficReports(ports.health);
    this.#lanes = new Lanes(ports, this.#log, this.#cursors, {
      drainMs: options.drainMs,
      onLogged: (lane) => {
        this.#parked.ended(lane);
        this.#reports.collect(lane);
      },
      onEnded: onEnd,
    });
    this.#catchUpSource = sharedReads(ports.source);
    this.#reportAtMs = ports.clock.nowMs() + options.reportEveryMs;
  }

  /** Settings changed: look at them in the next round. */
  refreshSoon(): void {
    this.#refreshAtMs = 0;
    this.#pace.news();
  }

  /** Somebody has sent a message to this destination. */
  messageCame(destinationId: string): void {
    if (this.#lanes.byId.has(destinationId)) {
      this.#messages.lookSoon();
      this.#pace.news();
    }
  }

  /** Events of these teams are stored. Whatever is not told of is found by the next poll. */
  eventsCame(teams: { has(teamId: number): boolean }): void {
    for (const lane of this.#lanes.active()) {
      if (teams.has(lane.config.teamId) && !lane.suspended) {
        this.#pace.news();
        return;
      }
    }
  }

  /**
   * Delivers until the signal aborts or the clock is set back, then finishes what is in flight, logs it, saves the cursors.
   * Once `handOver` aborts it does so as soon as no lane is left whose requests take long: those end first, while the
   * others go on.
   */
  async run(until: AbortSignal, handOver?: AbortSignal): Promise<ShardSummary> {
    const ending = new AbortController();
    const signal = AbortSignal.any([until, ending.signal]);
    const flushing = new AbortController();
    const flusher = this.#log.run(flushing.signal);
    const wake = (): void => this.#pace.news();
    handOver?.addEventListener('abort', wake, { once: true });
    try {
      while (!signal.aborted) {
        const { more, events } = await this.#round(signal);
        const busy = events > 0 || this.#underWay();
        await (more ? this.#ports.clock.sleep(0, signal) : this.#pace.pause({ busy }, signal));
        this.#endWhenSetBack(ending);
        if (handOver?.aborted === true && this.#handedOver(signal)) {
          ending.abort();
        }
      }
      return await this.#finish();
    } finally {
      handOver?.removeEventListener('abort', wake);
      for (const lane of this.#lanes.all()) {
        lane.abort();
      }
      flushing.abort();
      await flusher;
    }
  }

  summary(): ShardSummary {
    const lanes = this.#lanes.active();
    return {
      lanes: lanes.length,
      live: lanes.filter((lane) => lane.mode === 'live').length,
      suspended: lanes.filter((lane) => lane.suspended).length,
      inFlightAndQueued: lanes.reduce((sum, lane) => sum + lane.backlog, 0),
    };
  }

  /**
   * How long the oldest event waits that a lane should have sent: of a lane that reads for itself, what it has to read. `heldMs`: of
   * lanes that wait for their endpoint or by their own settings; `ms`: of the others.
   */
  lag(): { ms: number; heldMs: number } {
    const nowMs = this.#ports.eventClock.nowMs() ?? 0;
    const lag = { ms: 0, heldMs: 0 };
    for (const lane of this.#lanes.active().filter((lane) => !lane.suspended)) {
      const whose = lane.heldBack ? 'heldMs' : 'ms';
      lag[whose] = Math.max(lag[whose], nowMs - lane.waitsSinceMicros() / MICROS_PER_MS);
    }
    return lag;
  }

  /** What was attempted and is not on record. */
  unlogged(): Unlogged {
    return this.#log.unlogged;
  }

  /** One round survives a failing source or control plane: lanes keep what they have, and the next round tries again. */
  async #round(signal: AbortSignal): Promise<Polled> {
    const nowMs = this.#ports.clock.nowMs();
    let polled = NOTHING_POLLED;
    if (nowMs >= this.#refreshAtMs) {
      this.#beside.start('refresh', () => this.#refresh(nowMs, signal));
    }
    if (nowMs >= this.#maintainAtMs) {
      this.#beside.start('maintenance', () => this.#maintain(nowMs));
    }
    if (this.#messages.due(nowMs)) {
      this.#beside.start('messages', () => this.#messages.look(this.#lanes.active()));
    }
    if (this.#parked.due(nowMs)) {
      this.#beside.start('parked', () => this.#parked.feed(this.#lanes.active()));
    }
    if (nowMs >= this.#reportAtMs) {
      this.#beside.start('reports', () => this.#report(nowMs));
    }
    try {
      polled = await this.#poll();
      this.#startCatchUps(signal);
    } catch (error) {
      this.#ports.observe.warn('a delivery round failed and is tried again', { error });
    }
    this.#beside.assertNotFenced();
    return polled;
  }

  /** What is timed here would stand still for as long; a new shard begins with new times. */
  #endWhenSetBack(ending: AbortController): void {
    const setBackMs = this.#clockWatch.setBackMs();
    if (setBackMs > 0) {
      this.#ports.observe.warn('the clock of this machine was set back: the shard starts anew', { setBackMs });
      ending.abort();
    }
  }

  /** True when nobody has to wait for long any more, or there is no more time. Lanes whose requests take long end before. */
  #handedOver(signal: AbortSignal): boolean {
    const nowMs = this.#ports.clock.nowMs();
    this.#cutAtMs = Math.min(this.#cutAtMs, nowMs + this.#options.drainMs);
    this.#lanes.leaveSlow(signal);
    return !this.#lanes.someEnd || nowMs >= this.#cutAtMs;
  }

  /** A lane has something to send or to read. */
  #underWay(): boolean {
    const lanes = this.#lanes.active();
    return (
      this.#parked.waiting ||
      this.#lanes.someEnd ||
      lanes.some((lane) => lane.backlog > 0 || (lane.mode !== 'live' && !lane.suspended))
    );
  }

  async #refresh(nowMs: number, signal: AbortSignal): Promise<void> {
    this.#refreshAtMs = nowMs + REFRESH_EVERY_MS;
    if (await this.#lanes.follow(await this.#options.loadDestinations(), nowMs, signal)) {
      this.#tail?.forgetDigests();
      this.#messages.lookSoon();
    }
    await this.#replays.refresh(this.#lanes.byId, signal);
  }

  async #poll(): Promise<Polled> {
    const lanes = this.#lanes.active();
    if (lanes.length === 0) {
      return NOTHING_POLLED;
    }
    this.#tail ??= new SharedTail(this.#ports, {
      overlapMs: this.#options.overlapMs,
      startMicros: await this.#ports.source.nowMicros(),
    });
    return this.#tail.poll(lanes);
  }

  #startCatchUps(signal: AbortSignal): void {
    for (const lane of this.#lanes.active()) {
      const id = lane.config.destinationId;
      if (lane.mode === 'live' || lane.suspended || this.#catchingUp.has(id)) {
        continue;
      }
      this.#catchingUp.add(id);
      void this.#catchUp(lane, signal).finally(() => this.#catchingUp.delete(id));
    }
  }

  async #catchUp(lane: Lane, signal: AbortSignal): Promise<void> {
    const { overlapMs } = this.#options;
    try {
      while (!signal.aborted && (await catchUpStep(lane, this.#catchUpSource, { overlapMs }))) {
        await this.#ports.clock.sleep(0, signal);
      }
    } catch (error) {
      this.#ports.observe.warn('catching up failed and is tried again', { error });
    }
  }

  async #maintain(nowMs: number): Promise<void> {
    // At the same ticks for all shards of a process, which sweep together.
    this.#maintainAtMs = nowMs + MAINTAIN_EVERY_MS - (nowMs % MAINTAIN_EVERY_MS);
    // Only lanes that took part before the sweep began have been offered all that it found.
    const lanes = this.#lanes.active();
    const live = lanes.filter((lane) => lane.mode === 'live');
    const sweptFrom = await this.#tail?.sweep(lanes);
    if (sweptFrom !== undefined) {
      this.#advanceLive(live, sweptFrom);
    }
    for (const lane of lanes) {
      lane.cursor.prune();
    }
    // Told beside it, as reports are: Temporal may be slow.
    this.#beside.start('recoveries', () => this.#noteRecovered());
    await this.#cursors.save(this.#lanes.all(), CURSOR_STEPS);
  }

  async #noteRecovered(): Promise<void> {
    const caughtUp = this.#lanes
      .active()
      .filter(({ health, mode, backlog }) => health.state === 'recovering' && mode === 'live' && backlog === 0);
    await Promise.all(caughtUp.map(({ health }) => health.caughtUp()));
  }

  #advanceLive(lanes: readonly Lane[], sweptFrom: Micros): void {
    for (const lane of lanes) {
      if (lane.mode === 'live') {
        lane.cursor.advance({ positionMicros: sweptFrom, afterUuid: null });
      }
    }
  }

  /** Not with the maintenance: where Temporal is slow, those of many lanes take long, and late rows must not wait for them. */
  async #report(nowMs = this.#ports.clock.nowMs()): Promise<void> {
    this.#reportAtMs = nowMs + this.#options.reportEveryMs;
    for (const lane of this.#lanes.active()) {
      this.#reports.collect(lane);
    }
    await this.#reports.send();
  }

  async #finish(): Promise<ShardSummary> {
    const summary = this.summary();
    await this.#beside.ended();
    await drainLanes(this.#lanes.all(), this.#leftMs());
    // The next owner sends again what is not on record.
    await this.#log.store(AbortSignal.timeout(this.#leftMs()));
    await this.#replays.ended();
    await this.#messages.noteHandedOver(this.#lanes.all());
    await this.#cursors.save(this.#lanes.all(), ALL_THAT_MOVED);
    await this.#report();
    return summary;
  }

  #leftMs(): number {
    const leftMs = this.#cutAtMs - this.#ports.clock.nowMs();
    return Math.min(this.#options.drainMs, Math.max(LAST_DRAIN_MS, leftMs));
  }
}

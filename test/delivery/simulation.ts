import { randomUUID } from 'node:crypto';
import { systemClock } from '../../activities/clock.ts';
import type { AttemptRecord } from '../../core/attempts.ts';
import { filterToPredicate, type EventFilter } from '../../core/filters.ts';
import { decideMasks, keyedEvents, windowMicrosOf, type KeyedEvent } from '../../core/masking.ts';
import { PAGE_TOO_LARGE } from '../../core/page-bytes.ts';
import type { Micros } from '../../core/time.ts';
import type { TailEvent } from '../../core/webhook-event.ts';
import { EventClock } from '../../delivery/event-clock.ts';
import { Paces } from '../../delivery/paces.ts';
import type { LaneConfig } from '../../delivery/shard/lane-config.ts';
import type {
  CursorPosition,
  EventKey,
  MaskPort,
  RangePage,
  ReplayPage,
  ReplayPort,
  ReplayTask,
  RetryRequest,
  SendOutcome,
  ShardPorts,
  WaitingMessage,
} from '../../delivery/shard/ports.ts';

/**
 * The world around a delivery shard, in memory, for tests of the engine: an event log whose rows can become visible
 * late, an attempt log, cursors that survive a "crash", and a receiver whose answers a test decides.
 */
export class SimulatedWorld {
  readonly attempts: AttemptRecord[] = [];
  readonly received: string[] = [];
  readonly requests: { uuids: string[]; headers: Record<string, string>; bytes: number; atMs: number }[] = [];
  /** What events have waited for us, in the order in which they were sent. */
  readonly waitsMs: number[] = [];
  readonly retriesStarted: string[] = [];
  readonly retrySchedules: (readonly number[])[] = [];
  readonly retryRequests: RetryRequest[] = [];
  readonly transitions: string[] = [];
  readonly cursors = new Map<string, CursorPosition>();
  configs: LaneConfig[] = [];
  /** Running replays; those of scope `matched` only. */
  replays: ReplayTask[] = [];
  /** Rows that no attempt has settled as far as their table knows. */
  messages: Pick<WaitingMessage, 'destinationId' | 'event'>[] = [];
  readonly replaysCompleted: string[] = [];
  /** False: another owner has the shard. */
  leaseHeld = true;
  retryCap = Number.POSITIVE_INFINITY;
  /** Pages of several events with more properties than this are refused. */
  maxPageChars = Number.POSITIVE_INFINITY;
  /** Of stored rows, that a step through a range goes through. */
  stepRows = Number.POSITIVE_INFINITY;
  /** How many events each of them has brought. */
  readonly steps: number[] = [];
  /** Of the clock of the worker; events are stamped with the right one. */
  clockAheadMs = 0;
  /** Decides the answer to an event, and to its batch when it is no 2xx; default 200. */
  answer: (uuid: string, destinationId: string) => SendOutcome | Promise<SendOutcome> = () => ok();
  /** By destination. */
  readonly claims = new Map<string, KeyedEvent[]>();
  readonly #events: (TailEvent & { visibleAtMs: number })[] = [];
  readonly #sent: TailEvent[] = [];
  #lastMicros = 0;

  /** Adds an event stamped now, or `ageMs` ago, that becomes visible `lateMs` later. */
  capture(options: Partial<Captured> = {}): TailEvent {
    const insertedAtMicros = this.#nextMicros() - (options.ageMs ?? 0) * 1_000;
    const event = {
      teamId: options.teamId ?? 1,
      uuid: randomUUID(),
      event: options.event ?? 'signed up',
      distinctId: options.distinctId ?? 'u1',
      propertiesJson: options.propertiesJson ?? '{}',
      personId: '00000000-0000-0000-0000-000000000000',
      personPropertiesJson: '{}',
      timestamp: '2026-11-21T00:00:00.000000Z',
      insertedAtMicros,
      visibleAtMs: Date.now() + (options.lateMs ?? 0),
    };
    this.#events.push(event);
    return event;
  }

  destination(overrides: Partial<LaneConfig> = {}): LaneConfig {
    const config: LaneConfig = {
      destinationId: randomUUID(),
      teamId: 1,
      name: 'test',
      kind: 'generic',
      url: 'http://receiver.test/',
      filter: {},
      method: 'POST',
      headers: {},
      contentType: 'application/json',
      secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      timeoutMs: 1_000,
      maxConcurrency: 4,
      rateLimitPerSecond: undefined,
      retryScheduleMs: [5_000, 10_000],
      version: 1,
      health: 'healthy',
      ...overrides,
    };
    this.configs.push(config);
    this.cursors.set(config.destinationId, { positionMicros: this.#nextMicros(), afterUuid: null });
    return config;
  }

  ports(): ShardPorts {
    const eventClock = new EventClock(() => Promise.resolve(this.#nextMicros()));
    return {
      clock: { ...systemClock, nowMs: () => Date.now() + this.clockAheadMs, random: () => 0.5 },
      eventClock,
      paces: new Paces(),
      source: {
        nowMicros: () => eventClock.ask(),
        pollTail: async (query) => ({ events: await this.#page(this.#visible(query).slice(0, query.limit)) }),
        readRange: (query) => this.#range(query),
        readKeys: (query) => Promise.resolve(this.#visible(query).slice(0, query.limit) satisfies EventKey[]),
        readEventsByKeys: (_teamId, keys) => {
          const wanted = new Set(keys.map((key) => key.uuid));
          return this.#page([...this.#events, ...this.#sent].filter((event) => wanted.has(event.uuid)));
        },
        readDigests: (query) => Promise.resolve(digests(this.#visible({ ...query, limit: 0 }))),
      },
      log: {
        append: (rows) => {
          this.attempts.push(...rows);
          return Promise.resolve();
        },
        settledEvents: (destinations) =>
          Promise.resolve(
            new Map(
              destinations.map(({ destinationId, fromMicros }) => [
                destinationId,
                this.#settled(destinationId, fromMicros),
              ]),
            ),
          ),
        dueParked: (ids, now, limits) => Promise.resolve(this.#parked(ids, now, limits.ofEach)),
      },
      cursors: {
        read: (ids) => Promise.resolve(new Map([...this.cursors].filter(([id]) => ids.includes(id)))),
        save: (cursors) => {
          for (const { destinationId, ...position } of this.leaseHeld ? cursors : []) {
            this.cursors.set(destinationId, position);
          }
          return Promise.resolve(this.leaseHeld);
        },
      },
      retries: {
        start: (request) => {
          if (this.retriesStarted.length >= this.retryCap) {
            return Promise.resolve(false);
          }
          this.retriesStarted.push(request.eventUuid);
          this.retrySchedules.push(request.scheduleMs);
          this.retryRequests.push(request);
          return Promise.resolve(true);
        },
      },
      replays: {
        load: (ids) => Promise.resolve(this.replays.filter(({ destinationId }) => ids.has(destinationId))),
        readPage: (task, query) => Promise.resolve(this.#replayPage(task, query)),
        save: (progress) => Promise.resolve(this.#saveReplay(progress)),
      },
      messages: {
        waiting: (ids, held) =>
          Promise.resolve(
            this.messages
              .filter(({ destinationId, event }) => ids.has(destinationId) && !held.includes(event.uuid))
              .map((message) => ({ ...message, ...this.#logged(message) })),
          ),
        handedOver: (uuids) => {
          this.messages = this.messages.filter(({ event }) => !uuids.includes(event.uuid));
          return Promise.resolve();
        },
      },
      masks: { claim: (request) => Promise.resolve(this.#claim(request)) },
      health: {
        transition: (destinationId, to) => {
          this.transitions.push(to);
          this.configs = this.configs.map((c) => (c.destinationId === destinationId ? { ...c, health: to } : c));
          return Promise.resolve();
        },
        report: () => Promise.resolve(),
      },
      send: async (request) => {
        const body = JSON.parse(request.body.toString()) as Payload | Payload[];
        const uuids = [body].flat().map(({ data }) => data.uuid);
        const destinationId = request.headers['x-destination'] ?? '';
        this.requests.push({ uuids, headers: request.headers, bytes: request.body.length, atMs: Date.now() });
        const answers = await Promise.all(uuids.map(async (uuid) => this.answer(uuid, destinationId)));
        const outcome = answers.find((answer) => answer.kind === 'error' || answer.status >= 300) ?? answers[0] ?? ok();
        if (outcome.kind === 'response' && outcome.status < 300) {
          this.received.push(...uuids.map((uuid) => `${destinationId}${uuid}`));
        }
        return outcome;
      },
      observe: { attempt: () => undefined, waited: (ms) => this.waitsMs.push(ms), warn: () => undefined },
    };
  }

  /** Sends a message to one destination; its payload names it, as `send` expects. */
  message(destinationId: string, { ttlMs = 60_000 }: { ttlMs?: number } = {}): TailEvent {
    const uuid = randomUUID();
    const event: TailEvent = {
      ...{ teamId: 1, uuid, event: 'invoice.paid', distinctId: '', propertiesJson: `{"uuid":"${uuid}"}` },
      ...{ personId: '', personPropertiesJson: '{}', timestamp: '2026-11-21T00:00:00.000000Z' },
      insertedAtMicros: this.#nextMicros(),
      message: { expiresAtMs: Date.now() + ttlMs },
    };
    this.#sent.push(event);
    this.messages.push({ destinationId, event });
    return event;
  }

  #logged({ destinationId, event }: Pick<WaitingMessage, 'destinationId' | 'event'>): {
    attemptsMade: number;
    settled: boolean;
  } {
    const rows = this.attempts.filter((row) => row.destinationId === destinationId && row.eventUuid === event.uuid);
    return {
      attemptsMade: Math.max(0, ...rows.map(({ attempt }) => attempt)),
      settled: rows.some(({ outcome }) => outcome !== 'failed_attempt'),
    };
  }

  #replayPage(task: ReplayTask, query: Parameters<ReplayPort['readPage']>[1]): ReplayPage {
    const { positionMicros: fromMicros, afterUuid } = query.after;
    const after = afterUuid === null ? {} : { afterUuid };
    const { untilMicros, limit, filter } = query;
    const step = this.#step({ teamId: task.teamId, fromMicros, ...after, untilMicros, limit, filter });
    const counts = { delivered: 0, failed: 0, skipped: 0 };
    const rows = this.attempts.filter(({ destinationId }) => destinationId === task.destinationId);
    const events = step.events.map((event) => {
      const ofEvent = rows.filter(({ eventUuid }) => eventUuid === event.uuid);
      return { event, rows: ofEvent, attemptsMade: Math.max(0, ...ofEvent.map(({ attempt }) => attempt)) };
    });
    const settled = events.filter((one) =>
      one.rows.some((row) => row.via === 'replay' && row.attemptedAt >= task.begunAt && row.outcome === 'delivered'),
    );
    counts.delivered = settled.length;
    return { events: events.filter((one) => !settled.includes(one)), counts, next: step.next };
  }

  #claim({ destinationId, mask, events }: Parameters<MaskPort['claim']>[0]): ReadonlyMap<string, string> {
    const claims = this.claims.get(destinationId) ?? [];
    const { granted, maskedBy } = decideMasks(windowMicrosOf(mask), claims, keyedEvents(mask, events));
    this.claims.set(destinationId, [...claims, ...granted]);
    return maskedBy;
  }

  #saveReplay({ id, position, counts, completed }: Parameters<ReplayPort['save']>[0]): boolean {
    const running = this.replays.some((task) => task.id === id);
    this.replays = this.replays.map((task) => (task.id === id ? { ...task, position, counts } : task));
    if (running && completed) {
      this.replays = this.replays.filter((task) => task.id !== id);
      this.replaysCompleted.push(id);
    }
    return running && !completed;
  }

  async #range(query: RangeQuery): Promise<RangePage> {
    const { events, next } = this.#step(query);
    return { events: await this.#page(events), next };
  }

  #step({ teamId, filter, ...query }: RangeQuery): { events: TailEvent[]; next: RangePage['next'] } {
    const stored = this.#visible({ ...query, teamIds: [teamId] });
    const step = stored.slice(0, this.stepRows);
    const events = step.filter(filterToPredicate(filter)).slice(0, query.limit);
    this.steps.push(events.length);
    const last = events.length === query.limit ? events.at(-1) : step.length < stored.length ? step.at(-1) : undefined;
    return { events, next: last && { positionMicros: last.insertedAtMicros, afterUuid: last.uuid } };
  }

  #page(events: TailEvent[]): Promise<TailEvent[]> {
    const chars = events.reduce((sum, { propertiesJson }) => sum + propertiesJson.length, 0);
    return chars > this.maxPageChars && events.length > 1
      ? Promise.reject(Object.assign(new Error('too large'), { code: PAGE_TOO_LARGE }))
      : Promise.resolve(events);
  }

  #nextMicros(): Micros {
    this.#lastMicros = Math.max(this.#lastMicros + 1, Date.now() * 1_000);
    return this.#lastMicros;
  }

  #visible(query: {
    teamIds: number[];
    fromMicros: Micros;
    afterUuid?: string;
    untilMicros?: Micros;
    limit: number;
    filter?: EventFilter;
  }): TailEvent[] {
    const after = query.afterUuid;
    return this.#events
      .filter((event) => event.visibleAtMs <= Date.now() && query.teamIds.includes(event.teamId))
      .filter((event) => event.insertedAtMicros >= query.fromMicros)
      .filter((event) => query.untilMicros === undefined || event.insertedAtMicros < query.untilMicros)
      .filter((event) => !after || event.insertedAtMicros > query.fromMicros || event.uuid > after)
      .filter(filterToPredicate(query.filter ?? {}))
      .sort((a, b) => a.insertedAtMicros - b.insertedAtMicros || a.uuid.localeCompare(b.uuid));
  }

  #settled(destinationId: string, fromMicros: Micros): Map<string, Micros> {
    const rows = this.attempts.filter(
      (row) =>
        row.destinationId === destinationId &&
        row.outcome !== 'failed_attempt' &&
        row.eventInsertedAtMicros >= fromMicros,
    );
    return new Map(rows.map((row) => [row.eventUuid, row.eventInsertedAtMicros]));
  }

  #parked(destinationIds: readonly string[], now: Date, ofEach: number): ReturnTypeOfDueParked {
    const owned = this.attempts.filter(({ outcome }) => outcome !== 'failed_attempt');
    const latest = new Map(owned.map((row) => [row.destinationId + row.eventUuid, row]));
    const due = [...latest.values()].filter(
      (row) =>
        row.outcome === 'parked' && destinationIds.includes(row.destinationId) && (row.nextAttemptAt ?? now) <= now,
    );
    const replayed = new Set(
      this.attempts.filter(({ via }) => via === 'replay').map((row) => row.destinationId + row.eventUuid),
    );
    return destinationIds.flatMap((id) =>
      due
        .filter(({ destinationId }) => destinationId === id)
        .slice(0, ofEach)
        .map((row) => ({ ...row, replayed: replayed.has(row.destinationId + row.eventUuid) })),
    );
  }
}

type RangeQuery = Parameters<ShardPorts['source']['readRange']>[0];

interface Captured extends Pick<TailEvent, 'teamId' | 'event' | 'propertiesJson' | 'distinctId'> {
  lateMs: number;
  ageMs: number;
}

interface Payload {
  data: { uuid: string };
}

type ReturnTypeOfDueParked = Awaited<ReturnType<ShardPorts['log']['dueParked']>>;

function digests(events: readonly TailEvent[]): Map<Micros, string> {
  const bySecond = new Map<Micros, string>();
  for (const event of events) {
    const second = Math.floor(event.insertedAtMicros / 1_000_000) * 1_000_000;
    bySecond.set(second, (bySecond.get(second) ?? '') + event.uuid.slice(0, 8));
  }
  return bySecond;
}

export function ok(): SendOutcome {
  return respond(200);
}

export function respond(status: number, headers: Record<string, string> = {}): SendOutcome {
  return { kind: 'response', status, headers, body: '', timings: { totalMs: 1 } };
}

import { errorCode } from '../../core/errors.ts';
import { PAGE_TOO_LARGE } from '../../core/page-bytes.ts';
import type { Micros } from '../../core/time.ts';
import type { TailEvent } from '../../core/webhook-event.ts';
import { Gathering } from './gathering.ts';
import type { ClockPort, CursorPosition, EventKey, PollQuery, SourcePort, TailPage } from './ports.ts';

/** Who is further behind reads alone: what the others have read already would fill the page. */
const NEAR_MICROS = 10_000_000;
/** After a page that was full, or too large, for all together: there is enough to read for each. */
const ALONE_MS = 1_000;
/** A team whose endpoints come and go stays in the digests: with each change all that is in the window is looked at anew. */
const TEAM_KEPT_MS = 300_000;

type KeysQuery = Parameters<SourcePort['readKeys']>[0];
type DigestQuery = Parameters<SourcePort['readDigests']>[0];

/**
 * The source as the shards of a process poll it: what they ask at the same moment is one statement over the teams of all
 * of them, and each gets its own part ([ADR 24](../../docs/adr/0024-joined-polls.md)). As long as there are fewer
 * events than a page holds; with more of them each shard reads for itself, so that none waits for the events of another.
 * What single lanes read (with a filter, or up to a time) is not joined.
 */
export function joinedPolls(source: SourcePort, clock: Pick<ClockPort, 'nowMs'>): SourcePort {
  const polls = new Polls(source, clock);
  const digests = new Digests(source, clock);
  const times = new Gathering<undefined, Micros>((asked) => {
    const now = source.nowMicros();
    return asked.map(() => now);
  });
  const keys = new Gathering<KeysQuery, EventKey[]>((asked) => answerKeys(source, asked));
  return {
    ...source,
    nowMicros: () => times.ask(undefined),
    pollTail: (query) => polls.ask(query),
    readKeys: (query) => (isOfAll(query) ? keys.ask(query) : source.readKeys(query)),
    readDigests: (query) => digests.ask(query),
  };
}

/** Not of one lane alone, and not the rest of too many. */
function isOfAll({ filter, afterUuid }: KeysQuery): boolean {
  return filter === undefined && afterUuid === undefined;
}

class Polls {
  readonly #source: SourcePort;
  readonly #clock: Pick<ClockPort, 'nowMs'>;
  readonly #asked = new Gathering<PollQuery, TailPage>((asked) => this.#answer(asked));
  #aloneUntilMs = 0;

  constructor(source: SourcePort, clock: Pick<ClockPort, 'nowMs'>) {
    this.#source = source;
    this.#clock = clock;
  }

  ask(query: PollQuery): Promise<TailPage> {
    return this.#asked.ask(query);
  }

  #answer(asked: readonly PollQuery[]): Promise<TailPage>[] {
    if (asked.length === 1 || this.#clock.nowMs() < this.#aloneUntilMs) {
      return asked.map((query) => this.#source.pollTail(query));
    }
    const newest = newestOf(asked, ({ fromMicros }) => fromMicros);
    const near = asked.filter(({ fromMicros }) => newest.fromMicros - fromMicros <= NEAR_MICROS);
    const joined = near.length > 1 ? this.#join(near, newest) : Promise.resolve(undefined);
    return asked.map((query) =>
      near.includes(query) ? this.#part(query, joined) : this.#catchUp(query, positionOf(newest)),
    );
  }

  async #part(query: PollQuery, joined: Promise<Required<TailPage> | undefined>): Promise<TailPage> {
    const page = await joined;
    return page === undefined
      ? this.#source.pollTail(query)
      : { events: partOf(page.events, query), reached: page.reached };
  }

  /** All that is visible, and then to where the others are, so that it is one of them next time. */
  async #catchUp(query: PollQuery, reached: CursorPosition): Promise<TailPage> {
    const { events } = await this.#source.pollTail(query);
    return events.length < query.limit ? { events, reached } : { events };
  }

  /** Undefined when there is too much for one page. */
  async #join(queries: readonly PollQuery[], newest: PollQuery): Promise<Required<TailPage> | undefined> {
    const { fromMicros, afterUuid } = queries[0] ?? newest;
    const isOnePlace = queries.every((query) => query.fromMicros === fromMicros && query.afterUuid === afterUuid);
    const query = {
      teamIds: teamsOf(queries),
      fromMicros: Math.min(...queries.map((each) => each.fromMicros)),
      ...(isOnePlace && afterUuid !== undefined && { afterUuid }),
      limit: Math.min(...queries.map(({ limit }) => limit)),
    };
    const events = await this.#page(query);
    if (events === undefined || events.length >= query.limit) {
      this.#aloneUntilMs = this.#clock.nowMs() + ALONE_MS;
      return undefined;
    }
    const last = events.at(-1);
    const isLater = last !== undefined && last.insertedAtMicros >= newest.fromMicros;
    return { events, reached: isLater ? placeOf(last) : positionOf(newest) };
  }

  async #page(query: PollQuery): Promise<TailEvent[] | undefined> {
    try {
      return (await this.#source.pollTail(query)).events;
    } catch (error) {
      if (errorCode(error) === PAGE_TOO_LARGE) {
        return undefined;
      }
      throw error;
    }
  }
}

/** Of its teams, after its position. An event at the position that is not in the page any more lets in those beside it. */
function partOf(events: readonly TailEvent[], { teamIds, fromMicros, afterUuid }: PollQuery): TailEvent[] {
  const teams = new Set(teamIds);
  const isPosition = (event: TailEvent): boolean =>
    event.uuid === afterUuid && event.insertedAtMicros === fromMicros && teams.has(event.teamId);
  const start = afterUuid === undefined ? 0 : events.findIndex(isPosition) + 1;
  return events.slice(start).filter((event) => event.insertedAtMicros >= fromMicros && teams.has(event.teamId));
}

/**
 * One digest per second over all teams of the process that were asked for lately: that of a shard changes with the events
 * of others too, and it looks at those seconds, together with them.
 */
class Digests {
  readonly #source: SourcePort;
  readonly #clock: Pick<ClockPort, 'nowMs'>;
  readonly #asked = new Gathering<DigestQuery, Map<Micros, string>>((asked) => this.#answer(asked));
  readonly #teamsAtMs = new Map<number, number>();

  constructor(source: SourcePort, clock: Pick<ClockPort, 'nowMs'>) {
    this.#source = source;
    this.#clock = clock;
  }

  ask(query: DigestQuery): Promise<Map<Micros, string>> {
    return this.#asked.ask(query);
  }

  #answer(asked: readonly DigestQuery[]): Promise<Map<Micros, string>>[] {
    const newest = newestOf(asked, ({ untilMicros }) => untilMicros);
    const near = asked.filter(({ untilMicros }) => newest.untilMicros - untilMicros <= NEAR_MICROS);
    const joined = this.#source.readDigests({
      teamIds: this.#teams(asked),
      fromMicros: Math.min(...near.map(({ fromMicros }) => fromMicros)),
      untilMicros: newest.untilMicros,
    });
    return asked.map((query) => (near.includes(query) ? secondsOf(joined, query) : this.#source.readDigests(query)));
  }

  #teams(asked: readonly DigestQuery[]): number[] {
    const nowMs = this.#clock.nowMs();
    for (const teamId of teamsOf(asked)) {
      this.#teamsAtMs.set(teamId, nowMs);
    }
    for (const [teamId, askedAtMs] of this.#teamsAtMs) {
      if (nowMs - askedAtMs > TEAM_KEPT_MS) {
        this.#teamsAtMs.delete(teamId);
      }
    }
    return [...this.#teamsAtMs.keys()].sort(ascending);
  }
}

async function secondsOf(
  joined: Promise<Map<Micros, string>>,
  { fromMicros, untilMicros }: DigestQuery,
): Promise<Map<Micros, string>> {
  const digests = await joined;
  return new Map([...digests].filter(([second]) => second >= fromMicros && second < untilMicros));
}

/** Those who ask from the same time on are answered together; alone when there are too many keys. */
function answerKeys(source: SourcePort, asked: readonly KeysQuery[]): Promise<EventKey[]>[] {
  const joined = new Map<Micros, Promise<EventKey[] | undefined>>();
  for (const { fromMicros } of asked) {
    if (!joined.has(fromMicros)) {
      const together = asked.filter((query) => query.fromMicros === fromMicros);
      joined.set(fromMicros, together.length > 1 ? joinKeys(source, together) : Promise.resolve(undefined));
    }
  }
  return asked.map(async (query) => {
    const keys = await joined.get(query.fromMicros);
    return keys === undefined ? source.readKeys(query) : keysOf(keys, query);
  });
}

async function joinKeys(source: SourcePort, queries: readonly KeysQuery[]): Promise<EventKey[] | undefined> {
  const limit = Math.min(...queries.map((query) => query.limit));
  const untilMicros = Math.max(...queries.map((query) => query.untilMicros ?? Number.POSITIVE_INFINITY));
  const keys = await source.readKeys({
    teamIds: teamsOf(queries),
    fromMicros: queries[0]?.fromMicros ?? 0,
    ...(Number.isFinite(untilMicros) && { untilMicros }),
    limit,
  });
  return keys.length < limit ? keys : undefined;
}

function keysOf(keys: readonly EventKey[], { teamIds, untilMicros = Number.POSITIVE_INFINITY }: KeysQuery): EventKey[] {
  const teams = new Set(teamIds);
  return keys.filter((key) => teams.has(key.teamId) && key.insertedAtMicros < untilMicros);
}

function teamsOf(queries: readonly { teamIds: readonly number[] }[]): number[] {
  return [...new Set(queries.flatMap(({ teamIds }) => teamIds))].sort(ascending);
}

function ascending(a: number, b: number): number {
  return a - b;
}

/** There is at least one. */
function newestOf<Query>(queries: readonly Query[], timeOf: (query: Query) => Micros): Query {
  return queries.reduce((newest, query) => (timeOf(query) > timeOf(newest) ? query : newest));
}

function positionOf({ fromMicros, afterUuid }: PollQuery): CursorPosition {
  return { positionMicros: fromMicros, afterUuid: afterUuid ?? null };
}

function placeOf({ insertedAtMicros, uuid }: TailEvent): CursorPosition {
  return { positionMicros: insertedAtMicros, afterUuid: uuid };
}

import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SluiceError } from '../../core/errors.ts';
import { PAGE_TOO_LARGE } from '../../core/page-bytes.ts';
import type { TailEvent } from '../../core/webhook-event.ts';
import { joinedPolls } from './joined-polls.ts';
import type { PollQuery, SourcePort } from './ports.ts';

const SECOND = 1_000_000;
const NOW = 1_000 * SECOND;

let clockMs: number;
let log: TailEvent[];
let asked: string[];
let source: SourcePort;
let joined: SourcePort;

beforeEach(() => {
  clockMs = 0;
  log = [];
  asked = [];
  source = {
    nowMicros: () => tell('now', NOW),
    pollTail: (query) => tell(`poll ${query.teamIds.join()}`, { events: select(query).slice(0, query.limit) }),
    readRange: (query) => tell(`range ${String(query.teamId)}`, { events: [], next: undefined }),
    readKeys: (query) => tell(`keys ${query.teamIds.join()}`, select(query).slice(0, query.limit)),
    readEventsByKeys: () => tell('events', []),
    readDigests: (query) => tell(`digests ${query.teamIds.join()}`, digestsOf(select(query))),
  };
  joined = joinedPolls(source, { nowMs: () => clockMs });
});

function tell<Answer>(what: string, answer: Answer): Promise<Answer> {
  asked.push(what);
  return Promise.resolve(answer);
}

/** In the order of the log; at one time by uuid. */
function select(query: Omit<PollQuery, 'limit'> & { untilMicros?: number }): TailEvent[] {
  const { afterUuid, teamIds, fromMicros, untilMicros = Infinity } = query;
  return log
    .filter(({ teamId, insertedAtMicros: at }) => teamIds.includes(teamId) && at >= fromMicros && at < untilMicros)
    .filter(({ uuid, insertedAtMicros: at }) => afterUuid === undefined || at > fromMicros || uuid > afterUuid)
    .sort((a, b) => a.insertedAtMicros - b.insertedAtMicros || (a.uuid < b.uuid ? -1 : 1));
}

function digestsOf(events: readonly TailEvent[]): Map<number, string> {
  const digests = new Map<number, string>();
  for (const { uuid, insertedAtMicros } of events) {
    const second = Math.floor(insertedAtMicros / SECOND) * SECOND;
    digests.set(second, `${digests.get(second) ?? ''}${uuid};`);
  }
  return digests;
}

function store(teamId: number, insertedAtMicros: number, uuid = `u${String(log.length).padStart(4, '0')}`): TailEvent {
  const event: TailEvent = {
    ...{ teamId, uuid, insertedAtMicros, event: 'signed up', distinctId: 'u1', propertiesJson: '{}' },
    ...{ personId: '', personPropertiesJson: '{}', timestamp: '2026-11-22T00:00:00Z' },
  };
  log.push(event);
  return event;
}

const poll = (teamIds: number[], fromMicros: number, limit = 100): Promise<TailEvent[]> =>
  joined.pollTail({ teamIds, fromMicros, limit }).then(({ events }) => events);

describe('polls of the shards of a process', () => {
  test('are one statement for all that ask at the same moment, and each gets its own events', async () => {
    const [a, b] = [store(1, NOW), store(2, NOW + 1)];
    const answers = await Promise.all([poll([1], NOW), poll([2], NOW), poll([3], NOW), poll([2, 1], NOW)]);
    expect(answers).toEqual([[a], [b], [], [a, b]]);
    expect(asked).toEqual(['poll 1,2,3']);
    await poll([1], NOW);
    expect(asked).toEqual(['poll 1,2,3', 'poll 1']);
  });

  test('go on from one place, whoever has got events', async () => {
    const last = store(1, NOW + 5);
    const pages = await Promise.all(
      [NOW, NOW - SECOND].map((fromMicros, index) => joined.pollTail({ teamIds: [index + 1], fromMicros, limit: 9 })),
    );
    const reached = { positionMicros: last.insertedAtMicros, afterUuid: last.uuid };
    expect(pages).toEqual([
      { events: [last], reached },
      { events: [], reached },
    ]);
  });

  test('who is far behind reads alone, and is with the others then', async () => {
    const early = store(2, NOW - 60 * SECOND);
    const pages = await Promise.all([
      joined.pollTail({ teamIds: [1], fromMicros: NOW, afterUuid: 'x', limit: 9 }),
      joined.pollTail({ teamIds: [3], fromMicros: NOW, limit: 9 }),
      joined.pollTail({ teamIds: [2], fromMicros: NOW - 90 * SECOND, limit: 9 }),
    ]);
    expect(asked).toEqual(expect.arrayContaining(['poll 1,3', 'poll 2']));
    expect(pages[2]).toEqual({ events: [early], reached: { positionMicros: NOW, afterUuid: 'x' } });
  });

  test('a full page is nobody’s: each reads for itself, for a while', async () => {
    const events = [0, 1, 2, 3].map((index) => store(1, NOW + index));
    const quiet = store(2, NOW + 9);
    const both = (): Promise<TailEvent[][]> => Promise.all([poll([1], NOW, 3), poll([2], NOW, 3)]);
    expect(await both()).toEqual([events.slice(0, 3), [quiet]]);
    expect(asked).toEqual(['poll 1,2', 'poll 1', 'poll 2']);
    await both();
    expect(asked.slice(3)).toEqual(['poll 1', 'poll 2']);
    clockMs += 1_000;
    await both();
    expect(asked.slice(5)).toEqual(['poll 1,2', 'poll 1', 'poll 2']);
  });

  test('events too large for one answer are read by each for itself; any other failure is told to all', async () => {
    const { pollTail } = source;
    const failure = (code: string): SluiceError =>
      new SluiceError({ code, message: 'x', retryable: true, fault: 'platform' });
    let code = PAGE_TOO_LARGE;
    source.pollTail = (query) => (query.teamIds.length > 1 ? Promise.reject(failure(code)) : pollTail(query));
    joined = joinedPolls(source, { nowMs: () => clockMs });
    const event = store(1, NOW);
    expect(await Promise.all([poll([1], NOW), poll([2], NOW)])).toEqual([[event], []]);
    clockMs += 1_000;
    code = 'clickhouse_unavailable';
    const settled = await Promise.allSettled([poll([1], NOW), poll([2], NOW)]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  test('get what they would get alone, whatever their places', async () => {
    const anyEvent = fc.record({ teamId: fc.integer({ min: 1, max: 4 }), micros: fc.integer({ min: 0, max: 6 }) });
    const anyShard = fc.record({
      teamIds: fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 1 }),
      /** After this event of its teams, if there is one. */
      after: fc.integer({ min: 0, max: 12 }),
      limit: fc.integer({ min: 1, max: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyEvent, { maxLength: 12 }),
        fc.array(anyShard, { minLength: 1 }),
        async (events, shards) => {
          clockMs += 1_000;
          log = [];
          events.forEach(({ teamId, micros }) => store(teamId, NOW + micros));
          const queries = shards.map(({ teamIds, after, limit }): PollQuery => {
            const last = select({ teamIds, fromMicros: 0 })[after];
            return last === undefined
              ? { teamIds, fromMicros: NOW, limit }
              : { teamIds, fromMicros: last.insertedAtMicros, afterUuid: last.uuid, limit };
          });
          const pages = await Promise.all(queries.map((query) => joined.pollTail(query)));
          expect(pages.map(({ events: found }) => found)).toEqual(
            queries.map((query) => select(query).slice(0, query.limit)),
          );
          pages.forEach(({ reached, events: found }, index) => {
            const { fromMicros, limit } = queries[index]!;
            expect(reached?.positionMicros ?? fromMicros).toBeGreaterThanOrEqual(fromMicros);
            expect(reached === undefined || found.length < limit).toBe(true);
          });
        },
      ),
    );
  }, 60_000);
});

describe('sweeps of the shards of a process', () => {
  const range = { fromMicros: NOW, untilMicros: NOW + 2 * SECOND };

  test('share one digest, over the teams that were asked for lately', async () => {
    store(1, NOW);
    const [first, second] = await Promise.all([
      joined.readDigests({ teamIds: [1], ...range }),
      joined.readDigests({ teamIds: [2], ...range, fromMicros: NOW + SECOND }),
    ]);
    expect(asked).toEqual(['digests 1,2']);
    expect([[...first.keys()], [...second.keys()]]).toEqual([[NOW], []]);
    await joined.readDigests({ teamIds: [1], ...range });
    clockMs += 300_001;
    await joined.readDigests({ teamIds: [1], ...range });
    expect(asked.slice(1)).toEqual(['digests 1,2', 'digests 1']);
  });

  test('one that is far behind looks at its own window', async () => {
    const early = { fromMicros: NOW - 100 * SECOND, untilMicros: NOW - 90 * SECOND };
    await Promise.all([joined.readDigests({ teamIds: [1], ...range }), joined.readDigests({ teamIds: [2], ...early })]);
    expect(asked).toEqual(['digests 1,2', 'digests 2']);
  });

  test('share the keys of a second, each up to where it has come', async () => {
    const [a, b] = [store(1, NOW), store(2, NOW + 7)];
    const answers = await Promise.all([
      joined.readKeys({ teamIds: [1], ...range, limit: 10 }),
      joined.readKeys({ teamIds: [1, 2], fromMicros: NOW, untilMicros: NOW + 7, limit: 10 }),
      joined.readKeys({ teamIds: [2], fromMicros: NOW + 1, limit: 10 }),
    ]);
    expect(answers).toEqual([[a], [a], [b]]);
    expect(asked).toEqual(['keys 1,2', 'keys 2']);
  });

  test('read too many keys each for itself', async () => {
    const events = [0, 1, 2].map((index) => store(1, NOW + index));
    const quiet = store(2, NOW + 9);
    const ask = (teamIds: number[]): Promise<unknown> => joined.readKeys({ teamIds, ...range, limit: 4 });
    expect(await Promise.all([ask([1]), ask([2])])).toEqual([events, [quiet]]);
    expect(asked).toEqual(['keys 1,2', 'keys 1', 'keys 2']);
  });

  test('read what is left of too many keys each from its own place on', async () => {
    const [first, second, third] = [store(1, NOW), store(1, NOW), store(2, NOW)];
    const rest = { ...range, fromMicros: NOW, limit: 4 };
    const answers = await Promise.all([
      joined.readKeys({ ...rest, teamIds: [1], afterUuid: first.uuid }),
      joined.readKeys({ ...rest, teamIds: [2], afterUuid: second.uuid }),
    ]);
    expect(answers).toEqual([[second], [third]]);
  });

  test('what a lane reads with its filter is its own', async () => {
    const query = { teamIds: [1], fromMicros: NOW, limit: 4, filter: {} };
    await Promise.all([joined.readKeys(query), joined.readKeys(query), joined.readRange({ ...query, teamId: 1 })]);
    expect(asked).toEqual(['keys 1', 'keys 1', 'range 1']);
  });
});

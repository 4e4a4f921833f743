import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { countMatched } from '../../clickhouse/count-matched.ts';
import { insertEvents } from '../../clickhouse/insert-events.ts';
import { nowMicros, readDigests, readEventsByKeys, readKeys, readPageByKeys, readTail } from '../../clickhouse/tail.ts';
import { PAGE_TOO_LARGE } from '../../core/page-bytes.ts';
import { microsOf } from '../../core/time.ts';
import { joinedPolls } from '../../delivery/shard/joined-polls.ts';
import type { SourcePort } from '../../delivery/shard/ports.ts';
import { capturedEvent, insertAt } from './events.ts';
import { startTestClickHouse, type TestClickHouse } from './server.ts';

let server: TestClickHouse;
beforeAll(async () => {
  server = await startTestClickHouse();
}, 60_000);
afterAll(() => server.stop());

let nextTeam = 100;
const newTeam = (): number => (nextTeam += 1);
const base = Math.floor(microsOf(new Date()) / 1_000_000) * 1_000_000 - 3_600_000_000;

describe('stored events', () => {
  test('come back as captured: big integers, escapes, unicode, microseconds', async () => {
    const teamId = newTeam();
    const event = capturedEvent({
      teamId,
      event: 'naïve "event"\n\u0000 😀',
      distinctId: "o'neill\\",
      propertiesJson:
        '{"n": 9007199254740993, "lone":"\\ud800","nul":"\\u0000","q":"\\"\\n é😀","b":18446744073709551615}',
      personPropertiesJson: '{"email":"a@b.c"}',
      timestamp: '2026-08-01 00:00:00.123456',
    });
    const from = await nowMicros(server.ch);
    await insertEvents(server.ch, [event], { deduplicationToken: randomUUID(), timeoutMs: 10_000 });
    const [found] = await readTail(server.ch, { teamIds: [teamId], fromMicros: from, limit: 10 });
    expect(found).toEqual({
      ...event,
      timestamp: '2026-08-01T00:00:00.123456Z',
      insertedAtMicros: expect.any(Number),
    });
    expect(found?.insertedAtMicros).toBeGreaterThanOrEqual(from);
    const read = await readEventsByKeys(server.ch, teamId, [found!]);
    expect(read).toEqual([found]);
  });

  test('a repeated insert with one token is stored once, in the log and in what is fed from it', async () => {
    const teamId = newTeam();
    const events = [capturedEvent({ teamId }), capturedEvent({ teamId })];
    const deduplicationToken = randomUUID();
    for (let repeat = 0; repeat < 3; repeat += 1) {
      await insertEvents(server.ch, events, { deduplicationToken, timeoutMs: 10_000 });
    }
    for (const table of ['event_log', 'events', 'event_first_seen']) {
      const sql = `SELECT count() AS rows FROM ${table} WHERE team_id = {team:UInt32}`;
      expect(await server.ch.rows({ sql, params: { team: teamId } })).toEqual([{ rows: 2 }]);
    }
  });

  test('a repeated insert feeds a view that failed the first time', async () => {
    const teamId = newTeam();
    const events = [capturedEvent({ teamId })];
    const options = { deduplicationToken: randomUUID(), timeoutMs: 10_000 };
    await server.ch.command({ sql: 'RENAME TABLE events TO events_away' });
    await expect(insertEvents(server.ch, events, options)).rejects.toMatchObject({ name: 'SluiceError' });
    await server.ch.command({ sql: 'RENAME TABLE events_away TO events' });
    await insertEvents(server.ch, events, options);
    for (const table of ['event_log', 'events', 'event_first_seen']) {
      const sql = `SELECT count() AS rows FROM ${table} WHERE team_id = {team:UInt32}`;
      expect(await server.ch.rows({ sql, params: { team: teamId } })).toEqual([{ rows: 1 }]);
    }
  });

  test('an insert over hundreds of months is stored', async () => {
    const teamId = newTeam();
    const events = Array.from({ length: 300 }, (_, index) =>
      capturedEvent({
        teamId,
        timestamp: `${String(1970 + Math.floor(index / 12))}-${String((index % 12) + 1).padStart(2, '0')}-01 00:00:00`,
      }),
    );
    await insertEvents(server.ch, events, { deduplicationToken: randomUUID(), timeoutMs: 60_000 });
    const range = { startMicros: 0, endMicros: (await nowMicros(server.ch)) + 1 };
    expect(await countMatched(server.ch, { teamId, filter: {}, range })).toEqual({ events: 300, isMinimum: false });
  }, 90_000);
});

describe('tail', () => {
  test('pages through one microsecond and many, in ClickHouse order, without gap or repeat', async () => {
    const teamId = newTeam();
    const rows = Array.from({ length: 230 }, (_, index) => ({
      teamId,
      uuid: randomUUID(),
      insertedAtMicros: base + (index < 100 ? 0 : index),
    }));
    await insertAt(server.ch, rows);
    const seen: string[] = [];
    let position: { fromMicros: number; afterUuid?: string } = { fromMicros: base };
    for (;;) {
      const page = await readTail(server.ch, { teamIds: [teamId], ...position, limit: 7 });
      seen.push(...page.map((event) => event.uuid));
      const last = page.at(-1);
      if (page.length < 7 || !last) {
        break;
      }
      position = { fromMicros: last.insertedAtMicros, afterUuid: last.uuid };
    }
    expect(new Set(seen).size).toBe(230);
    expect(seen).toHaveLength(230);
    const all = await readKeys(server.ch, { teamIds: [teamId], fromMicros: base, limit: 1_000 });
    expect(seen).toEqual(all.map((key) => key.uuid));
  });

  test('merges teams, filters names and stops before the end', async () => {
    const [a, b] = [newTeam(), newTeam()];
    await insertAt(server.ch, [
      { teamId: a, event: 'x', insertedAtMicros: base },
      { teamId: b, event: 'y', insertedAtMicros: base + 1 },
      { teamId: a, event: 'y', insertedAtMicros: base + 2 },
      { teamId: a, event: 'y', insertedAtMicros: base + 3 },
    ]);
    const query = { teamIds: [a, b], fromMicros: base, untilMicros: base + 3, limit: 10 };
    const events = await readTail(server.ch, { ...query, filter: { includeEvents: ['y', "o'x"] } });
    expect(events.map((event) => event.teamId)).toEqual([b, a]);
    expect((await readKeys(server.ch, query)).map((key) => key.event)).toEqual(['x', 'y', 'y']);
  });

  test('skips later arrivals of a uuid and reads on behind a page full of them', async () => {
    const teamId = newTeam();
    const first = Array.from({ length: 20 }, (_, index) => ({
      teamId,
      uuid: randomUUID(),
      insertedAtMicros: base + index,
    }));
    await insertAt(server.ch, first);
    await insertAt(
      server.ch,
      first.map((row) => ({ ...row, insertedAtMicros: row.insertedAtMicros + 1_000 })),
    );
    const fresh = { teamId, uuid: randomUUID(), insertedAtMicros: base + 5_000 };
    await insertAt(server.ch, [fresh]);
    const events = await readTail(server.ch, { teamIds: [teamId], fromMicros: base + 1_000, limit: 5 });
    expect(events.map((event) => event.uuid)).toEqual([fresh.uuid]);
    const all = await readTail(server.ch, { teamIds: [teamId], fromMicros: base, limit: 100 });
    expect(all).toHaveLength(21);
  });

  test('gives two rows of one insert with one uuid once, also across a page border', async () => {
    const teamId = newTeam();
    const uuid = randomUUID();
    await insertAt(
      server.ch,
      [uuid, uuid, uuid].map((id) => ({ teamId, uuid: id, insertedAtMicros: base })),
    );
    const page = await readTail(server.ch, { teamIds: [teamId], fromMicros: base, limit: 1 });
    expect(page).toHaveLength(1);
    const rest = await readTail(server.ch, { teamIds: [teamId], fromMicros: base, afterUuid: uuid, limit: 1 });
    expect(rest).toEqual([]);
  });

  test('pages that would be too large are refused; one event is read whatever its size', async () => {
    const teamId = newTeam();
    const large = JSON.stringify({ text: 'x'.repeat(9 * 1024 * 1024) });
    const rows = [0, 1].map((index) => ({
      ...{ teamId, uuid: randomUUID(), propertiesJson: index === 0 ? large : JSON.stringify({ second: large }) },
      insertedAtMicros: base + index,
    }));
    for (const row of rows) {
      await insertAt(server.ch, [row]);
    }
    const query = { teamIds: [teamId], fromMicros: base };
    const refused = { code: PAGE_TOO_LARGE, retryable: true };
    await expect(readTail(server.ch, { ...query, limit: 100 })).rejects.toMatchObject(refused);
    await expect(readPageByKeys(server.ch, teamId, rows)).rejects.toMatchObject(refused);
    expect(await readTail(server.ch, { ...query, limit: 1 })).toMatchObject([{ uuid: rows[0]?.uuid }]);
    expect(await readKeys(server.ch, { ...query, limit: 100 })).toHaveLength(2);
    const events = await readEventsByKeys(server.ch, teamId, rows.toReversed());
    expect(events.map(({ uuid }) => uuid)).toEqual(rows.map(({ uuid }) => uuid));
  });

  test('the same uuid of another team is another event', async () => {
    const [a, b] = [newTeam(), newTeam()];
    const uuid = randomUUID();
    await insertAt(server.ch, [{ teamId: a, uuid, insertedAtMicros: base }]);
    await insertAt(server.ch, [{ teamId: b, uuid, insertedAtMicros: base + 1 }]);
    expect(await readTail(server.ch, { teamIds: [a, b], fromMicros: base, limit: 9 })).toHaveLength(2);
  });

  test('the digest of a second changes when a late row appears in it, and no other does', async () => {
    const teamId = newTeam();
    await insertAt(server.ch, [
      { teamId, insertedAtMicros: base },
      { teamId, insertedAtMicros: base + 2_000_000 },
    ]);
    const query = { teamIds: [teamId], fromMicros: base, untilMicros: base + 60_000_000 };
    const before = await readDigests(server.ch, query);
    await insertAt(server.ch, [{ teamId, insertedAtMicros: base + 999_999 }]);
    const after = await readDigests(server.ch, query);
    expect([...before.keys()]).toEqual(expect.arrayContaining([base, base + 2_000_000]));
    expect(after.get(base)).not.toBe(before.get(base));
    expect(after.get(base + 2_000_000)).toBe(before.get(base + 2_000_000));
  });

  test('polls that are joined get what each would get alone, also where rows share a microsecond', async () => {
    const teams = [newTeam(), newTeam(), newTeam()];
    const rows = Array.from({ length: 60 }, (_, index) => ({
      ...{ teamId: teams[index % 3]!, uuid: randomUUID() },
      insertedAtMicros: base + (index % 4),
    }));
    await insertAt(server.ch, rows);
    const source: SourcePort = {
      nowMicros: () => nowMicros(server.ch),
      pollTail: async (query) => ({ events: await readTail(server.ch, query) }),
      readRange: () => Promise.resolve({ events: [], next: undefined }),
      readKeys: (query) => readKeys(server.ch, query),
      readEventsByKeys: (teamId, keys) => readEventsByKeys(server.ch, teamId, keys),
      readDigests: (query) => readDigests(server.ch, query),
    };
    const joined = joinedPolls(source, { nowMs: () => Date.now() });
    const all = await readTail(server.ch, { teamIds: teams, fromMicros: base, limit: 100 });
    const limit = 100;
    const polls = teams.flatMap((teamId) =>
      all
        .filter((event) => event.teamId === teamId)
        .map(({ insertedAtMicros, uuid }) => ({
          teamIds: [teamId],
          fromMicros: insertedAtMicros,
          afterUuid: uuid,
          limit,
        })),
    );
    const together = await Promise.all(polls.map((query) => joined.pollTail(query)));
    for (const [index, query] of polls.entries()) {
      expect(together[index]?.events).toEqual(await readTail(server.ch, query));
      expect(together[index]?.reached).toEqual({ positionMicros: base + 3, afterUuid: all.at(-1)?.uuid });
    }
  });

  test('thousands of keys in one look-up', async () => {
    const teamId = newTeam();
    const rows = Array.from({ length: 4_500 }, (_, index) => ({
      teamId,
      uuid: randomUUID(),
      insertedAtMicros: base + index,
    }));
    await insertAt(server.ch, rows);
    const keys = await readKeys(server.ch, { teamIds: [teamId], fromMicros: base, limit: 10_000 });
    expect(keys).toHaveLength(4_500);
    expect(await readEventsByKeys(server.ch, teamId, keys)).toHaveLength(4_500);
  });
});

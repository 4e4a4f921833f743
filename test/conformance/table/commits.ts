import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { ClickHouse } from '../../../clickhouse/client.ts';
import { expectSameRows } from './compare.ts';
import { GoldenSource, plainRows } from './golden.ts';
import { describeMerges } from './merges.ts';
import type { TableTarget } from './place.ts';
import { expectNothingLeft, exportAll, goldenContext, inSession, parsed } from './session.ts';

export function describeCommits(target: TableTarget, ch: () => ClickHouse): void {
  describeRepetitions(target, ch);
  describeGenerations(target, ch);
  if (target.merges !== false) {
    describeMerges(target, ch);
  }
}

/** What depends on how chunks are staged; the rest of a commit is the same for all ways of staging. */
export function describeRepetitions(target: TableTarget, ch: () => ClickHouse): void {
  test('a chunk loaded again, here and in a later attempt, counts once', async () => {
    const place = await target.place();
    const source = await GoldenSource.of(ch(), plainRows(1, 50));
    const context = goldenContext();
    await inSession(place, context, (session) => session.loadChunk(source.chunk()));
    const receipt = await inSession(place, context, async (session) => {
      await session.loadChunk(source.chunk());
      const chunk = await session.loadChunk(source.chunk());
      return session.commit({ chunks: [chunk] });
    });
    expect(receipt).toMatchObject({ rows: 49, alreadyCommitted: false });
    expectSameRows(await place.rows(), await source.canonical());
    await expectNothingLeft(place);
  });

  test('a commit repeated, here and in a later attempt, changes nothing', async () => {
    const place = await target.place();
    const source = await GoldenSource.of(ch(), plainRows(1, 11));
    const context = goldenContext();
    const commits = await inSession(place, context, async (session) => {
      const chunks = [await session.loadChunk(source.chunk())];
      return [await session.commit({ chunks }), await session.commit({ chunks })];
    });
    commits.push(await exportAll(place, context, [source.chunk()]));
    expect(commits.map(({ alreadyCommitted }) => alreadyCommitted)).toEqual([false, true, true]);
    expect(commits.map(({ rows }) => rows)).toEqual([10, 10, 10]);
    expectSameRows(await place.rows(), await source.canonical());
    await expectNothingLeft(place);
  });

  test('an attempt and its zombie, side by side in every step: one result', async () => {
    const place = await target.place();
    const source = await GoldenSource.of(ch(), plainRows(1, 201));
    const context = goldenContext();
    const config = parsed(place.destination, place.config);
    const sessions = await Promise.all([0, 1].map(() => place.destination.open(config, context)));
    const bounds = [
      { from: 0, to: 100 },
      { from: 100, to: 2_000 },
    ];
    const receipts = await Promise.all(
      sessions.map(async (session) => {
        const chunks = await Promise.all(bounds.map((each, index) => session.loadChunk(source.chunk(index, each))));
        return session.commit({ chunks });
      }),
    );
    await Promise.all(sessions.map((session) => session.close()));
    expect(receipts.map(({ rows }) => rows)).toEqual([200, 200]);
    expect(receipts.map(({ alreadyCommitted }) => alreadyCommitted).sort()).toEqual([false, true]);
    expectSameRows(await place.rows(), await source.canonical());
    await exportAll(place, context, [source.chunk()]);
    await expectNothingLeft(place);
  });
}

function describeGenerations(target: TableTarget, ch: () => ClickHouse): void {
  test('a newer generation adds what is missing; older ones and other runs are refused', async () => {
    const place = await target.place();
    const first = goldenContext();
    const second = { ...first, generation: 1, runId: randomUUID() };
    const rows = plainRows(1, 21);
    const [early, all] = [await GoldenSource.of(ch(), rows.slice(0, 15)), await GoldenSource.of(ch(), rows)];
    await exportAll(place, first, [early.chunk()]);
    const receipt = await exportAll(place, second, [
      all.chunk(0, { from: 0, to: 10 }),
      all.chunk(1, { from: 10, to: 100 }),
    ]);
    expect(receipt).toMatchObject({ rows: 20, alreadyCommitted: false });
    expectSameRows(await place.rows(), await all.canonical());
    await expect(exportAll(place, first, [early.chunk()])).rejects.toMatchObject({
      code: 'run_superseded',
      retryable: false,
    });
    const foreign = { ...second, runId: randomUUID() };
    await expect(exportAll(place, foreign, [all.chunk()])).rejects.toMatchObject({
      code: 'destination_generation_taken',
      retryable: false,
    });
    expectSameRows(await place.rows(), await all.canonical());
    expect(await inSession(place, second, (session) => session.verify({ chunks: [] }))).toMatchObject({ rows: 20 });
    await expectNothingLeft(place);
  });

  test('intervals of one export, committed at the same time, all arrive', async () => {
    const place = await target.place();
    const exportId = randomUUID();
    const minute = 60_000_000;
    const sources = await Promise.all(
      [0, 1, 2, 3].map((n) => GoldenSource.of(ch(), plainRows(n * 100 + 1, n * 100 + 31))),
    );
    await Promise.all(
      sources.map((source, n) => {
        const { interval } = goldenContext();
        const shifted = { startMicros: interval.startMicros + n * minute, endMicros: interval.endMicros + n * minute };
        return exportAll(place, goldenContext({ exportId, interval: shifted }), [source.chunk()]);
      }),
    );
    const expected = await Promise.all(sources.map((source) => source.canonical()));
    expectSameRows(await place.rows(), expected.flat());
    await expectNothingLeft(place);
  });
}

import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { ChunkReceipt, CommitReceipt, SessionContext } from '../../../destinations/contract.ts';
import { contextOf } from '../context.ts';
import type { SuiteTarget } from '../place.ts';
import { chunkOf, jsonLines } from '../sources.ts';
import { BIG, contentsOf, expectExactly, exportAll, inSession, sha256 } from './session.ts';

export function describeCommits(target: SuiteTarget): void {
  test('an attempt and its zombie, side by side in every step: one result', async () => {
    const place = await target.place();
    const context = contextOf();
    const contents = [
      [jsonLines(50, 100, 'a'), jsonLines(BIG.rows, BIG.rowBytes, 'a')],
      [jsonLines(50, 100, 'z'), jsonLines(BIG.rows, BIG.rowBytes, 'z')],
    ];
    const sessions = await Promise.all([0, 1].map(() => place.destination.open(place.config, context)));
    const receipts = await Promise.all(
      sessions.map(async (session, who) => {
        const chunks = await Promise.all(
          (contents[who] ?? []).map((content, index) => session.loadChunk(chunkOf(content, index))),
        );
        return await session.commit({ chunks });
      }),
    );
    expect(receipts.map((receipt) => receipt.rows)).toEqual([50 + BIG.rows, 50 + BIG.rows]);
    expect(receipts.map((receipt) => receipt.alreadyCommitted).sort()).toEqual([false, true]);
    const files = [...(await place.readBack()).values()];
    expect(files).toHaveLength(2);
    await expectExactly(place, files, 'race');
    await Promise.all(sessions.map((session) => session.close()));
  });

  test('a commit repeated, here and in a later attempt, changes nothing', async () => {
    const place = await target.place();
    const context = contextOf();
    const content = jsonLines(10);
    const commits = await inSession(place, context, async (session) => {
      const chunks = [await session.loadChunk(chunkOf(content))];
      return [await session.commit({ chunks }), await session.commit({ chunks })];
    });
    commits.push(await inSession(place, context, (session) => session.commit({ chunks: [] })));
    expect(commits.map((commit) => commit.alreadyCommitted)).toEqual([false, true, true]);
    expect(commits.map((commit) => commit.rows)).toEqual([10, 10, 10]);
    await expectExactly(place, [content]);
  });

  test('a newer generation replaces the older one, which is refused from then on', async () => {
    const place = await target.place();
    const first = contextOf();
    const second = { ...first, generation: 1, runId: randomUUID() };
    const [old, fresh] = [jsonLines(10), [jsonLines(4, 100, 'n'), jsonLines(5, 100, 'n')]];
    const zombie = await place.destination.open(place.config, first);
    const chunks = await exportAll(place, first, [old]);
    await exportAll(place, second, fresh);
    await expectExactly(place, fresh);
    const refused = { code: 'run_superseded', retryable: false, metGeneration: 1 };
    await expect(zombie.loadChunk(chunkOf(old, 3))).rejects.toMatchObject(refused);
    await expect(zombie.commit({ chunks })).rejects.toMatchObject(refused);
    await zombie.close();
    await expect(place.destination.open(place.config, first)).rejects.toMatchObject(refused);
    await expectExactly(place, fresh);
    expect(await inSession(place, second, (session) => session.verify({ chunks: [] }))).toMatchObject({
      rows: 9,
      files: 2,
    });
  });

  test('a generation belongs to one run: another run is refused before and after the commit', async () => {
    const place = await target.place();
    const context = contextOf();
    const foreign = { ...context, runId: randomUUID() };
    const content = jsonLines(10);
    const taken = { code: 'destination_generation_taken', retryable: false, metGeneration: 0 };
    const intrude = (): Promise<ChunkReceipt> =>
      inSession(place, foreign, (session) => session.loadChunk(chunkOf(jsonLines(9))));
    await inSession(place, context, async (session) => {
      const chunk = await session.loadChunk(chunkOf(content));
      await expect(intrude()).rejects.toMatchObject(taken);
      await session.commit({ chunks: [chunk] });
    });
    await expect(intrude()).rejects.toMatchObject(taken);
    await expectExactly(place, [content]);
  });

  test('what a run without a record has brought stays while it has more rows, and is replaced by as many', async () => {
    const place = await target.place();
    const lost = contextOf();
    const [old, fewer, asMany] = [jsonLines(10), jsonLines(4, 100, 'n'), jsonLines(10, 100, 'm')];
    await exportAll(place, lost, [old]);
    const next = (generation: number): SessionContext => ({ ...lost, generation, runId: randomUUID() });
    const commit = (
      context: SessionContext,
      content: Buffer,
      unknown: string,
      replacesKept = false,
    ): Promise<CommitReceipt[]> =>
      inSession(place, context, async (session) => {
        const request = {
          chunks: [await session.loadChunk(chunkOf(content))],
          knowsRun: (id: string) => Promise.resolve(id !== unknown),
          replacesKept,
        };
        return [await session.commit(request), await session.commit(request)];
      });
    const keeping = next(1);
    expect(await commit(keeping, fewer, lost.runId)).toEqual([
      expect.objectContaining({ rows: 10, kept: true, alreadyCommitted: false }),
      expect.objectContaining({ rows: 10, kept: true, alreadyCommitted: true }),
    ]);
    await expectExactly(place, [old]);
    expect(await place.manifests()).toEqual([expect.objectContaining({ generation: 1, run_id: keeping.runId })]);
    expect(await inSession(place, keeping, (session) => session.verify({ chunks: [] }))).toMatchObject({ rows: 10 });

    // Whoever has kept them is known: that does not make the files known.
    expect((await commit(next(2), fewer, 'nobody'))[0]).toMatchObject({ rows: 10, kept: true });
    await expectExactly(place, [old]);
    const [replaced] = await commit(next(3), asMany, 'nobody');
    expect(replaced).not.toHaveProperty('kept');
    await expectExactly(place, [asMany]);
    // A record that is there is replaced by whatever the source has.
    await commit(next(4), fewer, 'nobody');
    await expectExactly(place, [fewer]);
  });

  test('what is kept stays beside what is added to it, until somebody wants it replaced', async () => {
    const place = await target.place();
    const lost = contextOf();
    const [old, late, fewer] = [jsonLines(10), jsonLines(2, 100, 'l'), jsonLines(4, 100, 'n')];
    await exportAll(place, lost, [old]);
    const commit = (context: Partial<SessionContext>, content: Buffer, replacesKept = false): Promise<CommitReceipt> =>
      inSession(place, { ...lost, runId: randomUUID(), ...context }, async (session) => {
        const chunks = [await session.loadChunk(chunkOf(content))];
        return session.commit({ chunks, knowsRun: (id) => Promise.resolve(id !== lost.runId), replacesKept });
      });
    expect(await commit({ generation: 1 }, fewer)).toMatchObject({ rows: 10, kept: true });
    expect(await commit({ generation: 2, supplement: { of: 1, rows: 10, bytes: 0, lost: 0 } }, late)).toMatchObject({
      rows: 12,
      kept: true,
    });
    expect(await commit({ generation: 3 }, fewer)).toMatchObject({ rows: 12, kept: true });
    await expectExactly(place, [old, late]);
    expect(await commit({ generation: 4 }, fewer, true)).not.toHaveProperty('kept');
    await expectExactly(place, [fewer]);
  });

  test('two exports share a place without touching each other', async () => {
    const place = await target.place();
    const contents = [jsonLines(3, 100, 'a'), jsonLines(4, 100, 'b')];
    await Promise.all(contents.map((content) => exportAll(place, contextOf(), [content])));
    expect(await contentsOf(place)).toEqual(contents.map(sha256).sort());
    expect(await place.manifests()).toHaveLength(2);
  });

  test('a file that vanished or changed before the commit is not committed; after it, verify sees it', async () => {
    const place = await target.place();
    const context = contextOf();
    await inSession(place, context, async (session) => {
      const chunks = [
        await session.loadChunk(chunkOf(jsonLines(3), 0)),
        await session.loadChunk(chunkOf(jsonLines(4), 1)),
      ];
      const key = chunks[0]?.files[0]?.key ?? '';
      const falsified = chunks.map((chunk) => ({
        ...chunk,
        files: chunk.files.map((file) => ({ ...file, bytes: 1 })),
      }));
      await expect(session.commit({ chunks: falsified })).rejects.toMatchObject({ code: 'destination_file_changed' });
      await place.remove(key);
      await expect(session.commit({ chunks })).rejects.toMatchObject({ code: 'destination_file_missing' });
      expect(await place.manifests()).toEqual([]);
      await session.loadChunk(chunkOf(jsonLines(3), 0));
      await session.commit({ chunks: [await session.loadChunk(chunkOf(jsonLines(3), 0)), ...chunks.slice(1)] });
      await place.remove(key);
      expect(await session.verify({ chunks: [] })).toMatchObject({ rows: 4, files: 1 });
    });
  });
}

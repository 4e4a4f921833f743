import { describe, expect, test } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { ChunkReceipt, DestinationSession, SessionContext } from '../../destinations/contract.ts';
import { eventually } from '../support/eventually.ts';
import { contextOf } from './context.ts';
import { loadAndKill } from './kill-half-way.ts';
import { writeParquet } from './parquet.ts';
import { type LeftoverCause, leftoversAfter, type Place, type SuiteTarget } from './place.ts';
import { chunkOf, jsonLines } from './sources.ts';

const TIMEOUT_MS = 60_000;
/** About 12 MB: three parts of the S3 under test. */
const BIG = { rows: 12_000, rowBytes: 1_000 };

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function inSession<T>(
  place: Place,
  context: SessionContext,
  use: (session: DestinationSession) => Promise<T>,
): Promise<T> {
  const session = await place.destination.open(place.config, context);
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

/** Loads and commits a whole generation. */
async function exportAll(place: Place, context: SessionContext, contents: readonly Buffer[]): Promise<ChunkReceipt[]> {
  return await inSession(place, context, async (session) => {
    const chunks: ChunkReceipt[] = [];
    for (const [index, content] of contents.entries()) {
      chunks.push(await session.loadChunk(chunkOf(content, index)));
    }
    await session.commit({ chunks });
    return chunks;
  });
}

async function contentsOf(place: Place): Promise<string[]> {
  return [...(await place.readBack()).values()].map(sha256).sort();
}

/** The place holds exactly these files, one manifest that describes them, and nothing else. */
async function expectExactly(
  place: Place,
  contents: readonly Buffer[],
  cause: LeftoverCause = 'commit',
): Promise<void> {
  const files = await place.readBack();
  expect([...files.values()].map(sha256).sort()).toEqual(contents.map(sha256).sort());
  const manifests = await place.manifests();
  expect(manifests).toHaveLength(1);
  const listed = manifests[0]?.['files'] as { key: string; bytes: number; sha256: string }[];
  expect(listed.map((file) => file.key).sort()).toEqual([...files.keys()].sort());
  for (const file of listed) {
    const bytes = files.get(file.key) ?? Buffer.alloc(0);
    expect({ bytes: file.bytes, sha256: file.sha256 }).toEqual({ bytes: bytes.length, sha256: sha256(bytes) });
  }
  expect(await leftoversAfter(cause, place)).toEqual([]);
}

async function expectNothing(place: Place): Promise<void> {
  expect(await contentsOf(place)).toEqual([]);
  expect(await place.manifests()).toEqual([]);
}

/** A store may need a moment to show what a worker that hangs half-way has sent. */
function seeLeftovers(place: Place): () => Promise<void> {
  const seen = async (): Promise<void> => {
    expect(await place.leftovers()).not.toEqual([]);
  };
  return () => (place.hidesUploads === true ? Promise.resolve() : eventually(seen));
}

function describeLoading(target: SuiteTarget): void {
  test('several chunks, of no row, of few and of many', async () => {
    const place = await target.place();
    const contents = [Buffer.alloc(0), jsonLines(3), jsonLines(10_000, 100, 'b'), jsonLines(BIG.rows, BIG.rowBytes)];
    const context = contextOf();
    const chunks = await exportAll(place, context, contents);
    expect(chunks.map((chunk) => chunk.rows)).toEqual([0, 3, 10_000, BIG.rows]);
    await expectExactly(place, contents);
    const bytes = contents.reduce((sum, content) => sum + content.length, 0);
    const verified = await inSession(place, context, (session) => session.verify({ chunks: [] }));
    expect(verified).toEqual({ rows: 10_003 + BIG.rows, bytes, files: 4 });
  });

  test('an interval without rows is a manifest without files', async () => {
    const place = await target.place();
    const context = contextOf();
    const receipt = await inSession(place, context, (session) => session.commit({ chunks: [] }));
    expect(receipt).toMatchObject({ rows: 0, bytes: 0, files: 0, alreadyCommitted: false });
    await expectExactly(place, []);
    expect(await inSession(place, context, (session) => session.verify({ chunks: [] }))).toEqual({
      rows: 0,
      bytes: 0,
      files: 0,
    });
  });

  test.each([
    ['small', jsonLines(5, 100, 'a'), jsonLines(7, 100, 'z')],
    ['big', jsonLines(BIG.rows, BIG.rowBytes, 'a'), jsonLines(BIG.rows, BIG.rowBytes, 'z')],
  ])('a %s chunk loaded again keeps the first content and gives the same receipt', async (_size, first, second) => {
    const place = await target.place();
    const context = contextOf();
    const original = await inSession(place, context, (session) => session.loadChunk(chunkOf(first)));
    const again = await inSession(place, context, (session) => session.loadChunk(chunkOf(second)));
    expect(again).toEqual(original);
    await inSession(place, context, (session) => session.commit({ chunks: [again] }));
    await expectExactly(place, [first]);
  });

  test('gzip: rows of an adopted file are the lines inside', async () => {
    const place = await target.place();
    const context = contextOf({ format: { fileFormat: 'jsonl', compression: 'gzip' } });
    const content = gzipSync(jsonLines(100));
    const request = chunkOf(content, 0, { rows: 100 });
    const original = await inSession(place, context, (session) => session.loadChunk(request));
    expect(await inSession(place, context, (session) => session.loadChunk(request))).toEqual(original);
    expect(original.rows).toBe(100);
  });

  test('Parquet of another program: adopted and verified by its footer', async () => {
    const place = await target.place();
    const context = contextOf({ format: { fileFormat: 'parquet', compression: 'zstd' } });
    const content = await writeParquet(70_000);
    expect(content.length).toBeGreaterThan(5 * 1024 * 1024);
    const request = chunkOf(content, 0, { rows: 70_000 });
    const original = await inSession(place, context, (session) => session.loadChunk(request));
    const again = await inSession(place, context, (session) => session.loadChunk(request));
    expect(again).toEqual(original);
    await inSession(place, context, (session) => session.commit({ chunks: [again] }));
    const verified = await inSession(place, context, (session) => session.verify({ chunks: [] }));
    expect(verified).toEqual({ rows: 70_000, bytes: content.length, files: 1 });
  });
}

function describeFailures(target: SuiteTarget): void {
  test.each([0, 0.5, 0.99])(
    'a source that fails at %f of its bytes leaves nothing; a retry succeeds',
    async (stopAt) => {
      const place = await target.place();
      const context = contextOf();
      const content = jsonLines(BIG.rows, BIG.rowBytes);
      await inSession(place, context, async (session) => {
        const failing = session.loadChunk(chunkOf(content, 0, { stopAt, then: 'fail' }));
        await expect(failing).rejects.toMatchObject({ name: 'SourceFailed' });
        await expectNothing(place);
        expect(await leftoversAfter('failure', place)).toEqual([]);
        const chunk = await session.loadChunk(chunkOf(content));
        await session.commit({ chunks: [chunk] });
      });
      await expectExactly(place, [content]);
    },
  );

  test('a source that cannot be opened, or whose end is not right, leaves nothing', async () => {
    const place = await target.place();
    await inSession(place, contextOf(), async (session) => {
      const unopened = { ...chunkOf(jsonLines(1)), openSource: () => Promise.reject(new Error('no source')) };
      await expect(session.loadChunk(unopened)).rejects.toThrow('no source');
      const body = chunkOf(jsonLines(BIG.rows, BIG.rowBytes));
      const truncated = {
        ...body,
        openSource: async (...args: Parameters<typeof body.openSource>) => ({
          ...(await body.openSource(...args)),
          rows: () => {
            throw new Error('no footer');
          },
        }),
      };
      await expect(session.loadChunk(truncated)).rejects.toThrow('no footer');
    });
    await expectNothing(place);
  });

  test('an abort stops a hanging load within 5 s and leaves no orphan', async () => {
    const place = await target.place();
    const controller = new AbortController();
    const reason = new Error('cancelled by the test');
    await inSession(place, contextOf({ signal: controller.signal }), async (session) => {
      let taken = 0;
      const request = chunkOf(jsonLines(BIG.rows, BIG.rowBytes), 0, { stopAt: 0.9, then: 'hang' });
      const loading = session.loadChunk({
        ...request,
        onProgress: (bytes) => {
          taken += bytes;
          if (taken > 10_000_000) {
            controller.abort(reason);
          }
        },
      });
      const startedMs = performance.now();
      await expect(loading).rejects.toBe(reason);
      expect(performance.now() - startedMs).toBeLessThan(5_000);
    });
    await expectNothing(place);
    expect(await leftoversAfter('failure', place)).toEqual([]);
  });

  test('kill -9 half-way: the next attempt completes and what was left is gone after its commit', async () => {
    const place = await target.place();
    const context = contextOf();
    const { kind } = target;
    await loadAndKill({
      kind,
      config: place.config,
      context,
      chunkIndex: 0,
      ...BIG,
      stopAt: 0.9,
      beforeKill: seeLeftovers(place),
    });
    await expectNothing(place);
    const content = jsonLines(BIG.rows, BIG.rowBytes);
    await exportAll(place, context, [content]);
    await expectExactly(place, [content]);
  });

  test('discard removes a generation that is not committed, and never a committed one', async () => {
    const place = await target.place();
    const context = contextOf();
    await inSession(place, context, (session) => session.loadChunk(chunkOf(jsonLines(5))));
    const { kind } = target;
    await loadAndKill({
      kind,
      config: place.config,
      context,
      chunkIndex: 1,
      ...BIG,
      stopAt: 0.9,
      beforeKill: seeLeftovers(place),
    });
    await inSession(place, context, (session) => session.discard());
    await inSession(place, context, (session) => session.discard());
    await expectNothing(place);
    expect(await leftoversAfter('kill', place)).toEqual([]);
    const content = jsonLines(6);
    await exportAll(place, context, [content]);
    await inSession(place, context, (session) => session.discard());
    await expectExactly(place, [content], 'kill');
  });
}

function describeCommits(target: SuiteTarget): void {
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
    const refused = { code: 'run_superseded', retryable: false };
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
    const taken = { code: 'destination_generation_taken', retryable: false };
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

function describeConfig(target: SuiteTarget): void {
  test('the connection check passes and leaves nothing', async () => {
    const place = await target.place();
    const steps = await place.destination.check(place.config, new AbortController().signal);
    expect(steps.map(({ status }) => status)).toEqual(steps.map(() => 'passed'));
    expect(steps.length).toBeGreaterThan(3);
    await expectNothing(place);
    expect(await place.leftovers()).toEqual([]);
  });

  test('wrong settings: the customer is told what to do, no secret is told to anybody', async () => {
    const { destination } = await target.place();
    const wrong = await target.wrongConfigs();
    expect(wrong.length).toBeGreaterThan(0);
    for (const { name, config, code, secret } of wrong) {
      const opened = Promise.resolve().then(() => destination.open(config, contextOf()));
      const error: unknown = await opened.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect({ name, error }).toMatchObject({ name, error: { code, fault: 'customer', retryable: false } });
      expect((error as { remedy?: string }).remedy).toEqual(expect.any(String));
      const steps = await destination.check(config, new AbortController().signal);
      const failed = steps.filter(({ status }) => status === 'failed');
      expect(failed).toHaveLength(1);
      const told = JSON.stringify([steps, error, String(error), (error as Error).stack]);
      expect(told.includes(secret ?? 'no such text')).toBe(false);
    }
  });
}

/** What each batch destination must do. */
export function describeDestination(target: SuiteTarget): void {
  describe('loading', () => {
    describeLoading(target);
  });
  describe('failures', () => {
    describeFailures(target);
  });
  describe('commits', () => {
    describeCommits(target);
  });
  describe('config', () => {
    describeConfig(target);
  });
}

export { TIMEOUT_MS as SUITE_TIMEOUT_MS };

import { expect, test } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { contextOf } from '../context.ts';
import { loadAndKill } from '../kill-half-way.ts';
import { leftoversAfter, type Place, type SuiteTarget } from '../place.ts';
import { chunkOf, jsonLines } from '../sources.ts';
import { BIG, expectExactly, expectNothing, exportAll, inSession } from './session.ts';

export function describeFailures(target: SuiteTarget): void {
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
      let abortedMs = Number.NaN;
      const request = chunkOf(jsonLines(BIG.rows, BIG.rowBytes), 0, { stopAt: 0.9, then: 'hang' });
      const loading = session.loadChunk({
        ...request,
        onProgress: (bytes) => {
          taken += bytes;
          if (taken > 10_000_000 && !controller.signal.aborted) {
            abortedMs = performance.now();
            controller.abort(reason);
          }
        },
      });
      await expect(loading).rejects.toBe(reason);
      expect(performance.now() - abortedMs).toBeLessThan(5_000);
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

/** A store may need a moment to show what a worker that hangs half-way has sent. */
function seeLeftovers(place: Place): () => Promise<void> {
  const seen = async (): Promise<void> => {
    expect(await place.leftovers()).not.toEqual([]);
  };
  return () => (place.hidesUploads === true ? Promise.resolve() : eventually(seen));
}

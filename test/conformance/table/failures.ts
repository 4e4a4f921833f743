import { expect, test } from '@jest/globals';
import type { ClickHouse } from '../../../clickhouse/client.ts';
import type { LoadChunkRequest, SourceStream } from '../../../destinations/contract.ts';
import { ROWS, twoChunks } from './chunks.ts';
import { expectSameRows } from './compare.ts';
import { GoldenSource, plainRows } from './golden.ts';
import { KILL_POINTS, runAndKill, type KillPoint } from './kill.ts';
import type { TableTarget } from './place.ts';
import { expectNothingLeft, exportAll, goldenContext, inSession } from './session.ts';

export function describeFailures(
  target: TableTarget,
  ch: () => ClickHouse,
  killPoints: readonly KillPoint[] = KILL_POINTS,
): void {
  test.each([0, 0.5, 0.99])(
    'a source that fails at %f of its bytes leaves nothing; a retry succeeds',
    async (share) => {
      const place = await target.place();
      const source = await GoldenSource.of(ch(), plainRows(1, ROWS + 1));
      const context = goldenContext();
      await inSession(place, context, async (session) => {
        await expect(session.loadChunk(stopping(source.chunk(), share, 'fail'))).rejects.toThrow('the source broke');
        expect(await place.rows()).toEqual([]);
        const chunk = await session.loadChunk(source.chunk());
        await session.commit({ chunks: [chunk] });
      });
      expectSameRows(await place.rows(), await source.canonical());
      await expectNothingLeft(place);
    },
  );

  test('an abort stops a hanging load within 5 s; discard leaves nothing', async () => {
    const place = await target.place();
    const source = await GoldenSource.of(ch(), plainRows(1, ROWS + 1));
    const controller = new AbortController();
    const reason = new Error('cancelled by the test');
    const context = goldenContext({ signal: controller.signal });
    await inSession(place, context, async (session) => {
      const hanging = stopping(source.chunk(), 0.5, 'hang', () => controller.abort(reason));
      await expect(session.loadChunk(hanging)).rejects.toBe(reason);
      expect(performance.now() - (stoppedAt ?? 0)).toBeLessThan(5_000);
    });
    await inSession(place, { ...context, signal: new AbortController().signal }, (session) => session.discard());
    expect(await place.rows()).toEqual([]);
    await expectNothingLeft(place);
  });

  test('discard removes what is not committed, and nothing else', async () => {
    const place = await target.place();
    const source = await GoldenSource.of(ch(), plainRows(1, 11));
    const context = goldenContext();
    await inSession(place, context, async (session) => {
      await session.loadChunk(source.chunk());
      await session.discard();
      await session.discard();
    });
    await expectNothingLeft(place);
    await exportAll(place, context, [source.chunk()]);
    await inSession(place, context, (session) => session.discard());
    expectSameRows(await place.rows(), await source.canonical());
  });

  test.each(killPoints)('kill -9 at %s: the next attempt ends with every row once', async (point) => {
    const place = await target.place();
    const source = await GoldenSource.of(ch(), plainRows(1, ROWS + 1));
    const context = goldenContext();
    await runAndKill({ target, place, context, source, ch: ch(), point });
    const receipt = await exportAll(place, context, twoChunks(source));
    expect(receipt.rows).toBe(ROWS);
    expectSameRows(await place.rows(), await source.canonical());
    await expectNothingLeft(place);
  });
}

let stoppedAt: number | undefined;

/** The request with a source that fails or hangs after a share of its bytes. */
function stopping(
  request: LoadChunkRequest,
  share: number,
  then: 'fail' | 'hang',
  onStop = (): void => undefined,
): LoadChunkRequest {
  return {
    ...request,
    openSource: async (encoding, signal) => {
      const whole: Uint8Array[] = [];
      const source = await request.openSource(encoding, signal);
      for await (const bytes of source.body) {
        whole.push(bytes);
      }
      return { body: part(Buffer.concat(whole), share, then, onStop), rows: () => source.rows() };
    },
  };
}

async function* part(
  whole: Buffer,
  share: number,
  then: 'fail' | 'hang',
  onStop: () => void,
): SourceStream['body'] & AsyncGenerator<Uint8Array> {
  const end = Math.floor(whole.length * share);
  for (let at = 0; at < end; at += 65_536) {
    await Promise.resolve();
    yield whole.subarray(at, Math.min(at + 65_536, end));
  }
  stoppedAt = performance.now();
  onStop();
  if (then === 'hang') {
    await new Promise(() => undefined);
  }
  throw new Error('the source broke');
}

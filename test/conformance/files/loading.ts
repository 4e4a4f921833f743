import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { contextOf } from '../context.ts';
import { writeParquet } from '../parquet.ts';
import type { SuiteTarget } from '../place.ts';
import { chunkOf, jsonLines } from '../sources.ts';
import { BIG, expectExactly, exportAll, inSession } from './session.ts';

export function describeLoading(target: SuiteTarget): void {
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

import { createHash, randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { ClickHouse } from '../../../clickhouse/client.ts';
import { differences } from '../../../core/digest.ts';
import type { KeyDigest, SessionContext, TableKeys } from '../../../destinations/contract.ts';
import { GoldenSource, plainRows } from './golden.ts';
import type { TablePlace, TableTarget } from './place.ts';
import { exportAll, goldenContext, inSession } from './session.ts';

const INSIDE = '2026-11-21 04:18:59.999999';
const AFTER = '2026-11-21 04:19:00.000000';

/** What reconciliation reads: a loss, a copy and somebody else's row are planted and told apart. */
export function describeKeys(target: TableTarget, ch: () => ClickHouse): void {
  const contextFor = (): SessionContext => goldenContext({ key: ['uid'], arrivalColumn: 'us' });

  /** By an export of its own, whose rows nobody compares with those of the others. */
  async function put(place: TablePlace, context: SessionContext, uuids: readonly string[], us = INSIDE): Promise<void> {
    const rows = plainRows(1, uuids.length + 1).map((row, index) => ({ ...row, uid: uuids[index], us }));
    await exportAll(place, context, [(await GoldenSource.of(ch(), rows)).chunk()]);
  }

  test('rows are found by key: what is lost, what is there twice, and what nobody has exported', async () => {
    const place = await target.place();
    const context = contextFor();
    const wanted = Array.from({ length: 40 }, () => randomUUID());
    const [lost = '', twice = '', outside = ''] = wanted;
    const foreign = randomUUID();
    await put(
      place,
      context,
      wanted.filter((uuid) => uuid !== lost && uuid !== outside),
    );
    await put(place, contextFor(), [twice, foreign]);
    await put(place, contextFor(), [outside], AFTER);

    await inSession(place, context, async ({ keys }) => {
      const found = differences(digestsOf(wanted), (await keys?.digests()) ?? []).map(({ bucket }) => bucket);
      const buckets = [lost, outside, twice, foreign].map(bucketOf);
      expect(found).toEqual([...new Set(buckets)].sort((a, b) => a - b));
      const there = new Map((await keys?.inBuckets(buckets))?.map(({ key, copies }) => [key, copies]));
      expect([lost, outside, twice, foreign].map((uuid) => there.get(uuid))).toEqual([undefined, undefined, 2, 1]);
      expect(await keys?.present([lost, outside, twice])).toEqual(expect.arrayContaining([outside, twice]));
      expect(await keys?.present([lost])).toEqual([]);
      await expectCopiesGo(keys, twice);
      await expectOthersStay(
        keys,
        [...wanted, foreign].filter((uuid) => uuid !== lost && uuid !== outside),
      );
    });
  });

  test('without a column that says when a row was ingested nothing can be found', async () => {
    const place = await target.place();
    await inSession(place, goldenContext({ key: ['uid'] }), ({ keys }) =>
      Promise.resolve(expect(keys).toBeUndefined()),
    );
  });
}

/** Where copies can be deleted, one stays. */
async function expectCopiesGo(keys: TableKeys | undefined, twice: string): Promise<void> {
  if (keys?.removeCopies !== undefined) {
    expect([await keys.removeCopies([twice]), await keys.removeCopies([twice])]).toEqual([1, 0]);
    expect((await keys.inBuckets([bucketOf(twice)])).filter(({ key }) => key === twice)).toEqual([
      { key: twice, copies: 1 },
    ]);
  }
}

/** Each once in the interval, and nothing else. */
async function expectOthersStay(keys: TableKeys | undefined, uuids: readonly string[]): Promise<void> {
  if (keys?.removeCopies !== undefined) {
    await expect(keys.removeCopies(uuids)).resolves.toBe(0);
    expect(differences(digestsOf(uuids), (await keys.digests()) ?? [])).toEqual([]);
  }
}

function hashOf(key: string): bigint {
  return createHash('md5').update(key).digest().readBigUInt64BE();
}

function bucketOf(key: string): number {
  return Number(hashOf(key) >> 54n);
}

function digestsOf(keys: readonly string[]): KeyDigest[] {
  const digests = new Map<number, KeyDigest>();
  for (const key of keys) {
    const bucket = bucketOf(key);
    const { rows, hash } = digests.get(bucket) ?? { rows: 0, hash: 0n };
    digests.set(bucket, { bucket, rows: rows + 1, hash: BigInt.asUintN(64, hash + hashOf(key)) });
  }
  return [...digests.values()];
}

import { differences, EMPTY_DIGEST, minus, sumOf, type BucketDigest, type Digest } from '../../core/digest.ts';
import { explainDifference } from '../../core/explain-difference.ts';
import type { RowSelection } from '../../core/row-selection.ts';
import type { Micros } from '../../core/time.ts';
import type { ClickHouse } from '../../clickhouse/client.ts';
import { digestBuckets } from '../../clickhouse/digests.ts';
import { digestDuplicates, digestGroups, digestRows } from '../../clickhouse/log-rows.ts';
import type { ExportScope } from '../../clickhouse/models/model.ts';

/** What the source has now against what was committed. */
export interface SourceComparison {
  source: Digest;
  /** Of the rows that came after the commit, by bucket. */
  late: BucketDigest[];
  /** Which rows these are; `unnamed` buckets could not be resolved. */
  selection: RowSelection;
  unnamed: number;
  firstMicros: Micros | undefined;
  lastMicros: Micros | undefined;
  /** Committed rows that are duplicates now: an earlier arrival of their uuid became visible later. */
  displaced: number;
  /** Committed rows that the source does not have any more. */
  gone: number;
}

/** Buckets looked at in one query: with a thousand rows in each, some megabytes. */
const BUCKETS_AT_ONCE = 64;

/** `committed` undefined: only rows and hash of the whole are known. */
export async function compareSource(
  ch: ClickHouse,
  scope: ExportScope,
  ledger: { whole: Digest; buckets: readonly BucketDigest[] | undefined },
  signal: AbortSignal,
): Promise<SourceComparison> {
  const buckets = await digestBuckets(ch, scope, signal);
  const result = nothingFound(sumOf(buckets));
  if (ledger.buckets === undefined) {
    return compareWhole(result, ledger.whole);
  }
  const found = differences(buckets, ledger.buckets);
  const more = found.filter(({ rows }) => rows > 0);
  for (let start = 0; start < more.length; start += BUCKETS_AT_ONCE) {
    await nameRows(ch, scope, more.slice(start, start + BUCKETS_AT_ONCE), { result, signal });
  }
  const fewer = found.filter(({ rows }) => rows <= 0);
  if (fewer.length > 0) {
    explainFewer(result, fewer, await digestDuplicates(ch, scope, signal));
  }
  return { ...result, late: more };
}

function nothingFound(source: Digest): SourceComparison {
  return {
    source,
    late: [],
    selection: { groups: [], keys: [] },
    unnamed: 0,
    firstMicros: undefined,
    lastMicros: undefined,
    displaced: 0,
    gone: 0,
  };
}

function compareWhole(result: SourceComparison, committed: Digest): SourceComparison {
  const { rows, hash } = minus(result.source, committed);
  // Without a hash in the ledger (rows that a run has kept), no rows at all would look equal to it.
  if (hash === 0n && rows === 0) {
    return result;
  }
  // In no bucket: a whole look has none.
  return rows > 0
    ? { ...result, late: [{ bucket: -1, rows, hash }], unnamed: 1 }
    : { ...result, gone: Math.max(1, -rows) };
}

async function nameRows(
  ch: ClickHouse,
  scope: ExportScope,
  wanted: readonly BucketDigest[],
  { result, signal }: { result: SourceComparison; signal: AbortSignal },
): Promise<void> {
  const groups = byBucket(
    await digestGroups(
      ch,
      scope,
      wanted.map(({ bucket }) => bucket),
      signal,
    ),
  );
  const open: BucketDigest[] = [];
  for (const difference of wanted) {
    const found = explainDifference(difference, groups.get(difference.bucket) ?? []);
    if (found === undefined) {
      open.push(difference);
      continue;
    }
    result.selection.groups.push(...found.map(({ micros, bucket }): [Micros, number] => [micros, bucket]));
    widen(result, found);
  }
  if (open.length > 0) {
    await nameSingleRows(ch, scope, open, { result, signal });
  }
}

async function nameSingleRows(
  ch: ClickHouse,
  scope: ExportScope,
  wanted: readonly BucketDigest[],
  { result, signal }: { result: SourceComparison; signal: AbortSignal },
): Promise<void> {
  const rows = byBucket(
    await digestRows(
      ch,
      scope,
      wanted.map(({ bucket }) => bucket),
      signal,
    ),
  );
  for (const difference of wanted) {
    const found = explainDifference(difference, rows.get(difference.bucket) ?? []);
    if (found === undefined) {
      result.unnamed += 1;
      continue;
    }
    result.selection.keys.push(...found.map(({ micros, uuid }): [Micros, string] => [micros, uuid]));
    widen(result, found);
  }
}

function explainFewer(
  result: SourceComparison,
  fewer: readonly BucketDigest[],
  duplicates: readonly BucketDigest[],
): void {
  const known = byBucket(duplicates);
  for (const { bucket, ...difference } of fewer) {
    const displaced = explainDifference(minus(EMPTY_DIGEST, difference), known.get(bucket) ?? []);
    if (displaced === undefined) {
      result.gone += Math.max(1, -difference.rows);
    } else {
      result.displaced += displaced.length;
    }
  }
}

function byBucket<Item extends BucketDigest>(items: readonly Item[]): Map<number, Item[]> {
  const buckets = new Map<number, Item[]>();
  for (const item of items) {
    const there = buckets.get(item.bucket);
    if (there === undefined) {
      buckets.set(item.bucket, [item]);
    } else {
      there.push(item);
    }
  }
  return buckets;
}

function widen(result: SourceComparison, rows: readonly { micros: Micros }[]): void {
  for (const { micros } of rows) {
    result.firstMicros = Math.min(result.firstMicros ?? micros, micros);
    result.lastMicros = Math.max(result.lastMicros ?? micros, micros);
  }
}

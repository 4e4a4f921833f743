import { sql } from 'kysely';
import { decodeBuckets, encodeBuckets, type BucketDigest } from '../core/digest.ts';
import type { Database } from './database.ts';
import type { LedgerKey } from './ledger.ts';

type Generation = LedgerKey & { generation: number };

/** To be written before the generation is committed. The last word counts: until the commit, rows may have come. */
export async function putBuckets(db: Database, key: Generation, buckets: readonly BucketDigest[]): Promise<void> {
  const { exportId, intervalEnd, generation } = key;
  const encoded = Buffer.from(encodeBuckets(buckets));
  await db.kysely
    .insertInto('intervalBuckets')
    .values({ exportId, intervalEnd, generation, buckets: encoded })
    .onConflict((conflict) =>
      conflict.columns(['exportId', 'intervalEnd', 'generation']).doUpdateSet({ buckets: encoded }),
    )
    .execute();
}

/** Undefined: what the generation holds is known as a whole only (rows and hash of the ledger). */
export async function getBuckets(db: Database, key: Generation): Promise<BucketDigest[] | undefined> {
  const row = await db.kysely
    .selectFrom('intervalBuckets')
    .select('buckets')
    .where('exportId', '=', key.exportId)
    .where('intervalEnd', '=', key.intervalEnd)
    .where('generation', '=', key.generation)
    .executeTakeFirst();
  return row && decodeBuckets(row.buckets);
}

/** Those of generations that a later commit has replaced. */
export async function dropOlderBuckets(db: Database, key: Generation): Promise<void> {
  await db.kysely
    .deleteFrom('intervalBuckets')
    .where('exportId', '=', key.exportId)
    .where('intervalEnd', '=', key.intervalEnd)
    .where('generation', '<', key.generation)
    .execute();
}

const MAX_PRUNED = 20_000;

/** Buckets of intervals that are too old to be reconciled; a bounded number per call. */
export async function pruneBuckets(db: Database, endedBefore: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    DELETE FROM interval_buckets WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM interval_buckets WHERE interval_end < ${endedBefore} LIMIT ${MAX_PRUNED}))`.execute(db.kysely);
  return Number(numAffectedRows ?? 0n);
}

import { SluiceError } from '../core/errors.ts';
import type { Database } from './database.ts';

/** Into how many shards the webhooks of this deployment are divided; undefined: nobody has decided it yet. */
export async function deliveryShardCount(db: Database): Promise<number | undefined> {
  const row = await db.kysely.selectFrom('deliveryDivision').select('shards').executeTakeFirst();
  return row?.shards;
}

/**
 * Whoever asks first decides for the deployment: webhooks that two divisions share out are delivered by two shards.
 * Throws `delivery_shards_differ` when it was decided otherwise. Idempotent.
 */
export async function agreeOnShards(db: Database, wanted: number): Promise<void> {
  await db.kysely
    .insertInto('deliveryDivision')
    .values({ shards: wanted })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await expectShards(db, wanted);
}

/** Throws `delivery_shards_differ` when the deployment has another number; nothing is changed. */
export async function expectShards(db: Database, wanted: number): Promise<void> {
  const shards = await deliveryShardCount(db);
  if (shards !== undefined && shards !== wanted) {
    throw shardsDiffer(shards, wanted);
  }
}

function shardsDiffer(shards: number, wanted: number): SluiceError {
  return new SluiceError({
    code: 'delivery_shards_differ',
    message: `SLUICE_DELIVERY_SHARDS is ${String(wanted)}, and the webhooks of this deployment are divided into ${String(shards)} shards`,
    retryable: false,
    fault: 'customer',
    remedy: `Set SLUICE_DELIVERY_SHARDS=${String(shards)}; docs/deploy says how the number is changed.`,
  });
}

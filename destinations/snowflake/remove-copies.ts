import { randomBytes } from 'node:crypto';
import { removalSqls, surplusSql, type Copies } from '../table/copies.ts';
import { inTransaction } from './commit.ts';
import { transactionLost } from './errors.ts';
import { rows, run, type Scope } from './scope.ts';
import { dropStage, stageTable } from './stage-table.ts';

/** Deletes all copies of the keys but one, in one transaction. Answers how many rows went. Idempotent. */
export async function removeCopies(scope: Scope, copies: Omit<Copies, 'stage'>): Promise<number> {
  const surplus = await countSurplus(scope, copies);
  if (surplus === 0) {
    return 0;
  }
  const stage = stageTable(scope, randomBytes(6).toString('hex').toUpperCase());
  try {
    // DDL would commit the transaction: the stage is made before it.
    const like = `CREATE TRANSIENT TABLE ${stage} LIKE ${copies.table}`;
    await run(scope, { sql: like, action: 'create a stage' });
    await inTransaction(scope, async () => {
      for (const sql of removalSqls({ ...copies, stage })) {
        await run(scope, { sql, action: `delete copies from table ${scope.names.table}` });
      }
    });
  } finally {
    await dropStage(scope, stage).catch(() => undefined);
  }
  // COMMIT says nothing of a transaction that Snowflake had ended before.
  if ((await countSurplus(scope, copies)) > 0) {
    throw transactionLost();
  }
  return surplus;
}

async function countSurplus(scope: Scope, copies: Omit<Copies, 'stage'>): Promise<number> {
  const [row] = await rows(scope, { sql: surplusSql(copies), action: 'count copies' });
  return Number(row?.['SURPLUS'] ?? 0);
}

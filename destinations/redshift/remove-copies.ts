import { randomBytes } from 'node:crypto';
import { removalSqls, surplusSql, type Copies } from '../table/copies.ts';
import { dropStage } from './clean-up.ts';
import { work, type Scope } from './scope.ts';
import { qualified } from './sql.ts';

/** Deletes all copies of the keys but one, in one transaction. Answers how many rows went. Idempotent. */
export async function removeCopies(scope: Scope, copies: Omit<Copies, 'stage'>): Promise<number> {
  const { api, config, names } = scope;
  const [row] = await api.rows(surplusSql(copies), work(scope, 'count copies'));
  const surplus = Number(row?.['surplus'] ?? 0);
  if (surplus === 0) {
    return 0;
  }
  const name = names.stage(randomBytes(6).toString('hex'));
  const stage = qualified({ schema: config.schema, name });
  try {
    await api.run(`CREATE TABLE ${stage} (LIKE ${copies.table})`, work(scope, 'create the stage'));
    // With the lock nobody adds a row of these keys between what is put aside and what goes.
    const sqls = [`LOCK ${copies.table}`, ...removalSqls({ ...copies, stage })];
    await api.batch(sqls, work(scope, `delete copies from table ${names.table}`));
  } finally {
    await dropStage(scope, name);
  }
  return surplus;
}

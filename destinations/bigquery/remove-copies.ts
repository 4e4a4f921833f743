import { randomInt } from 'node:crypto';
import { removalSqls, surplusSql, type Copies } from '../table/copies.ts';
import type { Scope } from './scope.ts';
import { qualified, quoteName, runQuery } from './sql.ts';
import { dropStage } from './stages.ts';
import { createTable, findTable } from './table.ts';

/** No chunk has such a number; the next commit of the interval sweeps what a killed attempt leaves. */
const STAGE = 999_999;
const MAX_TRIES = 2 ** 31;
const LIFETIME_MS = 24 * 3_600_000;

/** Deletes all copies of the keys but one, in one transaction. Answers how many rows went. Idempotent. */
export async function removeCopies(scope: Scope, copies: Omit<Copies, 'stage' | 'columns'>): Promise<number> {
  const surplus = await countSurplus(scope, copies);
  const fields = surplus === 0 ? [] : await fieldsOf(scope);
  if (fields.length === 0) {
    return 0;
  }
  const { api, names, context, table } = scope;
  const stage = names.stage(STAGE, randomInt(MAX_TRIES));
  const expirationTime = String(Date.now() + LIFETIME_MS);
  await createTable(api, stage, { schema: { fields }, expirationTime }, context.signal);
  try {
    const columns = fields.map(({ name }) => quoteName(name));
    const sqls = removalSqls({ ...copies, columns, stage: qualified(api, stage) });
    const script = ['BEGIN TRANSACTION', ...sqls, 'COMMIT TRANSACTION'].map((sql) => `${sql};`).join('\n');
    const job = { jobId: names.freeJob(), labels: scope.labels, action: `delete copies from ${table}` };
    await runQuery(api, { sql: script }, job, context.signal);
  } finally {
    await dropStage(api, stage, context.signal).catch(() => undefined);
  }
  return surplus;
}

async function countSurplus(scope: Scope, copies: Omit<Copies, 'stage' | 'columns'>): Promise<number> {
  const { api, names, labels, context } = scope;
  const job = { jobId: names.freeJob(), labels, action: 'count copies' };
  const [row] = await runQuery(api, { sql: surplusSql(copies) }, job, context.signal);
  return Number(row?.['surplus'] ?? 0);
}

/** Columns that only the table has go aside and come back with the rest. */
async function fieldsOf({ api, table, context }: Scope): Promise<{ name: string }[]> {
  return (await findTable(api, table, context.signal))?.schema?.fields ?? [];
}

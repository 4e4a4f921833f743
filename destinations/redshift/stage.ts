import type { ChunkReceipt, FileReceipt } from '../contract.ts';
import { assertUnchanged, copyFiles } from './copy-files.ts';
import { stageLost } from './errors.ts';
import { gatherChunks } from './insert-chunk.ts';
import { work, type Scope } from './scope.ts';
import { qualified } from './sql.ts';
import { createStageSql, type Layout } from './stage-columns.ts';

/** A table that one attempt of a commit fills and drops. */
export interface Stage {
  /** Quoted, with schema. */
  table: string;
  rows: number;
}

/** Puts exactly what the receipts name into a new table; undefined when it has no rows. */
export async function fillStage(
  scope: Scope,
  layout: Layout,
  chunks: readonly ChunkReceipt[],
  attempt: string,
): Promise<Stage | undefined> {
  const files = chunks.flatMap((chunk) => chunk.files).filter(({ rows }) => rows > 0);
  if (files.length === 0) {
    return undefined;
  }
  assertLayout(files, layout);
  const { bucket, context, config, names } = scope;
  if (bucket !== undefined) {
    await assertUnchanged(bucket.store, files, context.signal);
  }
  const table = qualified({ schema: config.schema, name: names.stage(attempt) });
  await scope.api.run(createStageSql(table, layout), work(scope, 'create the stage'));
  if (bucket === undefined) {
    const staged = files.map(({ key }) => key);
    await gatherChunks(scope, table, staged);
  } else {
    await copyFiles(scope, bucket, { table, files, attempt });
  }
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  await assertCopied(scope, table, rows);
  return { table, rows };
}

/** Columns are matched by position: what was staged for other columns would get into the wrong ones. */
function assertLayout(files: readonly FileReceipt[], { id }: Layout): void {
  const other = files.find(({ key }) => !key.split(/[-_.]/).includes(id));
  if (other !== undefined) {
    throw stageLost(`${other.key} was written for other columns than the table has now`);
  }
}

async function assertCopied(scope: Scope, table: string, expected: number): Promise<void> {
  const [found] = await scope.api.rows(`SELECT COUNT(*) AS copied FROM ${table}`, work(scope, 'count the stage'));
  if (Number(found?.['copied']) !== expected) {
    throw stageLost(`${String(found?.['copied'])} of ${String(expected)} rows were copied`);
  }
}

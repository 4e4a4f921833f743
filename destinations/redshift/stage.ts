import type { ChunkReceipt, FileReceipt } from '../contract.ts';
import { fileChanged, fileMissing } from '../errors.ts';
import { mapLimited } from '../map-limited.ts';
import { stageLost } from './errors.ts';
import { namedWork, work, type Scope } from './scope.ts';
import { qualified, quote, quoteText } from './sql.ts';
import type { Layout } from './stage-columns.ts';

/** A table that one attempt of a commit fills and drops. */
export interface Stage {
  /** Quoted, with schema. */
  table: string;
  rows: number;
}

const SMALL_REQUESTS_IN_FLIGHT = 16;

/** Copies exactly the files of the receipts into a new table; undefined when they have no rows. */
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
  await mapLimited(files, SMALL_REQUESTS_IN_FLIGHT, (file) => assertUnchanged(scope, file));
  const table = qualified({ schema: scope.config.schema, name: scope.names.stage(attempt) });
  const columns = layout.columns.map(({ name, type }) => `${quote(name)} ${type}`).join(', ');
  await scope.api.run(`CREATE TABLE ${table} (${columns})`, work(scope, 'create the stage'));
  await copyFiles(scope, table, files, attempt);
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  await assertCopied(scope, table, rows);
  return { table, rows };
}

/** COPY matches by position: a file with other columns would be loaded into the wrong ones. */
function assertLayout(files: readonly FileReceipt[], { id }: Layout): void {
  const other = files.find(({ key }) => !key.endsWith(`-${id}.parquet`));
  if (other !== undefined) {
    throw stageLost(`${other.key} was written for other columns than the table has now`);
  }
}

async function assertUnchanged({ store, context }: Scope, file: FileReceipt): Promise<void> {
  const head = await store.head(file.key, context.signal);
  if (head === undefined) {
    throw fileMissing(file.key);
  }
  if (head.bytes !== file.bytes || (file.etag !== undefined && head.etag !== file.etag)) {
    throw fileChanged(file.key, 'its size or ETag differs');
  }
}

async function copyFiles(scope: Scope, table: string, files: readonly FileReceipt[], attempt: string): Promise<void> {
  const { config, context, names, store } = scope;
  const entries = files.map(({ key, bytes }) => ({
    url: `s3://${config.bucket}/${key}`,
    mandatory: true,
    meta: { content_length: bytes },
  }));
  const key = names.manifestKey(attempt);
  const object = { key, contentType: 'application/json', metadata: { 'sluice-run': context.runId } };
  await store.put(object, Buffer.from(JSON.stringify({ entries })), { onlyNew: true }, context.signal);
  const role = config.copyRole === 'default' ? 'default' : quoteText(config.copyRole);
  const from = quoteText(`s3://${config.bucket}/${key}`);
  const copy = `COPY ${table} FROM ${from} IAM_ROLE ${role} MANIFEST FORMAT AS PARQUET`;
  await scope.api.run(copy, namedWork(scope, 'copy the staged files'));
}

async function assertCopied(scope: Scope, table: string, expected: number): Promise<void> {
  const [found] = await scope.api.rows(`SELECT COUNT(*) AS copied FROM ${table}`, work(scope, 'count the stage'));
  if (Number(found?.['copied']) !== expected) {
    throw stageLost(`${String(found?.['copied'])} of ${String(expected)} rows were copied`);
  }
}

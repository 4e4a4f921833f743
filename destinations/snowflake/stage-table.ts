import type { ChunkReceipt, FileReceipt } from '../contract.ts';
import { rowsDiffer } from './errors.ts';
import { quote, quoteText } from './identifiers.ts';
import type { Layout } from './layout.ts';
import { stageLocation } from './names.ts';
import { rows, run, type Scope } from './scope.ts';

/** COPY takes so many names; and a statement may have a million characters. */
const FILES_AT_ONCE = 1_000;

/**
 * NULL_IF would otherwise turn the text `\N` into NULL; the logical types say that moments are moments and text is
 * text.
 */
const FILE_FORMAT = '(TYPE = PARQUET USE_LOGICAL_TYPE = TRUE BINARY_AS_TEXT = TRUE NULL_IF = ())';

export function stageTable({ names }: Scope, attempt: string): string {
  return `${names.schema}.${quote(names.stage(attempt))}`;
}

/** Copies exactly the files of the receipts into a table of this attempt. Answers how many rows they have. */
export async function fillStage(
  scope: Scope,
  layout: Layout,
  { chunks, attempt }: { chunks: readonly ChunkReceipt[]; attempt: string },
): Promise<number> {
  const table = stageTable(scope, attempt);
  const columns = layout.columns.map(({ name, type }) => `${quote(name)} ${type}`).join(', ');
  await run(scope, {
    sql: `CREATE TRANSIENT TABLE ${table} (${columns}) DATA_RETENTION_TIME_IN_DAYS = 0`,
    action: 'create a stage',
  });
  const files = chunks.flatMap((chunk) => chunk.files).filter((file) => file.rows > 0);
  for (const batch of batches(files)) {
    await copyFiles(scope, layout, table, batch);
  }
  return files.reduce((sum, file) => sum + file.rows, 0);
}

function batches(files: readonly FileReceipt[]): FileReceipt[][] {
  return Array.from({ length: Math.ceil(files.length / FILES_AT_ONCE) }, (_, index) =>
    files.slice(index * FILES_AT_ONCE, (index + 1) * FILES_AT_ONCE),
  );
}

async function copyFiles(scope: Scope, layout: Layout, table: string, files: readonly FileReceipt[]): Promise<void> {
  const names = layout.columns.map(({ name }) => quote(name)).join(', ');
  const values = layout.columns.map(({ name, type }) => `$1:${quote(name)}::${type}`).join(', ');
  const sql = `COPY INTO ${table} (${names}) FROM (SELECT ${values} FROM ${stageLocation(scope.names.ledger, '')})
    FILES = (${files.map(({ key }) => quoteText(key)).join(', ')}) FILE_FORMAT = ${FILE_FORMAT} ON_ERROR = ABORT_STATEMENT`;
  const loaded = await rows(scope, { sql, action: 'copy the staged files' });
  const [wanted, found] = [
    files.reduce((sum, file) => sum + file.rows, 0),
    loaded.reduce((sum, row) => sum + Number(row['rows_loaded'] ?? 0), 0),
  ];
  if (wanted !== found) {
    throw rowsDiffer(wanted, found);
  }
}

export async function dropStage(scope: Scope, table: string): Promise<void> {
  await run(scope, { sql: `DROP TABLE IF EXISTS ${table}`, action: 'drop a stage' });
}

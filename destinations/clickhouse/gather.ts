import type { ChunkReceipt } from '../contract.ts';
import { fileChanged } from '../errors.ts';
import type { LedgerEntry } from './ledger.ts';
import { quoteName } from './names.ts';
import type { Scope } from './scope.ts';
import { attachPartitions, countRows, createStage, dropStage, type StageNote } from './stage.ts';
import { qualified } from './table.ts';

/**
 * Fills `target` with the rows that are to become visible, and says what the ledger will say. A first load in append
 * mode links the chunks' parts; everything else writes the rows that pass once more.
 */
export async function gatherRows(
  scope: Scope,
  target: string,
  chunks: readonly ChunkReceipt[],
  older: LedgerEntry | undefined,
): Promise<StageNote> {
  const { mode, key, runId } = scope.context;
  const sum = (of: 'rows' | 'bytes'): number => chunks.reduce((total, chunk) => total + chunk[of], 0);
  const counts = { runId, bytes: sum('bytes'), files: chunks.flatMap(({ files }) => files).length };
  if (mode === 'append' && older === undefined) {
    await link(scope, target, chunks);
    return { ...counts, rows: sum('rows') };
  }
  if (mode === 'append' && key.length === 0) {
    return { ...counts, rows: older?.rows ?? 0 };
  }
  const raw = scope.names.gather();
  await createStage(scope.place, raw, scope.table);
  await link(scope, raw, chunks);
  await copyWanted(scope, raw, target);
  await dropStage(scope.place, raw);
  const missing = await countRows(scope.place, target);
  return { ...counts, rows: mode === 'merge' ? sum('rows') : (older?.rows ?? 0) + missing };
}

async function link({ place }: Scope, target: string, chunks: readonly ChunkReceipt[]): Promise<void> {
  for (const { key } of chunks.flatMap(({ files }) => files)) {
    await attachPartitions(place, key, target);
  }
  const rows = chunks.reduce((total, chunk) => total + chunk.rows, 0);
  const linked = await countRows(place, target);
  if (linked !== rows) {
    throw fileChanged(target, `${String(linked)} rows instead of ${String(rows)}`);
  }
}

/**
 * Append: rows whose key the table lacks. Merge: of each key the greatest version, unless the table has just that one:
 * of two equal versions a ReplacingMergeTree would keep the later. Sorting by all columns makes ties come out the same.
 */
async function copyWanted({ place, plan, context, table }: Scope, from: string, to: string): Promise<void> {
  const columns = plan.columns.map(({ target }) => quoteName(target.name)).join(', ');
  const key = context.key.map(quoteName).join(', ');
  const version = context.versionColumn === undefined ? '' : quoteName(context.versionColumn);
  const merge = context.mode === 'merge';
  const identity = merge ? `${key}, ${version}` : key;
  const [source, target, final] = [from, to, table].map((name) => qualified(place, name));
  const order = merge ? `ORDER BY ${key}, ${version} DESC, ${columns}` : '';
  const sql = `INSERT INTO ${String(target)} (${columns}) SELECT ${columns} FROM ${String(source)}
    WHERE (${identity}) NOT IN (SELECT ${identity} FROM ${String(final)} WHERE (${key}) IN (SELECT ${key} FROM ${String(source)}))
    ${order} ${order === '' ? '' : 'LIMIT 1 BY'} ${order === '' ? '' : key}`;
  await place.client.run({ sql, signal: place.signal });
}

import type { ChunkReceipt, CommitReceipt, CommitRequest, SupplementContext } from '../contract.ts';
import { baseChanged } from '../errors.ts';
import type { PlannedColumn, TablePlan } from '../table/columns.ts';
import type { LedgerVerdict } from '../table/ledger.ts';
import type { Connection } from './connection.ts';
import { rowsRefused, stageLost } from './errors.ts';
import { insertMissing, insertRows, mergeRows } from './insert.ts';
import { type Committed, lockLedger, recordCommit } from './ledger.ts';
import { prepareLoad } from './prepare.ts';
import type { Scope } from './scope.ts';
import { dropStages, stagedChunks, stagedColumns } from './stage.ts';
import { transaction } from './transaction.ts';

/** Makes the interval visible, with its row in the ledger, or finds that it is. */
export async function commitInterval(
  connection: Connection,
  scope: Scope,
  request: CommitRequest,
): Promise<CommitReceipt> {
  const plan = await prepareLoad(connection, scope);
  const receipt = await transaction(connection, scope.config, () => moveRows(connection, scope, { request, plan }));
  // Visible already: what is in the way of tidying up must not fail the run. An attempt that was killed before this
  // point is followed by one that comes here again.
  await transaction(connection, scope.config, () =>
    dropStages(connection, scope, (generation) => generation <= scope.context.generation),
  ).catch(() => undefined);
  return receipt;
}

async function moveRows(
  connection: Connection,
  scope: Scope,
  { request, plan }: { request: CommitRequest; plan: TablePlan | undefined },
): Promise<CommitReceipt> {
  const { verdict, found } = await lockLedger(connection, scope);
  if (verdict === 'done' || plan === undefined) {
    return { ...committedBefore(found), alreadyCommitted: true };
  }
  const staged = await assertStaged(connection, scope, { request, plan });
  const { supplement } = scope.context;
  const rows =
    supplement === undefined
      ? await write(connection, scope, { verdict, found, staged })
      : await addTo(connection, scope, { found, staged, supplement });
  const base = supplement === undefined ? undefined : found;
  const bytes = request.chunks.reduce((sum, chunk) => sum + chunk.bytes, base?.bytes ?? 0);
  const receipt = { rows, bytes, files: request.chunks.length + (base?.files ?? 0) };
  await recordCommit(connection, scope, receipt);
  return { ...receipt, alreadyCommitted: false };
}

function committedBefore(found: Committed | undefined): { rows: number; bytes: number; files: number } {
  return { rows: found?.rows ?? 0, bytes: found?.bytes ?? 0, files: found?.files ?? 0 };
}

interface Staged {
  columns: readonly PlannedColumn[];
  rows: number;
}

/** Compares what is staged with the receipts, and counts it. Throws postgres_stage_lost. */
async function assertStaged(
  connection: Connection,
  scope: Scope,
  { request, plan }: { request: CommitRequest; plan: TablePlan },
): Promise<Staged> {
  const wanted = request.chunks.reduce((sum, chunk) => sum + chunk.rows, 0);
  const columns = request.chunks.length === 0 ? [] : await stagedColumns(connection, scope, plan);
  if (columns === undefined) {
    throw stageLost('there is no stage');
  }
  if (request.chunks.length > 0) {
    assertSameChunks(await stagedChunks(connection, scope), request.chunks);
    const counted = await countStaged(connection, scope);
    if (counted !== wanted) {
      throw stageLost(`${String(counted)} of ${String(wanted)} rows`);
    }
  }
  return { columns, rows: wanted };
}

function assertSameChunks(
  staged: readonly { index: number; rows: number; sha256: string }[],
  receipts: readonly ChunkReceipt[],
): void {
  const differs = receipts.findIndex(({ rows, files }, index) => {
    const chunk = staged[index];
    return chunk?.index !== index || chunk.rows !== rows || chunk.sha256 !== files[0]?.sha256;
  });
  if (differs >= 0 || staged.length !== receipts.length) {
    throw stageLost(`chunk ${String(differs >= 0 ? differs : receipts.length)}`);
  }
}

async function countStaged(connection: Connection, { names }: Scope): Promise<number> {
  const [found] = await connection.rows<{ rows: number }>(
    'count the stage',
    `SELECT pg_catalog.count(*)::float8 AS rows FROM ${names.stage}`,
  );
  return found?.rows ?? 0;
}

/** Answers how many rows of the interval are in the table afterwards. */
async function write(
  connection: Connection,
  scope: Scope,
  { verdict, found, staged }: { verdict: LedgerVerdict; found: Committed | undefined; staged: Staged },
): Promise<number> {
  const { context, names } = scope;
  if (staged.rows === 0) {
    return verdict === 'fill' && context.mode === 'append' ? (found?.rows ?? 0) : 0;
  }
  if (context.mode === 'merge') {
    await mergeRows(connection, scope, staged.columns);
    return staged.rows;
  }
  if (verdict === 'load') {
    const written = await insertRows(connection, scope, staged.columns);
    if (written !== staged.rows) {
      throw rowsRefused(names.table, written, staged.rows);
    }
    return written;
  }
  if (context.key.length === 0) {
    return found?.rows ?? 0;
  }
  await insertMissing(connection, scope, staged.columns);
  return staged.rows;
}

/** Adds what is missing to a committed interval. With a key in the table already a row is neither added nor counted. */
async function addTo(
  connection: Connection,
  scope: Scope,
  of: { found: Committed | undefined; staged: Staged; supplement: SupplementContext },
): Promise<number> {
  const { found, staged, supplement } = of;
  if (found?.committed !== true || found.generation !== supplement.of) {
    throw baseChanged(supplement.of, found?.generation);
  }
  const add = scope.context.key.length === 0 ? insertRows : insertMissing;
  const added = staged.rows === 0 ? 0 : await add(connection, scope, staged.columns);
  return found.rows - supplement.lost + added;
}

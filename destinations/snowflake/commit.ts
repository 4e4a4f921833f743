import { randomBytes } from 'node:crypto';
import type { ChunkReceipt, CommitReceipt } from '../contract.ts';
import { fileMissing } from '../errors.ts';
import { judgeLedger, type LedgerVerdict } from '../table/ledger.ts';
import { cleanUp } from './clean-up.ts';
import { transactionLost } from './errors.ts';
import type { Layout } from './layout.ts';
import { claimInterval, guardOf, lockInterval, readLedger, recordCommit, type Found } from './ledger.ts';
import { moveSql } from './move.ts';
import { rows, run, type Scope } from './scope.ts';
import { dropStage, fillStage, stageTable } from './stage-table.ts';
import { isFileGone } from './staged-files.ts';

interface Try {
  layout: Layout;
  chunks: readonly ChunkReceipt[];
  /** Names this try in the ledger, and its stage. */
  attempt: string;
}

interface Counted {
  rows: number;
  inserted: number;
}

/** Makes the interval visible. Throws run_superseded, destination_generation_taken, destination_file_missing. */
export async function commitInterval(
  scope: Scope,
  layout: Layout,
  chunks: readonly ChunkReceipt[],
): Promise<CommitReceipt> {
  const { verdict, found } = await claimInterval(scope);
  const receipt = verdict === 'done' ? receiptOf(found, true) : await committed(scope, layout, chunks);
  await cleanUp(scope);
  return receipt;
}

async function committed(scope: Scope, layout: Layout, chunks: readonly ChunkReceipt[]): Promise<CommitReceipt> {
  const attempt = randomBytes(6).toString('hex').toUpperCase();
  try {
    const staged = await fillStage(scope, layout, { chunks, attempt });
    await inTransaction(scope, () => moveRows(scope, { layout, chunks, attempt }, staged));
  } catch (error) {
    return await committedAfterAll(scope, attempt, error);
  }
  return await committedAfterAll(scope, attempt, transactionLost());
}

/**
 * The ledger decides how it went: an attempt beside this one may have committed and taken files and stage away, of a
 * lost answer it is not known whether the statement went through, and COMMIT says nothing of a transaction that
 * Snowflake had ended before.
 */
async function committedAfterAll(scope: Scope, attempt: string, error: unknown): Promise<CommitReceipt> {
  scope.context.signal.throwIfAborted();
  const found = await readLedger(scope);
  if (judgeLedger(found, scope.context) === 'done' && found !== undefined) {
    return receiptOf(found, found.committedBy !== attempt);
  }
  await dropStage(scope, stageTable(scope, attempt)).catch(() => undefined);
  throw isFileGone(error) ? fileMissing('a staged file') : error;
}

/** Runs the work in one transaction. That COMMIT succeeds does not say that the transaction was still there. */
export async function inTransaction(scope: Scope, work: () => Promise<void>): Promise<void> {
  await run(scope, { sql: 'BEGIN TRANSACTION', action: 'begin a transaction' });
  try {
    await work();
    await run(scope, { sql: 'COMMIT', action: 'commit the transaction' });
  } catch (error) {
    // A statement that fails leaves the transaction open. After an abort, closing the session rolls it back.
    await run(scope, { sql: 'ROLLBACK', action: 'roll back' }).catch(() => undefined);
    throw error;
  }
}

async function moveRows(scope: Scope, { layout, chunks, attempt }: Try, staged: number): Promise<void> {
  await lockInterval(scope, attempt);
  const found = await readLedger(scope);
  if (found?.attempt !== attempt) {
    throw transactionLost();
  }
  const verdict = judgeLedger(found, scope.context);
  if (verdict === 'done') {
    throw transactionLost();
  }
  const inserted = staged === 0 ? 0 : await moveStage(scope, { layout, attempt, verdict });
  const files = chunks.reduce((sum, chunk) => sum + chunk.files.length, 0);
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
  await recordCommit(scope, attempt, {
    rows: rowsAfter(scope, { rows: staged, inserted }, { verdict, found }),
    bytes,
    files,
  });
}

async function moveStage(
  scope: Scope,
  { layout, attempt, verdict }: { layout: Layout; attempt: string; verdict: LedgerVerdict },
): Promise<number> {
  const { context, names } = scope;
  const guard = guardOf(scope, attempt);
  const stage = stageTable(scope, attempt);
  const sql = moveSql(context, { layout, target: names.target, stage, verdict, guard });
  if (sql === undefined) {
    return 0;
  }
  const [row] = await rows(scope, { sql, binds: guard.binds, action: `write to table ${names.table}` });
  return Number(row?.['number of rows inserted'] ?? 0);
}

/** How many rows of the interval are in the table afterwards. */
function rowsAfter(
  { context }: Scope,
  { rows: staged, inserted }: Counted,
  before: { verdict: LedgerVerdict; found: Found },
): number {
  const adds = before.verdict === 'fill' && context.mode === 'append';
  return adds ? before.found.rows + inserted : staged;
}

function receiptOf({ rows: rowCount, bytes, files }: Found, alreadyCommitted: boolean): CommitReceipt {
  return { rows: rowCount, bytes, files, alreadyCommitted };
}

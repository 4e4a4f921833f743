import { randomBytes } from 'node:crypto';
import type { CommitReceipt, CommitRequest } from '../contract.ts';
import { cleanUp, dropStage } from './clean-up.ts';
import {
  claimInterval,
  claimParameters,
  lockSql,
  recordSqls,
  stateParameters,
  toFound,
  unchangedSql,
  type Found,
} from './ledger.ts';
import { namedWork, type Scope } from './scope.ts';
import { fillStage, type Stage } from './stage.ts';
import type { Layout } from './stage-columns.ts';
import { writeSqls } from './write-rows.ts';
import type { LedgerVerdict } from '../table/ledger.ts';
import { commitConflict } from './errors.ts';

/** Each lost round means that another commit of the interval went through; two generations cannot lose for long. */
const ROUNDS = 4;

/** Makes the interval visible, with its row in the ledger, or finds that it is. */
export async function commitInterval(scope: Scope, layout: Layout, request: CommitRequest): Promise<CommitReceipt> {
  const receipt = await committed(scope, layout, request);
  await cleanUp(scope);
  return receipt;
}

interface Claim {
  verdict: LedgerVerdict;
  found: Found;
}

async function committed(scope: Scope, layout: Layout, request: CommitRequest): Promise<CommitReceipt> {
  const claim = await claimInterval(scope);
  if (claim.verdict === 'done') {
    return receiptOf(claim.found, true);
  }
  const attempt = randomBytes(6).toString('hex');
  try {
    const stage = await fillStage(scope, layout, request.chunks, attempt);
    return await moveRows(scope, { layout, stage, request, attempt }, claim);
  } catch (error) {
    return await committedAfterAll(scope, attempt, error);
  }
}

/**
 * An attempt beside this one may have committed, and taken files and stage away; and of a failed answer it is not
 * known whether the statement went through.
 */
async function committedAfterAll(scope: Scope, attempt: string, error: unknown): Promise<CommitReceipt> {
  scope.context.signal.throwIfAborted();
  const { verdict, found } = await claimInterval(scope);
  if (verdict === 'done') {
    return receiptOf(found, found.attempt !== attempt);
  }
  await dropStage(scope, scope.names.stage(attempt));
  throw error;
}

interface Move {
  layout: Layout;
  stage: Stage | undefined;
  request: CommitRequest;
  attempt: string;
}

async function moveRows(scope: Scope, move: Move, first: Claim): Promise<CommitReceipt> {
  let claim = first;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const found = await writeOnce(scope, move, claim);
    if (found.attempt === move.attempt) {
      return receiptOf(found, false);
    }
    claim = await claimInterval(scope);
    if (claim.verdict === 'done') {
      return receiptOf(claim.found, true);
    }
  }
  throw commitConflict();
}

/** One transaction. Answers the ledger's row as it is then; it bears this attempt's name if the rows were written. */
async function writeOnce(scope: Scope, move: Move, { verdict, found }: Claim): Promise<Found> {
  const { layout, stage, request, attempt } = move;
  const guard = unchangedSql(scope, found);
  const writes = stage === undefined ? [] : writeSqls(scope, { layout, stage: stage.table, verdict, guard });
  const files = request.chunks.reduce((sum, chunk) => sum + chunk.files.length, 0);
  const bytes = request.chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
  const rows = rowsAfter(scope, stage?.rows ?? 0, { verdict, found });
  const sqls = [lockSql(scope), ...writes, ...recordSqls(scope, found, { rows, bytes, files })];
  const parameters = { ...claimParameters(scope), ...stateParameters(found), attempt };
  const [row] = await scope.api.transaction(sqls, namedWork(scope, 'commit the interval', parameters));
  return toFound(row ?? {});
}

/** How many rows of the interval are in the table afterwards. */
function rowsAfter({ context }: Scope, staged: number, { verdict, found }: Claim): number {
  const keepsFormer = verdict === 'fill' && context.mode === 'append' && (staged === 0 || context.key.length === 0);
  return keepsFormer ? found.rows : staged;
}

function receiptOf({ rows, bytes, files }: Found, alreadyCommitted: boolean): CommitReceipt {
  return { rows, bytes, files, alreadyCommitted };
}

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChunkReceipt, CommitReceipt } from '../contract.ts';
import { fileMissing } from '../errors.ts';
import type { LedgerVerdict } from '../table/ledger.ts';
import { refusalOf, isConflict, tooManyChunks } from './errors.ts';
import { jobEnd } from './jobs.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Scope } from './scope.ts';
import { qualified, startQuery } from './sql.ts';
import { dropStage, listStages } from './stages.ts';
import { LEDGER_CHANGED, type Move, moveScript } from './statements.ts';

/** The text of a query may have a million characters, of which a stage takes about 150, and the same again to fill. */
const MAX_CHUNKS = 3_000;
/** Conflicts come from others who commit to the same ledger or merge into the same table; each lasts seconds. */
const MAX_CONFLICTS = 8;
const DROPS_AT_ONCE = 8;

/** Makes the interval visible. Throws run_superseded, destination_generation_taken, destination_file_missing. */
export async function commitInterval(scope: Scope, chunks: readonly ChunkReceipt[]): Promise<CommitReceipt> {
  if (chunks.length > MAX_CHUNKS) {
    throw tooManyChunks(chunks.length, MAX_CHUNKS);
  }
  const attempt = randomUUID();
  for (let conflicts = 0; ;) {
    const entry = await scope.ledger.ensure(scope.context.signal);
    const verdict = scope.ledger.judge(entry);
    if (verdict === 'done') {
      await sweep(scope, entry.generation);
      return receiptOf(entry, entry.attempt !== attempt);
    }
    const conflict = await tryMove(scope, { chunks, attempt, entry, verdict });
    if (conflict !== undefined && (conflicts += 1) > MAX_CONFLICTS) {
      throw conflict;
    }
    await pause(scope, conflicts);
  }
}

async function pause({ conflictDelayMs, context }: Scope, conflicts: number): Promise<void> {
  if (conflicts > 0) {
    await sleep(conflictDelayMs * (0.5 + Math.random()) * 2 ** Math.min(conflicts - 1, 3), undefined, {
      signal: context.signal,
    });
  }
}

interface Try {
  chunks: readonly ChunkReceipt[];
  attempt: string;
  entry: LedgerEntry;
  verdict: LedgerVerdict;
}

/**
 * Runs the transaction, or waits for the one of another attempt; the ledger says afterwards how it went. Returns the
 * error of a conflict, after which it is worth another try.
 */
async function tryMove(scope: Scope, attempt: Try): Promise<Error | undefined> {
  const { api, names, context, labels } = scope;
  const jobId = await freeCommitJob(scope);
  if (jobId === undefined || !(await everythingStaged(scope, attempt.chunks))) {
    return undefined;
  }
  const statement = { sql: moveScript(moveOf(scope, attempt)), params: paramsOf(scope, attempt) };
  const mine = await startQuery(api, statement, { jobId, labels }, context.signal);
  const { errorResult } = await jobEnd(api, jobId, context.signal);
  if (!mine || errorResult === undefined || errorResult.message.includes(LEDGER_CHANGED)) {
    return undefined;
  }
  const error = refusalOf(errorResult, `commit the interval (${names.commitJob})`);
  if (isConflict(error)) {
    return error;
  }
  throw error;
}

/** The next number; undefined when another attempt's transaction was under way. It has ended now. */
async function freeCommitJob({ api, names, context }: Scope): Promise<string | undefined> {
  for (let n = 0; ; n += 1) {
    const jobId = `${names.commitJob}-${String(n)}`;
    const known = await api.job(jobId, context.signal);
    if (known === undefined) {
      return jobId;
    }
    if (known.state !== 'DONE') {
      await jobEnd(api, jobId, context.signal);
      return undefined;
    }
  }
}

/** False when the stages are gone because the interval was committed meanwhile. */
async function everythingStaged(scope: Scope, chunks: readonly ChunkReceipt[]): Promise<boolean> {
  const { api, names, context, ledger } = scope;
  const staged = new Set((await listStages(api, names, context.signal)).map(({ table }) => table));
  const missing = chunks.flatMap(({ files }) => files).find(({ key }) => !staged.has(key));
  if (missing !== undefined && ledger.judge(await ledger.find(context.signal)) !== 'done') {
    throw fileMissing(missing.key);
  }
  return missing === undefined;
}

function moveOf({ api, table, plan, context, names }: Scope, { chunks, verdict }: Try): Move {
  const { key, mode, versionColumn } = context;
  const appending = verdict === 'load' ? 'add' : key.length === 0 ? 'nothing' : 'add_missing';
  return {
    target: qualified(api, table),
    ledger: qualified(api, names.ledger),
    stages: chunks.flatMap(({ files }) => files).map((file) => qualified(api, file.key)),
    columns: plan.columns,
    key,
    versionColumn,
    how: mode === 'merge' ? 'merge' : appending,
  };
}

function paramsOf(
  { context, ledger }: Scope,
  { chunks, attempt, entry }: Try,
): Record<string, string | number | bigint> {
  return {
    ...(ledger.params as Record<string, string | bigint>),
    seen: entry.attempt,
    attempt,
    generation: context.generation,
    run: context.runId,
    rows: sum(chunks, ({ rows }) => rows),
    bytes: sum(chunks, ({ bytes }) => bytes),
    files: chunks.length,
  };
}

function sum(chunks: readonly ChunkReceipt[], of: (chunk: ChunkReceipt) => number): number {
  return chunks.reduce((total, chunk) => total + of(chunk), 0);
}

function receiptOf({ rows, bytes, files }: LedgerEntry, alreadyCommitted: boolean): CommitReceipt {
  return { rows, bytes, files, alreadyCommitted };
}

/** Drops the stages of this and of older generations. */
export async function sweep({ api, names, context }: Scope, generation: number): Promise<void> {
  const rubbish = (await listStages(api, names, context.signal)).filter((stage) => stage.generation <= generation);
  while (rubbish.length > 0) {
    await Promise.all(rubbish.splice(0, DROPS_AT_ONCE).map(({ table }) => dropStage(api, table, context.signal)));
  }
}

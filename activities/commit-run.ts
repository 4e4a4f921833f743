import { SluiceError } from '../core/errors.ts';
import { sumOf } from '../core/digest.ts';
import { digestBuckets } from '../clickhouse/digests.ts';
import { countRejected } from '../clickhouse/rejected-records.ts';
import type { CommitReceipt } from '../destinations/contract.ts';
import { getRun, updateRun } from '../store/runs.ts';
import { listChunks, type StoredReceipt } from '../store/chunks.ts';
import { putBuckets } from '../store/interval-buckets.ts';
import { getLedger } from '../store/ledger.ts';
import type { ActivityDeps } from './deps.ts';
import { leaseKey } from './finish-run.ts';
import { underLease } from './lease.ts';
import { runLog } from './run-log.ts';
import { assertUpToDate } from './outdated-chunks.ts';
import { loadRunContext, timed, withSession, type RunContext } from './run-context.ts';
import type { CommitResult, RunRef, VerifyResult } from './types.ts';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Makes the generation visible at once. */
export async function commitRun(deps: ActivityDeps, run: RunRef): Promise<CommitResult> {
  return underLease(deps, run, async (signal) => {
    const context = await loadRunContext(deps, run);
    const chunks = await receiptsOf(deps, run);
    await assertUpToDate(deps, context, { chunks, signal });
    const { replacesKept = false } = run;
    if (replacesKept) {
      runLog(deps, run).warn('What the destination keeps from before our database was restored is replaced');
    }
    const receipt = await timed(deps, run, 'commit', () =>
      withSession(deps, context, signal, (session) =>
        session.commit({ chunks, knowsRun: knowsRun(deps, run), replacesKept }),
      ),
    );
    if (receipt.kept === true) {
      await updateRun(deps.db, run.runId, { kept: true });
    }
    logCommit(deps, run, { receipt, loaded: chunks.reduce((sum, chunk) => sum + chunk.rows, 0) });
    const { rows, bytes, files, kept } = receipt;
    return { rows, bytes, files, ...(kept === true && { kept }) };
  });
}

/** Ids of runs are ours: whatever else a manifest names is nobody's. */
function knowsRun({ db }: ActivityDeps, { teamId }: RunRef): (runId: string) => Promise<boolean> {
  return async (id) => UUID.test(id) && (await getRun(db, { id, teamId })) !== undefined;
}

function logCommit(
  deps: ActivityDeps,
  run: RunRef,
  { receipt, loaded }: { receipt: CommitReceipt; loaded: number },
): void {
  const { rows, bytes, files, manifestKey: manifest } = receipt;
  const log = runLog(deps, run);
  if (receipt.kept === true) {
    const what = `The destination keeps ${String(rows)} rows from before our database was restored`;
    const remedy = 'Run the interval by force with "replace_kept" to have those in their place';
    log.warn(`${what}: the source has ${String(loaded)} of this interval`, { rows, loaded, manifest, remedy });
  } else {
    log.info(`Committed ${String(rows)} rows`, { rows, bytes, files, manifest });
  }
}

/** Counts the destination against the source, both by their own word, after the commit. */
export async function verifyRun(deps: ActivityDeps, run: RunRef): Promise<VerifyResult> {
  return underLease(deps, run, async (signal) => {
    const context = await loadRunContext(deps, run);
    return timed(deps, run, 'verify', async () => {
      const chunks = await receiptsOf(deps, run);
      const buckets = await digestBuckets(deps.clickhouse, context.scope, signal);
      const there = await withSession(deps, context, signal, (session) => session.verify({ chunks }));
      const recordsFailed = await countRejected(deps.clickhouse, rejectedKey(context), signal);
      const source = sumOf(buckets);
      await updateRun(deps.db, run.runId, { recordsFailed, rowsIn: source.rows });
      const loaded = await loadedHash(deps, context);
      const complete =
        there.rows + recordsFailed === source.rows && (loaded === undefined || loaded === String(source.hash));
      logVerdict(deps, run, { source: source.rows, destination: there.rows, recordsFailed, complete });
      if (complete) {
        await putBuckets(deps.db, { ...leaseKey(run), generation: run.generation }, buckets);
      }
      return { ...there, sourceRows: source.rows, hash: complete ? String(source.hash) : (loaded ?? ''), complete };
    });
  });
}

interface Verdict {
  source: number;
  destination: number;
  recordsFailed: number;
  complete: boolean;
}

function logVerdict(deps: ActivityDeps, run: RunRef, { complete, ...counts }: Verdict): void {
  const { source, destination } = counts;
  const log = runLog(deps, run);
  if (complete) {
    log.info(`Verified: ${String(destination)} of ${String(source)} rows are at the destination`, { ...counts });
  } else {
    log.warn(`The source has ${String(source)} rows now, the destination ${String(destination)}`, { ...counts });
  }
}

/**
 * Hash of what this generation has made visible, from what was seen when its chunks were loaded; records that were set
 * aside are in it. Undefined when rows came meanwhile.
 */
async function loadedHash(deps: ActivityDeps, { run, supplement }: RunContext): Promise<string | undefined> {
  const hashes = (await listChunks(deps.db, run)).map(({ hash }) => hash);
  if (supplement !== undefined) {
    hashes.push(supplement.lost === 0 ? (await getLedger(deps.db, leaseKey(run)))?.hash || undefined : undefined);
  }
  const known = hashes.filter((hash) => hash !== undefined);
  return known.length < hashes.length
    ? undefined
    : String(sumOf(known.map((hash) => ({ rows: 0, hash: BigInt(hash) }))).hash);
}

function rejectedKey({ run, scope }: RunContext): Parameters<typeof countRejected>[1] {
  const { teamId, exportId, generation } = run;
  return { teamId, exportId, generation, endMicros: scope.range.endMicros };
}

async function receiptsOf(deps: ActivityDeps, run: RunRef): Promise<StoredReceipt[]> {
  return (await listChunks(deps.db, run)).map(({ index, receipt }) => {
    if (receipt === undefined) {
      throw new SluiceError({
        code: 'chunk_not_loaded',
        message: `chunk ${String(index)} of run ${run.runId} has no receipt`,
        retryable: true,
        fault: 'platform',
      });
    }
    return receipt;
  });
}

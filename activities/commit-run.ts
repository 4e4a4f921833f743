import { SluiceError } from '../core/errors.ts';
import { countRows } from '../clickhouse/read-chunk.ts';
import { countRejected } from '../clickhouse/rejected-records.ts';
import { updateRun } from '../store/runs.ts';
import { listChunks, type StoredReceipt } from '../store/chunks.ts';
import type { ActivityDeps } from './deps.ts';
import { underLease } from './lease.ts';
import { runLog } from './run-log.ts';
import { loadRunContext, timed, withSession, type RunContext } from './run-context.ts';
import type { LoadResult, RunRef, VerifyResult } from './types.ts';

/** Makes the generation visible at once. */
export async function commitRun(deps: ActivityDeps, run: RunRef): Promise<LoadResult> {
  return underLease(deps, run, async (signal) => {
    const context = await loadRunContext(deps, run);
    const chunks = await receiptsOf(deps, run);
    const receipt = await timed(deps, run, 'commit', () =>
      withSession(deps, context, signal, (session) => session.commit({ chunks })),
    );
    const { rows, bytes, files } = receipt;
    runLog(deps, run).info(`Committed ${String(rows)} rows`, { rows, bytes, files, manifest: receipt.manifestKey });
    return { rows, bytes, files };
  });
}

/** Counts the destination against the source, both by their own word, after the commit. */
export async function verifyRun(deps: ActivityDeps, run: RunRef): Promise<VerifyResult> {
  return underLease(deps, run, async (signal) => {
    const context = await loadRunContext(deps, run);
    return timed(deps, run, 'verify', async () => {
      const chunks = await receiptsOf(deps, run);
      const source = await countRows(deps.clickhouse, context.scope, signal);
      const there = await withSession(deps, context, signal, (session) => session.verify({ chunks }));
      const recordsFailed = await countRejected(deps.clickhouse, rejectedKey(context), signal);
      await updateRun(deps.db, run.runId, { recordsFailed, rowsIn: source.rows });
      const complete = there.rows + recordsFailed === source.rows;
      logVerdict(deps, run, { source: source.rows, destination: there.rows, recordsFailed, complete });
      return { ...there, sourceRows: source.rows, hash: source.hash, complete };
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

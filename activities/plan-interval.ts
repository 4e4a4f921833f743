import { setTimeout as sleep } from 'node:timers/promises';
import { MICROS_PER_MS } from '../core/time.ts';
import { forgetDuplicates } from '../clickhouse/first-arrivals.ts';
import { nowMicros } from '../clickhouse/tail.ts';
import { getPlan, putChunks } from '../store/chunks.ts';
import { updateRun } from '../store/runs.ts';
import type { ActivityDeps } from './deps.ts';
import { underLease } from './lease.ts';
import { takeFromQuota } from './quota.ts';
import { runLog } from './run-log.ts';
import { planSupplement } from './reconcile/plan-supplement.ts';
import { loadRunContext, timed, type RunContext } from './run-context.ts';
import type { PlanResult, RunRef } from './types.ts';

/** Uncompressed bytes of a chunk when the export names no file size: a few seconds of work, a cheap retry. */
const DEFAULT_CHUNK_BYTES = 512 * 1024 * 1024;
const MAX_CHUNKS = 10_000;

/**
 * Waits until the source has settled, then cuts the interval into chunks, once per generation. Throws quota_exceeded or
 * quota_too_small.
 */
export async function planInterval(deps: ActivityDeps, run: RunRef): Promise<PlanResult> {
  return underLease(deps, run, async (signal) => {
    const context = await loadRunContext(deps, run);
    await timed(deps, run, 'settle', () => waitUntilSettled(deps, context, signal));
    return timed(deps, run, 'plan', () => plan(deps, context, signal));
  });
}

/** Rows stamped inside the interval may become visible this long after its end; ClickHouse's clock decides. */
async function waitUntilSettled(deps: ActivityDeps, { scope }: RunContext, signal: AbortSignal): Promise<void> {
  const settledAtMicros = scope.range.endMicros + deps.settings.visibilityBoundMs * MICROS_PER_MS;
  for (;;) {
    const waitMs = (settledAtMicros - (await nowMicros(deps.clickhouse))) / MICROS_PER_MS;
    if (waitMs <= 0) {
      return;
    }
    await sleep(Math.ceil(waitMs), undefined, { signal });
  }
}

async function plan(deps: ActivityDeps, context: RunContext, signal: AbortSignal): Promise<PlanResult> {
  const { run, scope, maxFileBytes } = context;
  const rowBytes = await scope.model.relation.rowBytes(deps.clickhouse, scope);
  const key = { runId: run.runId, generation: run.generation };
  const stored = await getPlan(deps.db, key);
  if (stored !== undefined) {
    return { chunks: stored.chunkCount, rows: stored.rows, bytes: stored.rows * rowBytes };
  }
  const supplement = await planSupplement(deps, run);
  if (supplement !== undefined) {
    forgetDuplicates(deps.clickhouse, scope);
    const { chunks: named, ...base } = supplement;
    const rows = named.reduce((sum, chunk) => sum + chunk.expectedRows, 0);
    await takeFromQuota(deps, run, rows);
    await putChunks(deps.db, key, named, base);
    return { chunks: named.length, rows, bytes: rows * rowBytes };
  }
  const targetRows = Math.max(1, Math.floor((maxFileBytes ?? DEFAULT_CHUNK_BYTES) / Math.max(1, rowBytes)));
  const planned = await scope.model.relation.plan(
    deps.clickhouse,
    scope,
    { targetRows, maxChunks: MAX_CHUNKS },
    signal,
  );
  await takeFromQuota(deps, run, planned.rows);
  await putChunks(deps.db, key, planned.chunks);
  await updateRun(deps.db, run.runId, { rowsIn: planned.rows });
  const { chunks, rows, bytes } = { ...planned, chunks: planned.chunks.length };
  runLog(deps, run).info(`Planned ${String(rows)} rows in ${String(chunks)} chunks`, { rows, chunks, bytes });
  return { chunks, rows, bytes };
}

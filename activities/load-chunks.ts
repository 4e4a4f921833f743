import { Context } from '@temporalio/activity';
import { digestChunk } from '../clickhouse/digests.ts';
import { openChunk } from '../clickhouse/read-chunk.ts';
import { setRejectedAside } from '../clickhouse/rejected-records.ts';
import type { ExportScope } from '../clickhouse/models/model.ts';
import type { DestinationSession } from '../destinations/contract.ts';
import { completeChunk, listChunks, type ChunkRecord } from '../store/chunks.ts';
import type { ActivityDeps } from './deps.ts';
import { underLease } from './lease.ts';
import { runLog } from './run-log.ts';
import { loadRunContext, timed, withSession, type RunContext } from './run-context.ts';
import type { LoadResult, RunRef } from './types.ts';

/** Streams every chunk that is not loaded yet, a few at a time. A retried attempt goes on from the finished ones. */
export async function loadChunks(deps: ActivityDeps, run: RunRef): Promise<LoadResult> {
  return underLease(deps, run, async (signal) => {
    const context = await loadRunContext(deps, run);
    const chunks = await listChunks(deps.db, run);
    const open = chunks.filter((chunk) => chunk.receipt === undefined);
    if (open.length > 0) {
      await timed(deps, run, 'load', () =>
        withSession(deps, context, signal, (session) =>
          loadAll(deps, context, { open, total: chunks.length, signal }, session),
        ),
      );
    }
    const loaded = totals(await listChunks(deps.db, run));
    runLog(deps, run).info(`Loaded ${String(loaded.rows)} rows, ${String(loaded.bytes)} bytes`, { ...loaded });
    return loaded;
  });
}

async function loadAll(
  deps: ActivityDeps,
  context: RunContext,
  plan: { open: ChunkRecord[]; total: number; signal: AbortSignal },
  session: DestinationSession,
): Promise<void> {
  const queue = [...plan.open];
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined && failures.length === 0; next = queue.shift()) {
      const chunk = next;
      try {
        const load = () => loadOne(deps, context, { chunk, total: plan.total }, session);
        await (deps.pace === undefined ? load() : deps.pace.run(plan.signal, load));
      } catch (error) {
        failures.push(error);
      }
    }
  };
  // Every lane ends before the session closes, so that no upload is left behind by a failure next door.
  await Promise.all(Array.from({ length: deps.settings.chunkConcurrency }, lane));
  if (failures.length > 0) {
    throw failures[0] as Error;
  }
}

async function loadOne(
  deps: ActivityDeps,
  { run, scope }: RunContext,
  { chunk, total }: { chunk: ChunkRecord; total: number },
  session: DestinationSession,
): Promise<void> {
  const attempt = Context.current().info.attempt;
  const startedAtMs = performance.now();
  let rejected = 0;
  const receipt = await session.loadChunk({
    chunkIndex: chunk.index,
    chunkCount: total,
    openSource: async (encoding, signal) => {
      const of = { exportId: run.exportId, generation: run.generation, index: chunk.index };
      rejected = await setRejectedAside(deps.clickhouse, { scope, chunk, of }, encoding, signal);
      logAside(deps, run, chunk, rejected);
      const queryId = `sluice-${run.runId}-${String(run.generation)}-${String(chunk.index)}-${String(attempt)}-${String(Date.now())}`;
      return openChunk(deps.clickhouse, { scope, chunk, allFit: rejected === 0 }, encoding, { queryId }, signal);
    },
    // The lease's timer heartbeats; one per 64 KiB of a stream took a fifth of the worker's CPU time.
    onProgress: () => undefined,
  });
  const hash = await hashOfLoaded(deps, { scope, chunk }, receipt.rows + rejected);
  const done = { runId: run.runId, generation: run.generation, index: chunk.index, receipt };
  await completeChunk(deps.db, { ...done, ...(hash === undefined ? {} : { hash }) });
  runLog(deps, run).debug(`Loaded chunk ${String(chunk.index + 1)} of ${String(total)}: ${String(receipt.rows)} rows`, {
    ...{ chunk: chunk.index, rows: receipt.rows, bytes: receipt.bytes, attempt },
    durationMs: Math.round(performance.now() - startedAtMs),
  });
}

function logAside(deps: ActivityDeps, run: RunRef, chunk: ChunkRecord, records: number): void {
  if (records > 0) {
    const what = `${String(records)} records of chunk ${String(chunk.index + 1)} do not fit the destination and are set aside`;
    runLog(deps, run).warn(what, { chunk: chunk.index, records });
  }
}

/**
 * Asked after the chunk was read: as many rows as were read are the same rows, since rows are only ever added. Undefined
 * when some have come meanwhile, an earlier attempt had set records aside, or a model's rows may change: then the count of
 * the interval decides.
 */
async function hashOfLoaded(
  deps: ActivityDeps,
  of: { scope: ExportScope; chunk: ChunkRecord },
  rows: number,
): Promise<string | undefined> {
  if (of.scope.model.relation.log === undefined) {
    return undefined;
  }
  const digest = await digestChunk(deps.clickhouse, of);
  return digest.rows === rows ? String(digest.hash) : undefined;
}

export function totals(chunks: readonly ChunkRecord[]): LoadResult {
  const result = { rows: 0, bytes: 0, files: 0 };
  for (const { receipt } of chunks) {
    result.rows += receipt?.rows ?? 0;
    result.bytes += receipt?.bytes ?? 0;
    result.files += receipt?.files.length ?? 0;
  }
  return result;
}

import { ApiError } from './api-error.ts';
import type { Catalogue } from './catalogue.ts';
import type { JobOutcome } from './jobs.ts';
import { MERGE_ERROR } from './merge-guard.ts';
import { prepareQuery } from './script.ts';
import type { PreparedQuery } from './script.ts';
import type { TableLocks } from './table-locks.ts';
import { toApiError } from './upstream.ts';
import type { Upstream } from './upstream.ts';
import type { JobConfiguration, QueryConfiguration } from './wire.ts';

export interface QueryTools {
  upstream: Upstream;
  catalogue: Catalogue;
  locks: TableLocks;
}

/** Runs a query job with its locks; `held` is awaited while they are held. Throws what becomes the job's error. */
export async function runQuery(
  tools: QueryTools,
  projectId: string,
  configuration: JobConfiguration & { query: QueryConfiguration },
  held: () => Promise<unknown>,
): Promise<JobOutcome> {
  const prepared = prepareQuery(configuration.query, projectId);
  return tools.locks.hold(prepared.mutatedTables, prepared.transactional, async () => {
    await held();
    return execute(tools, projectId, { ...configuration, query: prepared.configuration }, prepared);
  });
}

async function execute(
  { upstream, catalogue }: QueryTools,
  projectId: string,
  configuration: JobConfiguration,
  { mergeCheck, changedTables, bigNumericColumns }: PreparedQuery,
): Promise<JobOutcome> {
  if (mergeCheck !== undefined) {
    await checkMerge(upstream, projectId, mergeCheck);
  }
  const job = await upstream.runJob(projectId, configuration);
  if (job.status?.errorResult !== undefined) {
    throw toApiError(job.status.errorResult);
  }
  for (const table of configuration.dryRun === true ? [] : changedTables) {
    catalogue.rememberBigNumeric(table, bigNumericColumns);
    await catalogue.refresh(table);
  }
  return { statistics: job.statistics ?? {}, upstreamId: job.jobId };
}

async function checkMerge(upstream: Upstream, projectId: string, countQuery: string): Promise<void> {
  const { rows } = await upstream.query(projectId, countQuery);
  if (Number(rows?.[0]?.f[0]?.v ?? 0) > 1) {
    throw new ApiError('invalidQuery', MERGE_ERROR);
  }
}

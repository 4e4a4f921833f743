import { ApiError, notEmulated } from './api-error.ts';
import type { Fault, Faults } from './faults.ts';
import { jobResource, referenceOf } from './jobs.ts';
import type { Job, JobOutcome, Jobs } from './jobs.ts';
import { runLoad } from './load-job.ts';
import type { LoadTools } from './load-job.ts';
import type { Upload } from './multipart.ts';
import { runQuery } from './query-job.ts';
import type { QueryTools } from './query-job.ts';
import { toApiError } from './upstream.ts';
import type { JobConfiguration, JobResource, QueryConfiguration } from './wire.ts';

const DEFAULT_WAIT_MS = 10_000;

export interface JobTools extends QueryTools, LoadTools {
  jobs: Jobs;
  faults: Faults;
}

export interface Caller {
  projectId: string;
  email: string;
}

/** What the request of a job brought with it: an upload has its file, a planned fault belongs to this job. */
interface Start {
  request: JobResource;
  content?: Buffer;
  fault?: Fault | undefined;
}

/** Starts a job and answers it at once, RUNNING. Throws `duplicate` for a known id. */
export function insertJob(tools: JobTools, caller: Caller, start: Start): Job {
  const { request, fault } = start;
  const { projectId, email } = caller;
  return tools.jobs.start(request, projectId, email, async (cancelled) => {
    // Even the fastest job is seen RUNNING once.
    await new Promise((resolve) => setImmediate(resolve));
    if (fault?.kind === 'job_error') {
      throw new ApiError(fault.reason, fault.message ?? `Injected: ${fault.reason}`);
    }
    const held = fault?.kind === 'hold' ? fault.until : Promise.resolve();
    return execute(tools, projectId, start, () => Promise.race([held, cancelled]));
  });
}

async function execute(
  tools: JobTools,
  projectId: string,
  { request, content }: Start,
  held: () => Promise<unknown>,
): Promise<JobOutcome> {
  const configuration = request.configuration ?? {};
  if (isQuery(configuration)) {
    return runQuery(tools, projectId, configuration, held);
  }
  await held();
  if (configuration.load !== undefined) {
    if (content === undefined) {
      throw notEmulated('loads from Cloud Storage');
    }
    return runLoad(tools, configuration.load, content);
  }
  return runCopy(tools, projectId, configuration);
}

function isQuery(configuration: JobConfiguration): configuration is JobConfiguration & { query: QueryConfiguration } {
  return configuration.query !== undefined;
}

async function runCopy(
  { upstream }: JobTools,
  projectId: string,
  configuration: JobConfiguration,
): Promise<JobOutcome> {
  const job = await upstream.runJob(projectId, configuration);
  if (job.status?.errorResult !== undefined) {
    throw toApiError(job.status.errorResult);
  }
  return { statistics: job.statistics ?? {} };
}

/** An upload that is complete becomes a load job. */
export function insertUpload(tools: JobTools, caller: Caller, upload: Upload, fault?: Fault): object {
  const { job: request, content } = upload;
  if (request.configuration?.load === undefined) {
    throw new ApiError('invalid', 'Upload requires a load configuration');
  }
  return jobResource(insertJob(tools, caller, { request, content, fault }));
}

/** jobs.getQueryResults: waits, answers `jobComplete: false` when the job still runs, and the job's error as HTTP error. */
export async function queryResults(tools: JobTools, job: Job, parameters: URLSearchParams): Promise<object> {
  const done = await finishes(job, Number(parameters.get('timeoutMs') ?? DEFAULT_WAIT_MS));
  const base = { kind: 'bigquery#getQueryResultsResponse', jobReference: referenceOf(job) };
  if (!done) {
    return { ...base, jobComplete: false };
  }
  if (job.errorResult !== undefined) {
    throw toApiError(job.errorResult);
  }
  if (job.outcome.upstreamId === undefined) {
    throw new ApiError('invalid', `Job ${job.jobId} is not a query`);
  }
  const path = `/projects/${job.projectId}/queries/${job.outcome.upstreamId}?${parameters.toString()}`;
  const page = await tools.upstream.json<object>('GET', path);
  return { ...page, ...base, jobComplete: true, ...affectedRows(job) };
}

/** jobs.query: a job with an id of the server's choosing, then its first page. */
export async function runQueryRequest(
  tools: JobTools,
  caller: Caller,
  body: QueryConfiguration & { dryRun?: boolean; timeoutMs?: number; maxResults?: number },
): Promise<object> {
  const { dryRun, timeoutMs, maxResults, ...query } = body;
  const configuration = { query, ...(dryRun === undefined ? {} : { dryRun }) };
  const job = insertJob(tools, caller, { request: { configuration } });
  const parameters = new URLSearchParams({
    ...(timeoutMs === undefined ? {} : { timeoutMs: String(timeoutMs) }),
    ...(maxResults === undefined ? {} : { maxResults: String(maxResults) }),
  });
  return { ...(await queryResults(tools, job, parameters)), kind: 'bigquery#queryResponse' };
}

function affectedRows(job: Job): object {
  const statistics = job.outcome.statistics?.['query'] as { numDmlAffectedRows?: string } | undefined;
  const numDmlAffectedRows = statistics?.numDmlAffectedRows;
  return numDmlAffectedRows === undefined ? {} : { numDmlAffectedRows };
}

async function finishes(job: Job, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  const done = await Promise.race([job.finished.then(() => true), timeout]);
  clearTimeout(timer);
  return done;
}

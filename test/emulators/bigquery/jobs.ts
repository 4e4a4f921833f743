import { randomUUID } from 'node:crypto';
import { ApiError } from './api-error.ts';
import type { ErrorProto, JobConfiguration, JobKind, JobResource } from './wire.ts';

const LOCATION = 'US';

/** What the execution of a job leaves behind. */
export interface JobOutcome {
  statistics?: Record<string, unknown>;
  /** bqemulator's id of a query, under which it keeps the rows. */
  upstreamId?: string;
}

export interface Job {
  projectId: string;
  jobId: string;
  kind: JobKind;
  configuration: JobConfiguration;
  userEmail: string;
  createdAtMs: number;
  state: 'RUNNING' | 'DONE';
  errorResult?: ErrorProto;
  outcome: JobOutcome;
  /** Resolves when the job is DONE; never rejects. */
  finished: Promise<void>;
  cancel(): void;
}

type Execute = (cancelled: Promise<never>) => Promise<JobOutcome>;

/** All jobs by id. An id is taken for ever, however its job ended: that is what makes an insert safe to repeat. */
export class Jobs {
  private readonly jobs = new Map<string, Job>();

  /** Throws `duplicate` when the id is taken. */
  checkFree(projectId: string, jobId: string): void {
    if (this.jobs.has(`${projectId}:${jobId}`)) {
      throw new ApiError('duplicate', `Already Exists: Job ${projectId}:${LOCATION}.${jobId}`);
    }
  }

  /** Takes the id and starts; answers while the job still runs, as BigQuery does. */
  start(request: JobResource, projectId: string, userEmail: string, execute: Execute): Job {
    const jobId = request.jobReference?.jobId ?? `job_${randomUUID()}`;
    this.checkFree(projectId, jobId);
    const configuration = request.configuration ?? {};
    let cancel: () => void = () => undefined;
    const cancelled = new Promise<never>((_, reject) => {
      cancel = () => reject(new ApiError('stopped', 'Job execution was cancelled: User requested cancellation'));
    });
    cancelled.catch(() => undefined);
    const createdAtMs = Date.now();
    const base = { projectId, jobId, kind: kindOf(configuration), configuration, userEmail, createdAtMs };
    const job: Job = { ...base, state: 'RUNNING', outcome: {}, finished: Promise.resolve(), cancel };
    this.jobs.set(`${projectId}:${jobId}`, job);
    job.finished = finish(job, execute(cancelled));
    return job;
  }

  get(projectId: string, jobId: string): Job {
    const job = this.jobs.get(`${projectId}:${jobId}`);
    if (job === undefined) {
      throw new ApiError('notFound', `Not found: Job ${projectId}:${LOCATION}.${jobId}`);
    }
    return job;
  }

  list(projectId: string): Job[] {
    return [...this.jobs.values()].filter((job) => job.projectId === projectId).reverse();
  }
}

async function finish(job: Job, execution: Promise<JobOutcome>): Promise<void> {
  try {
    job.outcome = await execution;
  } catch (error: unknown) {
    const reason = error instanceof ApiError ? error.reason : 'internalError';
    job.errorResult = { reason, message: error instanceof Error ? error.message : String(error) };
  }
  job.state = 'DONE';
}

/** The job as jobs.get and jobs.insert answer it. */
export function jobResource(job: Job): object {
  const { projectId, jobId, configuration, state, errorResult, userEmail, createdAtMs } = job;
  const failure = errorResult === undefined ? {} : { errorResult, errors: [errorResult] };
  const times = { creationTime: String(createdAtMs), startTime: String(createdAtMs) };
  return {
    kind: 'bigquery#job',
    id: `${projectId}:${LOCATION}.${jobId}`,
    jobReference: referenceOf(job),
    configuration: { ...configuration, jobType: job.kind.toUpperCase() },
    status: { state, ...failure },
    statistics: { ...times, ...job.outcome.statistics },
    user_email: userEmail,
  };
}

export function referenceOf({ projectId, jobId }: Job): object {
  return { projectId, jobId, location: LOCATION };
}

export function kindOf(configuration: JobConfiguration): JobKind {
  const kind = (['query', 'load', 'copy'] as const).find((candidate) => configuration[candidate] !== undefined);
  if (kind === undefined) {
    throw new ApiError('invalid', 'Required parameter is missing: query, load or copy');
  }
  return kind;
}

import type { AuthClient } from 'google-auth-library';
import { heardBody } from '../google/heard-body.ts';
import { type ErrorProto, refusalOf, requestError, statusOf } from './errors.ts';

/*
 * BigQuery's REST interface over google-auth-library. Its own SDK is not used: it repeats the insert of a job by itself
 * and then reports the job that it made as a conflict, it takes no abort signal, and a load without credentials ends the
 * process. The tests of the emulator, which use it, show the first.
 */

const GOOGLE = 'https://bigquery.googleapis.com';
/** Longer than the longest wait that Google promises for an answer; a hanging connection must end. */
const REQUEST_TIMEOUT_MS = 60_000;
const RETRY = {
  retry: 3,
  retryDelay: 200,
  // Everything here is safe to repeat: jobs have ids, tables have names.
  httpMethodsToRetry: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
};
const [NOT_FOUND, ALREADY_EXISTS, RESUME] = [404, 409, 308];

export interface Job {
  jobId: string;
  state: string;
  labels: Record<string, string>;
  errorResult: ErrorProto | undefined;
  outputRows: number;
}

interface JobBody {
  jobReference: { jobId: string };
  configuration?: { labels?: Record<string, string> };
  status?: { state?: string; errorResult?: ErrorProto };
  statistics?: { load?: { outputRows?: string } };
}

export interface ApiOptions {
  auth: AuthClient;
  endpoint: string | undefined;
  projectId: string;
  datasetId: string;
  timeoutMs?: number;
}

interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  action: string;
  params?: Record<string, string>;
  body?: unknown;
  headers?: Record<string, string>;
  signal: AbortSignal;
}

export class BigQueryApi {
  readonly projectId: string;
  readonly datasetId: string;
  /** Set when the dataset has been looked up; jobs outside of US and EU are found only with it. */
  location: string | undefined;
  readonly #options: ApiOptions;
  readonly #base: string;

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#base = options.endpoint ?? GOOGLE;
    this.projectId = options.projectId;
    this.datasetId = options.datasetId;
  }

  get datasetPath(): string {
    return `/datasets/${this.datasetId}`;
  }

  tablePath(tableId: string): string {
    return `${this.datasetPath}/tables/${encodeURIComponent(tableId)}`;
  }

  /** `path` is below the project. */
  async send<T>(
    method: Call['method'],
    path: string,
    action: string,
    signal: AbortSignal,
    more: Pick<Call, 'params' | 'body'> = {},
  ): Promise<T> {
    const url = `${this.#base}/bigquery/v2/projects/${this.projectId}${path}`;
    return (await this.#call<T>({ method, url, action, signal, ...more })).data;
  }

  /** Undefined when there is no such thing. */
  async find<T>(path: string, action: string, signal: AbortSignal): Promise<T | undefined> {
    return await unless(NOT_FOUND, () => this.send<T>('GET', path, action, signal));
  }

  /** False when it was there already. */
  async create(path: string, body: unknown, action: string, signal: AbortSignal): Promise<boolean> {
    const created = await unless(ALREADY_EXISTS, () => this.send<object>('POST', path, action, signal, { body }));
    return created !== undefined;
  }

  async remove(path: string, action: string, signal: AbortSignal): Promise<void> {
    await unless(NOT_FOUND, () => this.send<unknown>('DELETE', path, action, signal));
  }

  async job(jobId: string, signal: AbortSignal): Promise<Job | undefined> {
    const params = this.location === undefined ? {} : { location: this.location };
    const found = await unless(NOT_FOUND, () =>
      this.send<JobBody>('GET', `/jobs/${jobId}`, 'look up a job', signal, { params }),
    );
    return found && jobOf(found);
  }

  async cancelJob(jobId: string, signal: AbortSignal): Promise<void> {
    const params = this.location === undefined ? {} : { location: this.location };
    await this.send('POST', `/jobs/${jobId}/cancel`, 'cancel a job', signal, { params });
  }

  /** Begins a resumable upload for a load job and answers its address. False when the job's id is taken. */
  async startUpload(job: object, signal: AbortSignal): Promise<string | false> {
    const url = `${this.#base}/upload/bigquery/v2/projects/${this.projectId}/jobs`;
    const params = { uploadType: 'resumable' };
    const call = { method: 'POST', url, params, body: job, action: 'begin an upload', signal } as const;
    const started = await unless(ALREADY_EXISTS, () => this.#call(call));
    return started === undefined ? false : (started.headers.get('location') ?? '');
  }

  /** Sends the bytes from `from`; the last piece, with `total`, starts the job. False when the job's id is taken. */
  async sendPiece(
    url: string,
    piece: { bytes: Uint8Array; from: number; total: number | undefined },
    signal: AbortSignal,
  ): Promise<boolean> {
    const { bytes, from, total } = piece;
    const range = bytes.length === 0 ? '*' : `${String(from)}-${String(from + bytes.length - 1)}`;
    const headers = {
      'content-range': `bytes ${range}/${String(total ?? '*')}`,
      'content-type': 'application/octet-stream',
    };
    const sent = await unless(ALREADY_EXISTS, () =>
      this.#call({ method: 'PUT', url, body: bytes, headers, action: 'upload rows', signal }),
    );
    return sent !== undefined;
  }

  /** Best effort: an upload that is not finished is forgotten by BigQuery after a week. */
  async cancelUpload(url: string, signal: AbortSignal): Promise<void> {
    await this.#call({ method: 'DELETE', url, action: 'cancel an upload', signal }).catch(() => undefined);
  }

  async #call<T>(call: Call): Promise<{ data: T; headers: Headers }> {
    const { method, url, params = {}, body, headers = {}, signal, action } = call;
    signal.throwIfAborted();
    try {
      return await this.#options.auth.request<T>({
        method,
        url,
        params,
        headers,
        ...(body === undefined ? {} : { data: body }),
        signal,
        adapter: heardBody,
        timeout: this.#options.timeoutMs ?? REQUEST_TIMEOUT_MS,
        responseType: 'json',
        retryConfig: { ...RETRY },
        validateStatus: (status) => status === RESUME || (status >= 200 && status < 300),
      });
    } catch (error) {
      signal.throwIfAborted();
      throw Object.assign(requestError(error, action), { httpStatus: statusOf(error) });
    }
  }
}

async function unless<T>(status: number, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if ((error as { httpStatus?: number }).httpStatus === status) {
      return undefined;
    }
    throw error;
  }
}

function jobOf({ jobReference, configuration, status, statistics }: JobBody): Job {
  return {
    jobId: jobReference.jobId,
    state: status?.state ?? 'PENDING',
    labels: configuration?.labels ?? {},
    errorResult: status?.errorResult,
    outputRows: Number(statistics?.load?.outputRows ?? 0),
  };
}

/** Throws the error of a job that has failed. */
export function assertSucceeded(job: Job, action: string): void {
  if (job.errorResult !== undefined) {
    throw refusalOf(job.errorResult, action);
  }
}

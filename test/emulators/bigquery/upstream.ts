import { randomUUID } from 'node:crypto';
import { ApiError } from './api-error.ts';
import type { ErrorProto, JobResource, QueryConfiguration, TableField, TableReference, TableResource } from './wire.ts';

export interface Answer {
  status: number;
  contentType: string;
  body: Buffer;
}

interface Rows {
  schema?: { fields?: TableField[] };
  rows?: { f: { v: string | null }[] }[];
}

/** bqemulator's own HTTP interface, without authentication. */
export class Upstream {
  private readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** `path` with its query string, as it came in. */
  async forward(method: string, path: string, contentType: string | undefined, body?: Buffer): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      redirect: 'manual',
      ...(contentType === undefined ? {} : { headers: { 'content-type': contentType } }),
      ...(body === undefined || body.length === 0 ? {} : { body: new Uint8Array(body) }),
    });
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? 'application/json',
      body: Buffer.from(await response.arrayBuffer()),
    };
  }

  /** Throws bqemulator's error answer as an ApiError. */
  async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const answer = await this.forward(method, `/bigquery/v2${path}`, 'application/json', payload);
    const text = answer.body.toString();
    if (answer.status >= 400) {
      throw errorOf(answer.status, text);
    }
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** Runs a job under an id of bqemulator's side and answers it when it has ended, well or not. */
  async runJob(projectId: string, configuration: object): Promise<JobResource & { jobId: string }> {
    const jobId = `upstream_${randomUUID()}`;
    const jobReference = { projectId, jobId };
    const job = await this.json<JobResource>('POST', `/projects/${projectId}/jobs`, { jobReference, configuration });
    return { ...job, jobId: job.jobReference?.jobId ?? jobId };
  }

  /** The first page of a query's rows; throws when it fails. */
  async query(projectId: string, query: string): Promise<Rows> {
    const configuration: { query: QueryConfiguration } = { query: { query, useLegacySql: false } };
    const job = await this.runJob(projectId, configuration);
    if (job.status?.errorResult !== undefined) {
      throw toApiError(job.status.errorResult);
    }
    return this.json<Rows>('GET', `/projects/${projectId}/queries/${job.jobId}`);
  }

  /** Undefined when there is no such table. */
  async table(reference: TableReference): Promise<TableResource | undefined> {
    try {
      return await this.json<TableResource>('GET', tablePath(reference));
    } catch (error: unknown) {
      if (error instanceof ApiError && error.status === 404) {
        return undefined;
      }
      throw error;
    }
  }
}

export function tablePath({ projectId, datasetId, tableId }: TableReference): string {
  return `/projects/${projectId}/datasets/${datasetId}/tables/${tableId}`;
}

/** `project.dataset.table`, quoted for SQL. */
export function tableInSql({ projectId, datasetId, tableId }: TableReference): string {
  return `\`${projectId}\`.\`${datasetId}\`.\`${tableId}\``;
}

export function toApiError({ reason, message }: ErrorProto): ApiError {
  return new ApiError(reason, message);
}

function errorOf(status: number, text: string): ApiError {
  try {
    const { error } = JSON.parse(text) as { error: { message: string; errors?: { reason: string }[] } };
    return new ApiError(error.errors?.[0]?.reason ?? 'internalError', error.message, status);
  } catch {
    return new ApiError('internalError', text.slice(0, 500), status);
  }
}

import type { BigQueryApi } from './api.ts';
import { assertSucceeded } from './api.ts';
import { jobEnd } from './jobs.ts';

/** Quotes an identifier. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll(/[\\`]/g, '\\$&')}\``;
}

/** `project.dataset.table`, quoted. */
export function qualified({ projectId, datasetId }: { projectId: string; datasetId: string }, table: string): string {
  return [projectId, datasetId, table].map(quoteName).join('.');
}

export type ParameterValue = string | number | bigint | boolean;

interface QueryParameter {
  name: string;
  parameterType: { type: string };
  parameterValue: { value: string };
}

/** Named parameters: numbers as INT64, the rest as they are. */
export function queryParameters(values: Record<string, ParameterValue>): QueryParameter[] {
  return Object.entries(values).map(([name, value]) => ({
    name,
    parameterType: { type: typeof value === 'boolean' ? 'BOOL' : typeof value === 'string' ? 'STRING' : 'INT64' },
    parameterValue: { value: String(value) },
  }));
}

export interface Statement {
  sql: string;
  params?: Record<string, ParameterValue>;
}

export interface JobOptions {
  jobId: string;
  labels: Record<string, string>;
}

/** False: the id is taken. */
export async function startQuery(
  api: BigQueryApi,
  { sql, params = {} }: Statement,
  { jobId, labels }: JobOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const { projectId, datasetId, location } = api;
  const query = {
    query: sql,
    useLegacySql: false,
    parameterMode: 'NAMED',
    queryParameters: queryParameters(params),
    defaultDataset: { projectId, datasetId },
  };
  const body = { jobReference: { projectId, jobId, location }, configuration: { query, labels } };
  return await api.create('/jobs', body, 'start a query', signal);
}

interface Page {
  schema?: { fields?: { name: string }[] };
  rows?: { f: { v: string | null }[] }[];
  pageToken?: string;
}

/** Rows of a query that has ended well, values as text. */
export async function rowsOf(
  api: BigQueryApi,
  jobId: string,
  signal: AbortSignal,
): Promise<Record<string, string | null>[]> {
  const found: Record<string, string | null>[] = [];
  let pageToken: string | undefined;
  do {
    const params = { ...(api.location !== undefined && { location: api.location }), ...(pageToken && { pageToken }) };
    const page = await api.send<Page>('GET', `/queries/${jobId}`, 'read rows', signal, { params });
    const names = (page.schema?.fields ?? []).map(({ name }) => name);
    for (const { f } of page.rows ?? []) {
      found.push(Object.fromEntries(names.map((name, index) => [name, f[index]?.v ?? null])));
    }
    pageToken = page.pageToken;
  } while (pageToken);
  return found;
}

/** A query that may run any number of times, under an id of its own. */
export async function runQuery(
  api: BigQueryApi,
  statement: Statement,
  { jobId, labels, action }: JobOptions & { action: string },
  signal: AbortSignal,
): Promise<Record<string, string | null>[]> {
  await startQuery(api, statement, { jobId, labels }, signal);
  assertSucceeded(await jobEnd(api, jobId, signal), action);
  return await rowsOf(api, jobId, signal);
}

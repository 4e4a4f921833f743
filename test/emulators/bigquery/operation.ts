import type { Operation } from './faults.ts';
import type { JobResource } from './wire.ts';

const ROUTES: [method: string, path: RegExp, operation: Operation][] = [
  ['POST', /^\/token$/, 'token'],
  ['POST', /^\/v1\/projects\/-\/serviceAccounts\//, 'impersonate'],
  ['PUT', /^\/upload\//, 'upload.chunk'],
  ['POST', /\/queries$/, 'jobs.query'],
  ['GET', /\/queries\/[^/]+$/, 'jobs.getQueryResults'],
  ['GET', /\/jobs\/[^/]+$/, 'jobs.get'],
  ['GET', /\/jobs$/, 'jobs.list'],
  ['POST', /\/jobs\/[^/]+\/cancel$/, 'jobs.cancel'],
  ['GET', /\/datasets\/[^/]+$/, 'datasets.get'],
  ['GET', /\/tables\/[^/]+$/, 'tables.get'],
  ['POST', /\/tables$/, 'tables.insert'],
  ['PATCH', /\/tables\/[^/]+$/, 'tables.patch'],
  ['DELETE', /\/tables\/[^/]+$/, 'tables.delete'],
];

/** The name that faults are planned under. `path` is without the query string; `job` is the body of a job's insert. */
export function operationOf(method: string, path: string, uploadType: string | undefined, job: JobResource): Operation {
  if (method === 'POST' && /\/jobs$/.test(path)) {
    return insertOperation(path, uploadType, job);
  }
  const route = ROUTES.find(([verb, pattern]) => verb === method && pattern.test(path));
  return route?.[2] ?? otherOperation(path);
}

function insertOperation(path: string, uploadType: string | undefined, { configuration }: JobResource): Operation {
  if (path.startsWith('/upload/')) {
    return uploadType === 'resumable' ? 'upload.start' : 'jobs.insert.load';
  }
  return configuration?.copy !== undefined ? 'jobs.insert.copy' : 'jobs.insert.query';
}

function otherOperation(path: string): Operation {
  if (/\/tables\/[^/]+\/(data|insertAll)/.test(path)) {
    return 'tabledata';
  }
  if (/\/tables(\/|$)/.test(path)) {
    return 'tables.other';
  }
  return /\/datasets(\/|$)/.test(path) ? 'datasets.other' : 'other';
}

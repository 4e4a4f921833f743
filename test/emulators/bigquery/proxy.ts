import Fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from './api-error.ts';
import { OAuthError } from './auth.ts';
import type { Authority } from './auth.ts';
import type { Fault } from './faults.ts';
import { insertJob, insertUpload, queryResults, runQueryRequest } from './job-routes.ts';
import type { Caller, JobTools } from './job-routes.ts';
import { jobResource } from './jobs.ts';
import { parseMultipart } from './multipart.ts';
import { operationOf } from './operation.ts';
import type { UploadSessions } from './upload-sessions.ts';
import type { JobResource, QueryConfiguration, TableReference, TableResource } from './wire.ts';

const BODY_LIMIT_BYTES = 1_024 * 1_024 * 1_024;

declare module 'fastify' {
  interface FastifyRequest {
    /** What the test wants to go wrong with this request. */
    fault: Fault | undefined;
    caller: Caller;
  }
}

export interface ProxyTools extends JobTools {
  authority: Authority;
  sessions: UploadSessions;
}

/** The HTTP interface in front of bqemulator. Every body arrives as bytes. */
export function buildProxy(tools: ProxyTools): FastifyInstance {
  const app = Fastify({ bodyLimit: BODY_LIMIT_BYTES, forceCloseConnections: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.decorateRequest('fault', undefined);
  app.addHook('preHandler', (request, reply, done) => prepare(tools, request, reply, done));
  app.addHook('onSend', (request, _reply, payload, done) => {
    if (request.fault?.kind === 'drop') {
      request.raw.socket.destroy();
    }
    done(null, payload);
  });
  app.setErrorHandler((error, _request, reply) => answerError(error, reply));
  addAuthRoutes(app, tools);
  addJobRoutes(app, tools);
  addUploadRoutes(app, tools);
  addTableRoutes(app, tools);
  app.all('/*', (request, reply) => forward(tools, request, reply));
  return app;
}

/** Plans of faults first: a fault of the network or the front end comes before any check. Then: who is calling? */
function prepare(tools: ProxyTools, request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void {
  const { pathname, searchParams } = new URL(request.url, 'http://emulator');
  const uploadType = searchParams.get('uploadType') ?? undefined;
  const job = jobOf(request, pathname, uploadType);
  const operation = operationOf(request.method, pathname, uploadType, job);
  request.fault = tools.faults.take(operation, job.jobReference?.jobId ?? pathname.split('/jobs/')[1]);
  if (isSilent(request.fault)) {
    reply.hijack();
    if (request.fault.kind === 'drop') {
      request.raw.socket.destroy();
    }
    return;
  }
  try {
    throwInjected(request.fault);
    const email = operation === 'token' ? '' : tools.authority.caller(request.headers.authorization);
    request.caller = { projectId: /\/projects\/([^/]+)/.exec(pathname)?.[1] ?? '', email };
    const delay = request.fault?.kind === 'delay' ? request.fault.until : undefined;
    void Promise.resolve(delay).then(() => done());
  } catch (error: unknown) {
    done(error as Error);
  }
}

/** No answer, no effect. */
function isSilent(fault: Fault | undefined): fault is Extract<Fault, { kind: 'hang' | 'drop' }> {
  return fault?.kind === 'hang' || (fault?.kind === 'drop' && fault.when === 'before');
}

function throwInjected(fault: Fault | undefined): void {
  if (fault?.kind === 'error') {
    throw new ApiError(fault.reason, fault.message ?? `Injected: ${fault.reason}`, fault.status);
  }
}

/** The job in the body, where the request inserts one. */
function jobOf(request: FastifyRequest, path: string, uploadType: string | undefined): JobResource {
  if (request.method !== 'POST' || !path.endsWith('/jobs')) {
    return {};
  }
  return uploadType === 'multipart'
    ? parseMultipart(request.headers['content-type'] ?? '', bytes(request)).job
    : json<JobResource>(request);
}

function addAuthRoutes(app: FastifyInstance, { authority }: ProxyTools): void {
  app.post('/token', (request) => authority.grant(new URLSearchParams(bytes(request).toString())));
  app.post<{ Params: { '*': string } }>('/v1/projects/-/serviceAccounts/*', (request) => {
    const target = decodeURIComponent(request.params['*']).replace(/:generateAccessToken$/, '');
    return authority.impersonate(request.headers.authorization, target, json<{ scope: string[] }>(request).scope);
  });
}

function addJobRoutes(app: FastifyInstance, tools: ProxyTools): void {
  const project = '/bigquery/v2/projects/:projectId';
  interface JobRoute {
    Params: { projectId: string; jobId: string };
  }
  app.post(`${project}/jobs`, (request) => {
    const job = insertJob(tools, request.caller, { request: json<JobResource>(request), fault: request.fault });
    return jobResource(job);
  });
  app.get<JobRoute>(`${project}/jobs`, (request) => ({
    kind: 'bigquery#jobList',
    jobs: tools.jobs.list(request.params.projectId).map(jobResource),
  }));
  app.get<JobRoute>(`${project}/jobs/:jobId`, ({ params }) =>
    jobResource(tools.jobs.get(params.projectId, params.jobId)),
  );
  app.post<JobRoute>(`${project}/jobs/:jobId/cancel`, async ({ params }) => {
    const job = tools.jobs.get(params.projectId, params.jobId);
    job.cancel();
    return { kind: 'bigquery#jobCancelResponse', job: jobResource(job) };
  });
  app.get<JobRoute>(`${project}/queries/:jobId`, ({ params, url }) =>
    queryResults(tools, tools.jobs.get(params.projectId, params.jobId), new URL(url, 'http://emulator').searchParams),
  );
  app.post(`${project}/queries`, (request) =>
    runQueryRequest(tools, request.caller, json<QueryConfiguration>(request)),
  );
}

function addUploadRoutes(app: FastifyInstance, tools: ProxyTools): void {
  const path = '/upload/bigquery/v2/projects/:projectId/jobs';
  const { sessions } = tools;
  app.delete<{ Querystring: { upload_id: string } }>(path, (request, reply) => {
    sessions.cancel(request.query.upload_id);
    return reply.code(499).send();
  });
  app.post<{ Querystring: { uploadType?: string } }>(path, (request, reply) => {
    if (request.query.uploadType === 'multipart') {
      const upload = parseMultipart(request.headers['content-type'] ?? '', bytes(request));
      return insertUpload(tools, request.caller, upload, request.fault);
    }
    const job = json<JobResource>(request);
    tools.jobs.checkFree(request.caller.projectId, job.jobReference?.jobId ?? '');
    const location = `http://${request.headers.host ?? ''}${request.url}&upload_id=${sessions.open(job)}`;
    return reply.header('location', location).send();
  });
  app.put<{ Querystring: { upload_id: string } }>(path, (request, reply) => {
    const state = sessions.append(request.query.upload_id, bytes(request), request.headers['content-range']);
    if (typeof state !== 'number') {
      return insertUpload(tools, request.caller, state, request.fault);
    }
    return reply
      .code(308)
      .headers(state === 0 ? {} : { range: `bytes=0-${String(state - 1)}` })
      .send();
  });
}

function addTableRoutes(app: FastifyInstance, { catalogue }: ProxyTools): void {
  const tables = '/bigquery/v2/projects/:projectId/datasets/:datasetId/tables';
  interface TableRoute {
    Params: TableReference;
  }
  app.get<TableRoute>(`${tables}/:tableId`, ({ params }) => catalogue.get(params));
  app.patch<TableRoute>(`${tables}/:tableId`, (request) =>
    catalogue.patch(request.params, json<TableResource>(request)),
  );
  app.post<TableRoute>(tables, (request) => {
    const table = json<TableResource>(request);
    return catalogue.create({ ...request.params, tableId: table.tableReference.tableId }, table);
  });
}

async function forward({ upstream }: ProxyTools, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const answer = await upstream.forward(request.method, request.url, request.headers['content-type'], bytes(request));
  return reply.code(answer.status).type(answer.contentType).send(answer.body);
}

function answerError(error: unknown, reply: FastifyReply): FastifyReply {
  if (error instanceof OAuthError) {
    return reply.code(400).send({ error: error.code, error_description: error.message });
  }
  const known = error instanceof ApiError ? error : new ApiError('internalError', String(error));
  return reply.code(known.status).send(known.body());
}

function bytes(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

function json<T>(request: FastifyRequest): T {
  try {
    return JSON.parse(bytes(request).toString()) as T;
  } catch {
    throw new ApiError('invalid', 'Parse error in the request body');
  }
}

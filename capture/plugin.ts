import type {
  FastifyError,
  FastifyInstance,
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
  FastifySchema,
} from 'fastify';
import { isDelivery } from '../core/delivery-headers.ts';
import type { CapturedEvent } from '../clickhouse/insert-events.ts';
import { CaptureError, isCaptureError, loop, overloaded, unauthorized } from './capture-error.ts';
import { bodyTooLarge, decodeBody } from './decode-body.ts';
import { DEFAULT_CAPTURE_LIMITS, type CaptureLimits } from './limits.ts';
import { parseRequest } from './parse-request.ts';
import { toCapturedEvent } from './to-captured-event.ts';

export interface CaptureDeps {
  /** The team of a capture token; undefined when there is none. A rejection is answered 503. */
  resolveTeam(token: string): Promise<number | undefined>;
  /** Resolves when the events are stored, all of them. */
  store(events: CapturedEvent[], bytes: number): Promise<void>;
  limits?: Partial<CaptureLimits>;
  observe?: CaptureObserver;
  /** Milliseconds since the epoch; injected by tests. */
  now?(): number;
}

export interface CaptureObserver {
  captured?(events: number, bytes: number, durationMs: number): void;
  /** `code` of the refusal; `error` only for faults of ours. */
  refused?(code: string, error?: unknown): void;
}

const PATHS = ['/i/v0/e', '/e', '/capture', '/track', '/engage', '/batch'];

/**
 * PostHog's capture API. A request is stored as a whole and acknowledged with 200 only after that, or it is refused as a
 * whole: 400 names the field, 401 the token, 403 stops a loop, 413 asks for smaller batches, 503 asks to repeat with the
 * same uuids.
 */
export function createCapturePlugin(deps: CaptureDeps): FastifyPluginAsync {
  const limits = { ...DEFAULT_CAPTURE_LIMITS, ...deps.limits };
  return async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: limits.maxBodyBytes }, (_request, body, done) => {
      done(null, body);
    });
    app.setErrorHandler((error: FastifyError | CaptureError, _request, reply) => refuse(error, reply, deps, limits));
    registerRoutes(app, (request, reply) => capture(request, reply, deps, limits));
  };
}

/** Kept out of the control plane's API description. */
const HIDDEN: FastifySchema & { hide: boolean } = { hide: true };

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

function registerRoutes(app: FastifyInstance, handler: Handler): void {
  for (const path of PATHS) {
    app.post(path, { schema: HIDDEN }, handler);
    app.post(`${path}/`, { schema: HIDDEN }, handler);
  }
}

async function capture(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: CaptureDeps,
  limits: CaptureLimits,
): Promise<void> {
  const startedAt = performance.now();
  if (isDelivery(request.headers)) {
    throw loop();
  }
  const query = request.query as Record<string, unknown>;
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const decoded = await decodeBody(
    {
      bytes: body,
      compression: typeof query['compression'] === 'string' ? query['compression'] : undefined,
      contentEncoding: request.headers['content-encoding'],
    },
    limits.maxBodyBytes,
  );
  const { token, events } = parseRequest(decoded.json, decoded.formToken, limits);
  const teamId = await findTeam(deps, token);
  const arrivalMs = deps.now?.() ?? Date.now();
  const captured = events.map((event) => toCapturedEvent(event, teamId, arrivalMs));
  await deps.store(captured, decoded.json.length);
  deps.observe?.captured?.(captured.length, decoded.json.length, performance.now() - startedAt);
  await (query['beacon'] === '1' ? reply.code(204).send() : reply.send({ status: 1 }));
}

async function findTeam(deps: CaptureDeps, token: string): Promise<number> {
  let teamId: number | undefined;
  try {
    teamId = await deps.resolveTeam(token);
  } catch (error) {
    throw overloaded('team_lookup_failed', 'the token could not be checked', error);
  }
  if (teamId === undefined) {
    throw unauthorized('token_unknown', 'no team has this capture token');
  }
  return teamId;
}

async function refuse(
  error: FastifyError | CaptureError,
  reply: FastifyReply,
  deps: CaptureDeps,
  limits: CaptureLimits,
): Promise<void> {
  const refusal = toCaptureError(error, limits);
  deps.observe?.refused?.(refusal.code, isCaptureError(error) ? error.cause : error);
  if (refusal.retryAfterSeconds !== undefined) {
    void reply.header('retry-after', String(refusal.retryAfterSeconds));
  }
  const { code, message: detail, field, remedy } = refusal;
  await reply.code(refusal.status).send({ status: 0, code, detail, field, remedy });
}

function toCaptureError(error: FastifyError | CaptureError, limits: CaptureLimits): CaptureError {
  if (isCaptureError(error)) {
    return error;
  }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return bodyTooLarge(limits.maxBodyBytes);
  }
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return new CaptureError({ status: 400, code: 'invalid_request', message: 'the request cannot be read' });
  }
  return overloaded('capture_failed', 'the events could not be stored');
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { SluiceError } from '../core/errors.ts';
import { claimKey, forgetRequest, keepAnswer, type IdempotentRequest } from '../store/idempotency.ts';
import type { ApiDeps, ApiScope } from './deps.ts';
import { fieldError } from './problem.ts';

const MAX_KEY_LENGTH = 255;
/** On an answer of before. */
export const REPLAYED_HEADER = 'idempotent-replayed';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set while this request holds its Idempotency-Key. */
    idempotent: IdempotentRequest | null;
  }
}

/**
 * A POST with the header Idempotency-Key is carried out once in 24 hours: repeated, it gets the first answer. A request
 * that was refused or failed leaves its key free.
 */
export function idempotentPosts(scope: ApiScope, deps: ApiDeps): void {
  scope.decorateRequest('idempotent', null);
  scope.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key'];
    // A route that takes the header itself keeps its own promise.
    const own = request.routeOptions.schema?.headers !== undefined;
    if (request.method === 'POST' && key !== undefined && !own) {
      return begin(deps, request, reply, String(key));
    }
  });
  scope.addHook('onSend', async (request, reply, payload) => {
    const held = request.idempotent;
    if (held === null) {
      return;
    }
    request.idempotent = null;
    const { statusCode: status } = reply;
    const answered = status < 400 && typeof payload === 'string';
    await (answered
      ? keepAnswer(deps.db, deps.box, { ...held, answer: { status, body: payload } })
      : forgetRequest(deps.db, held));
  });
}

async function begin(
  deps: ApiDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  key: string,
): Promise<FastifyReply | undefined> {
  const held = { teamId: request.teamId, key: checkedKey(key), requestHash: hashOf(request) };
  const claim = await claimKey(deps.db, deps.box, held);
  if (claim === 'mine') {
    request.idempotent = held;
    return undefined;
  }
  if (claim === 'other_request') {
    throw keyReused();
  }
  if (claim === 'in_progress') {
    throw inProgress();
  }
  return reply
    .code(claim.status)
    .header(REPLAYED_HEADER, 'true')
    .type('application/json; charset=utf-8')
    .send(claim.body);
}

/** Of one caller: an answer may show a secret that is only for whoever has made it. */
function hashOf({ method, url, body, actor }: FastifyRequest): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([method, url, body ?? null, actor?.id ?? null]))
    .digest();
}

function checkedKey(key: string): string {
  if (key === '' || key.length > MAX_KEY_LENGTH) {
    throw fieldError('Idempotency-Key', {
      code: 'validation_failed',
      message: `Idempotency-Key: it must have 1 to ${String(MAX_KEY_LENGTH)} characters`,
      remedy: 'Use a random uuid for each new thing.',
    });
  }
  return key;
}

function keyReused(): SluiceError {
  return new SluiceError({
    code: 'idempotency_key_reused',
    message: 'this Idempotency-Key came with another request before',
    retryable: false,
    fault: 'customer',
    remedy: 'Use a new key for a new request.',
  });
}

function inProgress(): SluiceError {
  return new SluiceError({
    code: 'idempotency_in_progress',
    message: 'the request with this Idempotency-Key is still being worked on',
    retryable: true,
    fault: 'customer',
    remedy: 'Repeat the request in a moment.',
    retryAfterMs: 1_000,
  });
}

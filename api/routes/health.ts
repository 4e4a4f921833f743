import { z } from 'zod';
import { errorMessage, SluiceError } from '../../core/errors.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { SPARED_SERVERS } from '../readiness.ts';
import { problems } from '../schemas.ts';

const ok = z.object({ status: z.literal('ok') });
const ready = ok.extend({
  away: z
    .array(z.enum(SPARED_SERVERS))
    .describe('Servers that do not answer: events are taken, requests that need one of these are refused.'),
});

/** Public, and without data: for load balancers and orchestrators. */
export function healthRoutes(scope: ApiScope, deps: ApiDeps): void {
  scope.get(
    '/healthz',
    { schema: { summary: 'The process lives', tags: ['health'], security: [], response: { 200: ok } } },
    async () => ({ status: 'ok' as const }),
  );
  scope.get(
    '/readyz',
    {
      schema: {
        summary: 'Events can be stored',
        tags: ['health'],
        security: [],
        response: { 200: ready, ...problems },
      },
    },
    async () => {
      const away = await deps.checkReady().catch((error: unknown) => {
        throw notReady(error);
      });
      return { status: 'ok' as const, away };
    },
  );
}

/** The cause, which may name hosts, goes to the log only. */
function notReady(cause: unknown): SluiceError {
  const error = new SluiceError({
    code: 'not_ready',
    message: 'a server that Sluice needs does not answer',
    retryable: true,
    fault: 'platform',
    remedy: 'Wait; the log of the server names it.',
    cause,
  });
  return Object.assign(error, { reason: errorMessage(cause) });
}

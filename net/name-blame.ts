import { errorCode, errorMessage } from '../core/errors.ts';
import { KnownNames } from './known-names.ts';
import type { Resolve } from './resolver.ts';

/** Code of the error of a name that has no answer while others have. */
export const NAME_UNANSWERED = 'SLUICE_NAME_UNANSWERED';

/** A name that was found longer ago says nothing about now. */
const WINDOW_MS = 60_000;
/** No answer: of the resolver, or of the servers of the name's own domain. */
const UNANSWERED = new Set(['EAI_AGAIN', 'EAI_FAIL', 'ESERVFAIL', 'ETIMEOUT']);

/**
 * Says whose fault a missing answer is. The operating system words it alike when the resolver is away, which is ours, and
 * when the servers of one domain are, which is its owner's. It is the name's own when another name was found after it had begun to fail.
 */
export function blamingResolve(resolve: Resolve, nowMs: () => number = () => performance.now()): Resolve {
  /** Since when there has been no answer. */
  const failing = new KnownNames<number>();
  let foundAtMs = Number.NEGATIVE_INFINITY;
  const fail = (hostname: string, error: unknown): unknown => {
    if (!UNANSWERED.has(errorCode(error) ?? '')) {
      failing.forget(hostname);
      return error;
    }
    const sinceMs = failing.get(hostname);
    if (sinceMs === undefined) {
      failing.set(hostname, nowMs());
      return error;
    }
    const othersAreFound = foundAtMs > sinceMs && nowMs() - foundAtMs <= WINDOW_MS;
    return othersAreFound ? unanswered(hostname, error) : error;
  };
  return async (hostname) => {
    try {
      const addresses = await resolve(hostname);
      failing.forget(hostname);
      foundAtMs = isAsked(hostname) ? nowMs() : foundAtMs;
      return addresses;
    } catch (error) {
      throw fail(hostname, error);
    }
  };
}

/** Names without a dot are found in files. */
function isAsked(hostname: string): boolean {
  return hostname.replace(/\.$/, '').includes('.');
}

function unanswered(hostname: string, error: unknown): Error {
  const message = `no name server answers for ${hostname}, while other names are found: ${errorMessage(error)}`;
  return Object.assign(new Error(message, { cause: error }), { code: NAME_UNANSWERED });
}

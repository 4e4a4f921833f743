import { errorCode, errorMessage } from '../core/errors.ts';
import { KnownNames } from './known-names.ts';
import type { Resolve } from './resolver.ts';

/** Codes of errors of a name that has no answer, or none in time, while others have. */
export const NAME_UNANSWERED = 'SLUICE_NAME_UNANSWERED';
export const NAME_TIMED_OUT = 'SLUICE_NAME_TIMED_OUT';
/** Code of the error of a look-up that was given up. */
export const LOOKUP_TIMED_OUT = 'SLUICE_LOOKUP_TIMED_OUT';
/** The same, when it had not begun at once: all places for look-ups were taken. */
export const LOOKUPS_BUSY = 'SLUICE_LOOKUPS_BUSY';

/** A name that was found longer ago says nothing about now. */
const WINDOW_MS = 60_000;
/** No answer: of the resolver, or of the servers of the name's own domain. */
const UNANSWERED = new Set(['EAI_AGAIN', 'EAI_FAIL', 'ESERVFAIL', 'ETIMEOUT', LOOKUP_TIMED_OUT]);

/**
 * Says whose fault a missing answer is. The operating system words it alike when the resolver is away, which is ours, and
 * when the servers of one domain are, which is its owner's. It is the name's own when another name was found after it had begun to fail.
 */
export class NameBlame {
  readonly #nowMs: () => number;
  /** Since when there has been no answer, and whether that was the name's own fault the last time. */
  readonly #failing = new KnownNames<{ sinceMs: number; isOwn: boolean }>();
  #foundAtMs = Number.NEGATIVE_INFINITY;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  found(hostname: string): void {
    this.#failing.forget(hostname);
    this.#foundAtMs = isAsked(hostname) ? this.#nowMs() : this.#foundAtMs;
  }

  /** The error as it is to be told: the same, or that it is of this name alone. */
  judge(hostname: string, error: unknown): unknown {
    const code = errorCode(error) ?? '';
    if (code === LOOKUPS_BUSY) {
      return this.isToBlame(hostname) ? ofName(hostname, NAME_UNANSWERED, error) : error;
    }
    if (!UNANSWERED.has(code)) {
      this.#failing.forget(hostname);
      return error;
    }
    const nowMs = this.#nowMs();
    const sinceMs = this.#failing.get(hostname)?.sinceMs ?? nowMs;
    const isOwn = this.#foundAtMs > sinceMs && nowMs - this.#foundAtMs <= WINDOW_MS;
    this.#failing.set(hostname, { sinceMs, isOwn });
    return isOwn ? ofName(hostname, code === LOOKUP_TIMED_OUT ? NAME_TIMED_OUT : NAME_UNANSWERED, error) : error;
  }

  /** Whether the last look-up of the name had no answer, by its own fault. */
  isToBlame(hostname: string): boolean {
    return this.#failing.get(hostname)?.isOwn === true;
  }
}

/** Tells `blame` of each look-up, and what it judges. */
export function blamingResolve(resolve: Resolve, blame: NameBlame): Resolve {
  return async (hostname) => {
    try {
      const addresses = await resolve(hostname);
      blame.found(hostname);
      return addresses;
    } catch (error) {
      throw blame.judge(hostname, error);
    }
  };
}

/** Names without a dot are found in files. */
function isAsked(hostname: string): boolean {
  return hostname.replace(/\.$/, '').includes('.');
}

function ofName(hostname: string, code: string, error: unknown): Error {
  const message = `no name server answers for ${hostname}, while other names are found: ${errorMessage(error)}`;
  return Object.assign(new Error(message, { cause: error }), { code });
}

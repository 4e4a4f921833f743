import { lookup } from 'node:dns/promises';

export interface ResolvedAddress {
  address: string;
  family: number;
}

/** All addresses of a host name. Rejects with a `node:dns` error. */
export type Resolve = (hostname: string) => Promise<ResolvedAddress[]>;

/** Long enough to serve a burst of new connections, short enough to follow a failover. */
const KEEP_MS = 5_000;
const MAX_NAMES = 10_000;

/** The operating system's resolver, so that hosts files and search domains work as the operator expects. */
export const systemResolve: Resolve = (hostname) => lookup(hostname, { all: true, order: 'verbatim' });

/**
 * Shares one look-up among all connections that need a name at the same time and for 5 s after. Look-ups run in libuv's
 * pool of four threads: without sharing, one slow name server would hold up every other destination.
 */
export function cachingResolve(resolve: Resolve, nowMs: () => number = () => performance.now()): Resolve {
  const names = new Map<string, { answer: Promise<ResolvedAddress[]>; untilMs: number }>();
  return (hostname) => {
    const known = names.get(hostname);
    if (known !== undefined && nowMs() < known.untilMs) {
      return known.answer;
    }
    const entry = { answer: resolve(hostname), untilMs: Number.POSITIVE_INFINITY };
    evictOldest(names);
    names.set(hostname, entry);
    entry.answer.then(
      () => (entry.untilMs = nowMs() + KEEP_MS),
      // A failed look-up is shared while it runs and then forgotten.
      () => (entry.untilMs = 0),
    );
    return entry.answer;
  };
}

function evictOldest(names: Map<string, unknown>): void {
  const oldest = names.size >= MAX_NAMES ? names.keys().next().value : undefined;
  if (oldest !== undefined) {
    names.delete(oldest);
  }
}

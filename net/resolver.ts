import { lookup } from 'node:dns/promises';
import { KnownNames } from './known-names.ts';
import { limitedResolve, type LookupLimit } from './lookup-limit.ts';
import { LookupPlaces } from './lookup-places.ts';
import { blamingResolve, NameBlame } from './name-blame.ts';

export interface ResolvedAddress {
  address: string;
  family: number;
}

/** All addresses of a host name. Rejects with a `node:dns` error. */
export type Resolve = (hostname: string) => Promise<ResolvedAddress[]>;

/** Long enough to serve a burst of new connections, short enough to follow a failover. */
const KEEP_MS = 5_000;

/** The operating system's resolver, so that hosts files and search domains work as the operator expects. */
export const systemResolve: Resolve = (hostname) => lookup(hostname, { all: true, order: 'verbatim' });

/** For a client: broken names hold up no others, are blamed for it, and each name is looked up once for all who want it. */
export function sharedResolve(resolve: Resolve = systemResolve, limit?: LookupLimit): Resolve {
  const places = new LookupPlaces(resolve);
  const shared = cachingResolve(blamingResolve(places.resolve, limit?.blame ?? new NameBlame()));
  return limit === undefined ? shared : limitedResolve(shared, places.isWaiting, limit);
}

/**
 * Shares one look-up among all connections that need a name at the same time and for 5 s after: of a host with many webhooks
 * there is one thread that waits.
 */
export function cachingResolve(resolve: Resolve, nowMs: () => number = () => performance.now()): Resolve {
  const names = new KnownNames<{ answer: Promise<ResolvedAddress[]>; untilMs: number }>();
  return (hostname) => {
    const known = names.get(hostname);
    if (known !== undefined && nowMs() < known.untilMs) {
      return known.answer;
    }
    const entry = { answer: resolve(hostname), untilMs: Number.POSITIVE_INFINITY };
    names.set(hostname, entry);
    entry.answer.then(
      () => (entry.untilMs = nowMs() + KEEP_MS),
      // A failed look-up is shared while it runs and then forgotten.
      () => (entry.untilMs = 0),
    );
    return entry.answer;
  };
}

import { LOOKUP_TIMED_OUT, LOOKUPS_BUSY, type NameBlame } from './name-blame.ts';
import type { Resolve } from './resolver.ts';
import { limitTime } from './time-limit.ts';

export interface LookupLimit {
  timeoutMs: number;
  blame: NameBlame;
}

/**
 * Whoever asks waits so long at most. The look-up itself goes on: it is shared with the next who asks, and what it finds late is
 * known then. One that waited for a place among our own says nothing about its name.
 */
export function limitedResolve(
  resolve: Resolve,
  isWaiting: (hostname: string) => boolean,
  { timeoutMs, blame }: LookupLimit,
): Resolve {
  return (hostname) =>
    new Promise((found, fail) => {
      const answer = resolve(hostname);
      const code = isWaiting(hostname) ? LOOKUPS_BUSY : LOOKUP_TIMED_OUT;
      const callOff = limitTime(timeoutMs, () => {
        fail(blame.judge(hostname, overdue(code, timeoutMs)));
      });
      void answer.then(found, fail).finally(callOff);
    });
}

function overdue(code: string, timeoutMs: number): Error {
  const message =
    code === LOOKUPS_BUSY
      ? `no place was free for looking up the host name within ${String(timeoutMs)} ms`
      : `no name server answered within ${String(timeoutMs)} ms`;
  return Object.assign(new Error(message), { code });
}

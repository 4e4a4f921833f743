import { Socket } from 'node:net';
import type { RequestPhases } from '../core/attempts.ts';

/** Of a new connection; of one that fails, the phases that it came through. */
export type ConnectionTimings = Pick<RequestPhases, 'dnsMs' | 'connectMs' | 'tlsMs'>;

/** Fills them in as the socket gets on. A literal is not looked up, and only `https:` has a `tlsMs`. */
export function timeConnection(socket: unknown, timings: ConnectionTimings): void {
  if (!(socket instanceof Socket)) {
    return;
  }
  let phaseBeganMs = performance.now();
  const phase = (name: keyof ConnectionTimings) => (): void => {
    const nowMs = performance.now();
    timings[name] = nowMs - phaseBeganMs;
    phaseBeganMs = nowMs;
  };
  // Before others, who send the request: its time begins when theirs has ended.
  socket
    .once('lookup', phase('dnsMs'))
    .prependOnceListener('connect', phase('connectMs'))
    .prependOnceListener('secureConnect', phase('tlsMs'));
}

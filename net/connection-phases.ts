import { Socket } from 'node:net';
import type { RequestPhases } from '../core/attempts.ts';

/** Of a new connection; of one that fails, the phases that it came through. */
export interface ConnectionTimings extends Pick<RequestPhases, 'dnsMs' | 'connectMs' | 'tlsMs'> {
  /** The addresses of the host are known, and it may be called. */
  hasAddress?: boolean;
}

/** Fills them in as the socket gets on. A literal is not looked up, and only `https:` has a `tlsMs`. */
export function timeConnection(socket: unknown, timings: ConnectionTimings): void {
  if (!(socket instanceof Socket)) {
    return;
  }
  let phaseBeganMs = performance.now();
  const phase = (name: 'dnsMs' | 'connectMs' | 'tlsMs') => (): void => {
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

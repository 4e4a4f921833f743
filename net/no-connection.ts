import { isIP } from 'node:net';
import type { ConnectionTimings } from './connection-phases.ts';
import type { EgressProxy } from './egress-proxy.ts';
import type { NameBlame } from './name-blame.ts';
import type { HttpErrorCode } from './outcome.ts';
import type { ReachBlame } from './reach-blame.ts';

export interface Judges {
  names: NameBlame;
  reach: ReachBlame;
  /** Absent: connections are made directly. */
  proxy: EgressProxy | undefined;
}

/** What a request without a connection is told when its own time is over, before that of a look-up or of a connection is. */
export function reasonForNoConnection(
  { names, reach, proxy }: Judges,
  { hostname, timeoutMs, made }: { hostname: string; timeoutMs: number; made: ConnectionTimings | undefined },
): { code: HttpErrorCode; message: string } {
  const inTime = `within ${String(timeoutMs)} ms`;
  const late: { code: HttpErrorCode; message: string } = {
    code: 'connect_timeout',
    message: `no connection ${inTime}`,
  };
  if (made?.connectMs !== undefined) {
    return late;
  }
  if (made !== undefined && made.hasAddress !== true && isIP(hostname) === 0) {
    const code = names.isToBlame(hostname) ? 'dns_timeout' : 'dns_unavailable';
    return { code, message: `the host name was not found ${inTime}` };
  }
  if (proxy !== undefined) {
    return proxy.isToBlameFor(hostname)
      ? { code: 'proxy_failed', message: `the egress proxy made no connection ${inTime}` }
      : late;
  }
  return reach.isOurs(hostname)
    ? { code: 'network_unavailable', message: `no other host is reached either: no connection ${inTime}` }
    : late;
}

import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { OutboundNetwork } from '../../net/outbound-network.ts';

export interface S3Network {
  /** Which hosts may be called; undefined: any. */
  network: OutboundNetwork | undefined;
}

interface HandlerOptions {
  connectionTimeout: number;
  socketTimeout: number;
  requestTimeout: number;
  throwOnRequestTimeout: boolean;
  httpAgent: HttpAgent;
  httpsAgent: HttpsAgent;
}

/** A silent connection; long enough for a slow store to answer the completion of thousands of parts. */
const SOCKET_TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** One part over a bad line: 8 MiB at 100 KiB/s takes 80 s. */
const REQUEST_TIMEOUT_MS = 180_000;
const MAX_SOCKETS = 50;

/** Options of the SDK's HTTP handler. Its agents are its own: destroying the client closes their sockets. */
export function clientNetwork({ network }: S3Network): HandlerOptions {
  const agent = { keepAlive: true, maxSockets: MAX_SOCKETS, ...(network !== undefined && { lookup: network.lookup }) };
  return {
    connectionTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    throwOnRequestTimeout: true,
    httpAgent: new HttpAgent(agent),
    httpsAgent: new HttpsAgent(agent),
  };
}

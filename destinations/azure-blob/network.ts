import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { RequestPolicyFactory } from '@azure/storage-blob';
import type { OutboundNetwork } from '../../net/outbound-network.ts';

/** As the SDK's own. */
const MAX_SOCKETS = 50;
/** One part over a bad line: 8 MiB at 100 KiB/s takes 80 s. A silent connection must end. */
const REQUEST_TIMEOUT_MS = 180_000;

/** Which sockets a store uses. */
export interface Sockets {
  policy: RequestPolicyFactory;
  close(): void;
}

interface Agents {
  httpAgent: HttpAgent;
  httpsAgent: HttpsAgent;
}

/** With a network: its guarded agents, which it shares and closes. Without: agents of this store's own. */
export function socketsOf(network: OutboundNetwork | undefined): Sockets {
  if (network !== undefined) {
    return { policy: policyOf(network), close: () => undefined };
  }
  const options = { keepAlive: true, maxSockets: MAX_SOCKETS };
  const own = { httpAgent: new HttpAgent(options), httpsAgent: new HttpsAgent(options) };
  const close = (): void => {
    own.httpAgent.destroy();
    own.httpsAgent.destroy();
  };
  return { policy: policyOf(own), close };
}

function policyOf({ httpAgent, httpsAgent }: Agents): RequestPolicyFactory {
  return {
    create: (next) => ({
      sendRequest: (request) => {
        request.timeout = REQUEST_TIMEOUT_MS;
        request.agent = request.url.startsWith('https:') ? httpsAgent : httpAgent;
        return next.sendRequest(request);
      },
    }),
  };
}

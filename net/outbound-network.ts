import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { SluiceError } from '../core/errors.ts';
import type { AddressPolicy } from './address-policy.ts';
import { guardedLookup } from './connector.ts';
import { guardedAgents } from './guarded-agent.ts';
import { refusalOf } from './refusal.ts';
import { sharedResolve } from './resolver.ts';

/**
 * The network as user-given hosts may use it, for clients that bring their own sockets (the SDKs of the vendors, the
 * Postgres driver). Give them an agent or `lookup`, which refuse at the moment of connecting, and call `assertHost`
 * first: it says which field is wrong, and with `lookup` alone an address written as a number is never looked at.
 */
export interface OutboundNetwork {
  lookup: LookupFunction;
  httpAgent: HttpAgent;
  httpsAgent: HttpsAgent;
  /** Throws address_not_allowed (the customer's fault) for a host that is, or resolves to, an address that may not be called. */
  assertHost(field: string, host: string): Promise<void>;
  close(): void;
}

/** Sockets per host of one destination process; the SDKs' own default is 50. */
const MAX_SOCKETS = 50;

export function createOutboundNetwork(policy: AddressPolicy): OutboundNetwork {
  const resolve = sharedResolve();
  const lookup = guardedLookup({ resolve, policy });
  const { httpAgent, httpsAgent } = guardedAgents({ resolve, policy }, { keepAlive: true, maxSockets: MAX_SOCKETS });
  return {
    lookup,
    httpAgent,
    httpsAgent,
    assertHost: async (field, host) => {
      const name = host.replace(/^\[(.*)\]$/, '$1');
      // A name that does not resolve is left to the client, whose error says so.
      const known = isIP(name) === 0 ? await resolve(name).catch(() => undefined) : [{ address: name }];
      const refusal =
        known &&
        refusalOf(
          known.map(({ address }) => address),
          policy,
        );
      if (refusal !== undefined) {
        throw addressNotAllowed(field);
      }
    },
    close: () => {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}

/** One text for every such host: it must not tell what resolves inside. */
function addressNotAllowed(field: string): SluiceError {
  return new SluiceError({
    code: 'address_not_allowed',
    message: `${field}: this host may not be called from here`,
    retryable: false,
    fault: 'customer',
    remedy: 'Use a public host, or ask the operator to allow its network (SLUICE_ALLOWED_CIDRS).',
  });
}

import { Agent as HttpAgent, type AgentOptions, type ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import type { AddressPolicy } from './address-policy.ts';
import { guardedLookup } from './connector.ts';
import { refusalOf } from './refusal.ts';
import type { Resolve } from './resolver.ts';

export interface Guard {
  policy: AddressPolicy;
  resolve: Resolve;
}

type Callback = (error: Error | null, stream: Duplex) => void;
type Connect = (options: ClientRequestArgs, callback?: Callback) => Duplex | null | undefined;

/**
 * Agents for clients that bring their own HTTP on `node:http` (the SDKs of the vendors). A connection is refused at the moment it
 * is made when its host is, or resolves to, an address that may not be called: also after a redirect, and for
 * a host that is written as a number, which no look-up ever sees.
 */
export function guardedAgents(guard: Guard, options: AgentOptions): { httpAgent: HttpAgent; httpsAgent: HttpsAgent } {
  const guarded = { ...options, lookup: guardedLookup(guard) };
  return {
    httpAgent: guardNumbers(new HttpAgent(guarded), guard),
    httpsAgent: guardNumbers(new HttpsAgent(guarded), guard),
  };
}

function guardNumbers<Kind extends HttpAgent>(agent: Kind, { policy }: Guard): Kind {
  const connector = agent as unknown as { createConnection: Connect };
  const connect = connector.createConnection.bind(agent);
  connector.createConnection = (target, callback) => {
    const host = target.host ?? target.hostname ?? '';
    const refusal = isIP(host) === 0 ? undefined : refusalOf([host], policy);
    if (refusal === undefined) {
      return connect(target, callback);
    }
    process.nextTick(() => callback?.(refusal, undefined as unknown as Duplex));
    return undefined;
  };
  return agent;
}

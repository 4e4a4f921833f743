import { createHash } from 'node:crypto';
import { Agent, type buildConnector } from 'undici';
import type { ClientCertificate } from '../core/endpoint-auth.ts';
import { createGuardedConnector, type ConnectorOptions } from './connector.ts';

export interface AgentOptions {
  connector: Omit<ConnectorOptions, 'clientCertificate'>;
  maxConnections: number;
  keepAliveMs: number;
}

/** One without connections is a few kilobytes. The one that was made first goes when there are more. */
const MAX_AGENTS = 5_000;

/** Connection pools: requests that differ in pool or client certificate share no connections. */
export class Agents {
  readonly #options: AgentOptions;
  readonly #connect: buildConnector.connector;
  readonly #agents = new Map<string, Agent>();

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#connect = createGuardedConnector(options.connector);
  }

  for(pool: string, certificate: ClientCertificate | undefined): Agent {
    const key = certificate === undefined ? pool : `${pool} ${fingerprintOf(certificate)}`;
    let agent = this.#agents.get(key);
    if (agent === undefined) {
      this.#forgetOldest();
      agent = this.#create(certificate);
      this.#agents.set(key, agent);
    }
    return agent;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#agents.values()].map((agent) => agent.close()));
  }

  async destroy(): Promise<void> {
    await Promise.all([...this.#agents.values()].map((agent) => agent.destroy()));
  }

  #forgetOldest(): void {
    const [oldest] = this.#agents;
    if (oldest !== undefined && this.#agents.size >= MAX_AGENTS) {
      this.#agents.delete(oldest[0]);
      // Requests that run are finished.
      void oldest[1].close();
    }
  }

  #create(clientCertificate: ClientCertificate | undefined): Agent {
    const { connector, maxConnections, keepAliveMs } = this.#options;
    return new Agent({
      connect: clientCertificate ? createGuardedConnector({ ...connector, clientCertificate }) : this.#connect,
      connections: maxConnections,
      pipelining: 1,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: 60_000,
      // Each exchange has its own exact timer.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }
}

function fingerprintOf({ certificate, privateKey }: ClientCertificate): string {
  return createHash('sha256').update(certificate).update(privateKey).digest('base64');
}

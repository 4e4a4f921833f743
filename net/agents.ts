import { createHash } from 'node:crypto';
import { Agent } from 'undici';
import type { ClientCertificate } from '../core/endpoint-auth.ts';
import { createGuardedConnector, type ConnectorOptions } from './connector.ts';

export interface AgentOptions {
  connector: Omit<ConnectorOptions, 'clientCertificate'>;
  maxConnections: number;
  keepAliveMs: number;
}

/** Each has connections of its own. The one that was made first goes when there are more. */
const MAX_CERTIFICATES = 500;

/** Connection pools: one for all requests without a client certificate, one for each certificate. */
export class Agents {
  readonly #options: AgentOptions;
  readonly #plain: Agent;
  readonly #withCertificate = new Map<string, Agent>();

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#plain = this.#create();
  }

  for(certificate: ClientCertificate | undefined): Agent {
    return certificate === undefined ? this.#plain : this.#certified(certificate);
  }

  async close(): Promise<void> {
    await Promise.all(this.#all().map((agent) => agent.close()));
  }

  async destroy(): Promise<void> {
    await Promise.all(this.#all().map((agent) => agent.destroy()));
  }

  #certified(certificate: ClientCertificate): Agent {
    const key = createHash('sha256').update(certificate.certificate).update(certificate.privateKey).digest('base64');
    let agent = this.#withCertificate.get(key);
    if (agent === undefined) {
      this.#forgetOldest();
      agent = this.#create(certificate);
      this.#withCertificate.set(key, agent);
    }
    return agent;
  }

  #forgetOldest(): void {
    const [oldest] = this.#withCertificate;
    if (oldest !== undefined && this.#withCertificate.size >= MAX_CERTIFICATES) {
      this.#withCertificate.delete(oldest[0]);
      // Requests that run are finished.
      void oldest[1].close();
    }
  }

  #create(clientCertificate?: ClientCertificate): Agent {
    const { connector, maxConnections, keepAliveMs } = this.#options;
    return new Agent({
      connect: createGuardedConnector({ ...connector, ...(clientCertificate && { clientCertificate }) }),
      connections: maxConnections,
      pipelining: 1,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: 60_000,
      // Each exchange has its own exact timer.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  #all(): Agent[] {
    return [this.#plain, ...this.#withCertificate.values()];
  }
}

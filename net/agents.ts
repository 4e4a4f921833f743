import { createHash } from 'node:crypto';
import { Agent, type buildConnector } from 'undici';
import type { ClientCertificate } from '../core/endpoint-auth.ts';
import { FairShares, type Turn } from '../core/fair-shares.ts';
import { createGuardedConnector, type ConnectorOptions } from './connector.ts';

export interface AgentOptions {
  connector: Omit<ConnectorOptions, 'clientCertificate'>;
  /** To one host, divided as `FairShares` says. */
  maxConnections: number;
  keepAliveMs: number;
}

/** One without connections is a few kilobytes. The one that was made first goes when there are more. */
const MAX_POOLS = 5_000;

/** Requests that may use the same connections, each in its turn. */
export class Pool {
  readonly agent: Agent;
  readonly #maxConnections: number;
  readonly #shares = new Map<string, FairShares>();

  constructor(agent: Agent, maxConnections: number) {
    this.agent = agent;
    this.#maxConnections = maxConnections;
  }

  enter(origin: string, turn: Turn): void {
    let shares = this.#shares.get(origin);
    if (shares === undefined) {
      shares = new FairShares(this.#maxConnections);
      this.#shares.set(origin, shares);
    }
    shares.enter(turn);
  }

  leave(origin: string, turn: Turn): void {
    const shares = this.#shares.get(origin);
    shares?.leave(turn);
    if (shares?.idle === true) {
      this.#shares.delete(origin);
    }
  }
}

/** What a connection is made with. */
interface Connection {
  clientCertificate?: ClientCertificate | undefined;
  connectTimeoutMs?: number | undefined;
}

/** Connection pools: requests that differ in pool, client certificate or time to connect share no connections. */
export class Agents {
  readonly #options: AgentOptions;
  readonly #connect: buildConnector.connector;
  readonly #pools = new Map<string, Pool>();

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#connect = createGuardedConnector(options.connector);
  }

  for(name: string, connection: Connection): Pool {
    const key = keyOf(name, connection);
    let pool = this.#pools.get(key);
    if (pool === undefined) {
      this.#forgetOldest();
      pool = new Pool(this.#create(connection), this.#options.maxConnections);
      this.#pools.set(key, pool);
    }
    return pool;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map(({ agent }) => agent.close()));
  }

  async destroy(): Promise<void> {
    await Promise.all([...this.#pools.values()].map(({ agent }) => agent.destroy()));
  }

  #forgetOldest(): void {
    const [oldest] = this.#pools;
    if (oldest !== undefined && this.#pools.size >= MAX_POOLS) {
      this.#pools.delete(oldest[0]);
      // Requests that run are finished.
      void oldest[1].agent.close();
    }
  }

  #create({ clientCertificate, connectTimeoutMs }: Connection): Agent {
    const { connector, keepAliveMs } = this.#options;
    const own = {
      ...(clientCertificate && { clientCertificate }),
      ...(connectTimeoutMs !== undefined && { connectTimeoutMs }),
    };
    return new Agent({
      connect: Object.keys(own).length > 0 ? createGuardedConnector({ ...connector, ...own }) : this.#connect,
      pipelining: 1,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: 60_000,
      // Each exchange has its own exact timer.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }
}

function keyOf(name: string, { clientCertificate, connectTimeoutMs }: Connection): string {
  if (clientCertificate === undefined && connectTimeoutMs === undefined) {
    return name;
  }
  const fingerprint = clientCertificate === undefined ? '' : fingerprintOf(clientCertificate);
  return `${name} ${fingerprint} ${String(connectTimeoutMs ?? '')}`;
}

function fingerprintOf({ certificate, privateKey }: ClientCertificate): string {
  return createHash('sha256').update(certificate).update(privateKey).digest('base64');
}

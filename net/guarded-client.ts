import type { Dispatcher } from 'undici';
import type { ClientCertificate } from '../core/endpoint-auth.ts';
import type { Turn } from '../core/fair-shares.ts';
import type { AddressPolicy } from './address-policy.ts';
import { Agents, type Pool } from './agents.ts';
import { failureOf, isDeadSocket } from './error-codes.ts';
import { EgressProxy } from './egress-proxy.ts';
import { Exchange, type ExchangeHooks } from './exchange.ts';
import { NameBlame } from './name-blame.ts';
import { reasonForNoConnection, type Judges } from './no-connection.ts';
import type { HttpErrorCode, HttpOutcome } from './outcome.ts';
import { ReachBlame } from './reach-blame.ts';
import { sharedResolve, type Resolve } from './resolver.ts';
import { parseTarget, type RequestTarget } from './webhook-url.ts';

export interface GuardedClientOptions {
  policy: AddressPolicy;
  userAgent: string;
  /** For TCP and TLS together, of requests that do not say it. Default 5 s: an endpoint that accepts does so at once. */
  connectTimeoutMs?: number;
  /**
   * For the look-up of a host name, waiting for a place among our own look-ups included. Default 8 s: after five the operating
   * system asks the second name server, after ten it gives up.
   */
  lookupTimeoutMs?: number;
  /** Part of a response that is kept. Default 16 KiB: an error page's beginning. */
  maxResponseBytes?: number;
  /** Beyond the cap, read and dropped before the connection is cut. Default 64 KiB: cheaper than a new TLS handshake. */
  maxDrainBytes?: number;
  /**
   * Of each pool, divided among its shares as `FairShares` says. Default 256: above one destination's highest concurrency
   * (100), because destinations may share a host.
   */
  maxConnectionsPerOrigin?: number;
  /** How long an idle connection is kept. Default 15 s, unless the receiver names a shorter time. */
  keepAliveMs?: number;
  /** Absent: any port. */
  allowedPorts?: readonly number[];
  /** PEM certificates trusted besides Node's own list. */
  extraCa?: readonly string[];
  /** An HTTP proxy through which all requests go, by CONNECT. Absent: directly. */
  proxyUrl?: string | undefined;
  /** Default: the operating system's resolver. */
  resolve?: Resolve;
}

export interface HttpRequest {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string | Buffer;
  /** Total: waiting for a connection, sending, and the whole response. */
  timeoutMs: number;
  /** Of it, for TCP and TLS together, once the address is known. Absent: the client's. */
  connectTimeoutMs?: number | undefined;
  /** Of it, from the sending of the request to the response's headers. Absent: what is left. */
  headersTimeoutMs?: number | undefined;
  signal?: AbortSignal;
  /** Shown to a server that asks for one. */
  clientCertificate?: ClientCertificate | undefined;
  /** Requests of different pools share no connections: where all those of one hang, another's are free. Default: one pool. */
  pool?: string;
  /** Who asks, of those that share the pool: where connections are short, each has its part. Default: one for all. */
  share?: string;
}

export interface GuardedClient {
  /** Never rejects, never follows a redirect, never decompresses. `signal` takes the place of the request's own. */
  request(request: HttpRequest, signal?: AbortSignal): Promise<HttpOutcome>;
  /** Lets running requests finish; later ones fail with `client_closed`. */
  close(): Promise<void>;
  /** Cuts running requests. */
  destroy(): Promise<void>;
}

export function createGuardedClient(options: GuardedClientOptions): GuardedClient {
  return new UndiciClient(options);
}

/** Destinations have few URLs and many events: parsing is done once per URL. */
const MAX_CACHED_TARGETS = 10_000;

type Target = RequestTarget | { problem: string };

class UndiciClient implements GuardedClient {
  readonly #options: GuardedClientOptions;
  readonly #agents: Agents;
  readonly #judges: Judges;
  readonly #maxResponseBytes: number;
  readonly #maxDrainBytes: number;
  readonly #targets = new Map<string, Target>();
  readonly #usedSocketErrors = new WeakSet<Error>();
  /** One listener per signal, however many requests share it. */
  readonly #bySignal = new WeakMap<AbortSignal, Set<Exchange>>();
  /** Connections are begun for it. */
  #dispatching: Exchange | undefined;

  constructor(options: GuardedClientOptions) {
    this.#options = options;
    this.#maxResponseBytes = options.maxResponseBytes ?? 16_384;
    this.#maxDrainBytes = options.maxDrainBytes ?? 65_536;
    const { policy, proxyUrl, extraCa = [], connectTimeoutMs = 5_000, lookupTimeoutMs = 8_000 } = options;
    const [names, reach] = [new NameBlame(), new ReachBlame()];
    const resolve = sharedResolve(options.resolve, { timeoutMs: lookupTimeoutMs, blame: names });
    const connecting = { policy, extraCa, connectTimeoutMs, resolve, reach };
    const proxy = proxyUrl === undefined ? undefined : new EgressProxy({ ...connecting, url: proxyUrl });
    this.#judges = { names, reach, proxy };
    this.#agents = new Agents({
      connector: {
        ...connecting,
        proxy,
        onConnecting: () => this.#dispatching?.connecting(),
        onUsedSocketError: (error) => this.#usedSocketErrors.add(error),
      },
      maxConnections: options.maxConnectionsPerOrigin ?? 256,
      keepAliveMs: options.keepAliveMs ?? 15_000,
    });
  }

  request(request: HttpRequest, signal = request.signal): Promise<HttpOutcome> {
    const target = this.#target(request.url);
    if ('problem' in target) {
      return Promise.resolve(failedAtOnce('invalid_url', `the URL cannot be called: ${target.problem}`));
    }
    if (signal?.aborted === true) {
      return Promise.resolve(failedAtOnce('aborted', ABORTED));
    }
    return new Promise((resolve) => {
      this.#exchange({ request, target, signal }, resolve);
    });
  }

  async close(): Promise<void> {
    await this.#agents.close();
  }

  async destroy(): Promise<void> {
    await this.#agents.destroy();
  }

  #exchange({ request, target, signal }: Call, resolve: (outcome: HttpOutcome) => void): void {
    const dispatchOptions: Dispatcher.DispatchOptions = {
      origin: target.origin,
      path: target.path,
      method: request.method,
      headers: this.#headers(request.headers),
      body: request.body,
    };
    const pool = this.#agents.for(request.pool ?? '', request);
    const dispatch = (): void => {
      this.#dispatch(pool, dispatchOptions, exchange);
    };
    const turn: Turn = { member: request.share ?? '', held: false, start: dispatch };
    let attempts = 1;
    const hooks: ExchangeHooks = {
      settled: (_exchange, outcome) => {
        ofSignal?.delete(exchange);
        if (outcome.kind === 'response') {
          this.#judges.reach.reached(target.hostname);
        }
        pool.leave(target.origin, turn);
        resolve(outcome);
      },
      startAgain: (_exchange, error) => {
        if (attempts > 1 || !this.#diedWhileIdle(error)) {
          return false;
        }
        attempts += 1;
        // Not inside the callback of the dying connection, which is not out of its pool yet.
        queueMicrotask(dispatch);
        return true;
      },
      reasonForNoConnection: (made) =>
        turn.held
          ? reasonForNoConnection(this.#judges, { hostname: target.hostname, timeoutMs: request.timeoutMs, made })
          : { code: 'pool_exhausted', message: 'all connections to the host that may be used were busy' },
    };
    const exchange = new Exchange(this.#limits(request), hooks);
    const ofSignal = signal && this.#abortedBy(signal);
    ofSignal?.add(exchange);
    pool.enter(target.origin, turn);
  }

  #dispatch({ agent }: Pool, options: Dispatcher.DispatchOptions, exchange: Exchange): void {
    if (exchange.settled) {
      return;
    }
    const before = this.#dispatching;
    this.#dispatching = exchange;
    try {
      agent.dispatch(options, exchange);
    } catch (error) {
      const { code, message } = failureOf(error);
      exchange.fail(code, message);
    } finally {
      this.#dispatching = before;
    }
  }

  /** The receiver may close a kept connection at the very moment it is used again; that is nobody's failure. */
  #diedWhileIdle(error: unknown): boolean {
    return isDeadSocket(error) && this.#usedSocketErrors.has(error as Error);
  }

  #limits({ timeoutMs, headersTimeoutMs }: HttpRequest): ConstructorParameters<typeof Exchange>[0] {
    return {
      timeoutMs,
      headersTimeoutMs,
      maxResponseBytes: this.#maxResponseBytes,
      maxDrainBytes: this.#maxDrainBytes,
    };
  }

  /** A flat list: undici reads it without another copy. */
  #headers(headers: Readonly<Record<string, string>>): string[] {
    const list = ['user-agent', this.#options.userAgent];
    for (const name in headers) {
      list.push(name, headers[name] ?? '');
    }
    return list;
  }

  #target(url: string): Target {
    const known = this.#targets.get(url);
    if (known !== undefined) {
      return known;
    }
    if (this.#targets.size >= MAX_CACHED_TARGETS) {
      this.#targets.clear();
    }
    const target = this.#checkPort(parseTarget(url));
    this.#targets.set(url, target);
    return target;
  }

  #checkPort(target: Target): Target {
    const { allowedPorts } = this.#options;
    return 'problem' in target || allowedPorts === undefined || allowedPorts.includes(target.port)
      ? target
      : { problem: `port ${String(target.port)} is not allowed` };
  }

  /** Exchanges under way that it aborts. */
  #abortedBy(signal: AbortSignal): Set<Exchange> {
    let exchanges = this.#bySignal.get(signal);
    if (exchanges === undefined) {
      exchanges = new Set();
      this.#bySignal.set(signal, exchanges);
      signal.addEventListener('abort', abortAll.bind(undefined, exchanges), { once: true });
    }
    return exchanges;
  }
}

/** A request that can be made. */
interface Call {
  request: HttpRequest;
  target: RequestTarget;
  signal: AbortSignal | undefined;
}

const ABORTED = 'the request was aborted';

function abortAll(exchanges: ReadonlySet<Exchange>): void {
  for (const exchange of [...exchanges]) {
    exchange.fail('aborted', ABORTED);
  }
}

function failedAtOnce(code: HttpErrorCode, message: string): HttpOutcome {
  return { kind: 'error', code, message, timings: { totalMs: 0 } };
}

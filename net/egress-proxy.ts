import { request as requestPlain, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { rootCertificates } from 'node:tls';
import type { AddressPolicy } from './address-policy.ts';
import { PROXY_FAILED, PROXY_REFUSES_TARGET, TARGET_UNREACHABLE } from './error-codes.ts';
import type { ReachBlame } from './reach-blame.ts';
import { refusalOf } from './refusal.ts';
import type { Resolve } from './resolver.ts';

export interface EgressProxyOptions {
  /** http: or https:, with user name and password where the proxy asks for them. */
  url: string;
  policy: AddressPolicy;
  resolve: Resolve;
  extraCa: readonly string[];
  reach: ReachBlame;
}

/** Of a host with more, the rest is not tried. */
const MAX_ADDRESSES = 4;
/** What proxies answer when they cannot reach a target; 59x are those of proxies that tell why. */
const UNREACHABLE = new Set([502, 503, 504, 521, 522, 523, 590, 593, 594, 595, 596, 599]);

/**
 * Connections through an HTTP proxy by CONNECT. The host is resolved and judged here, and the proxy is asked for the
 * judged address, never for the name: a name that the proxy resolved again could lead elsewhere.
 */
export class EgressProxy {
  readonly #options: EgressProxyOptions;
  readonly #requestOptions: RequestOptions;
  readonly #secure: boolean;
  readonly #credentials: Record<string, string>;
  /** Hosts for which the proxy itself has not been reached yet. */
  readonly #reaching = new Map<string, number>();

  constructor(options: EgressProxyOptions) {
    const url = new URL(options.url);
    this.#options = options;
    this.#credentials = credentialsOf(url);
    this.#secure = url.protocol === 'https:';
    this.#requestOptions = {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? (this.#secure ? 443 : 80) : Number(url.port),
      method: 'CONNECT',
      agent: false,
      ...(options.extraCa.length > 0 && { ca: [...rootCertificates, ...options.extraCa] }),
    };
  }

  /** Whether the proxy is to blame for a request to this host that timed out before it had a connection. */
  isToBlameFor(hostname: string): boolean {
    return this.#reaching.has(hostname) || this.#options.reach.isOurs(hostname);
  }

  /**
   * A connection to the host, as if it was made directly; `onAddress` hears when it is known to where. `timeoutMs` is for
   * reaching the proxy and its answer together. Rejects with an error whose code `failureOf` knows.
   */
  async open(
    { hostname, port, timeoutMs }: { hostname: string; port: number; timeoutMs: number },
    onAddress: () => void,
  ): Promise<Socket> {
    const { policy, resolve } = this.#options;
    const literal = isIP(hostname) !== 0;
    const addresses = literal ? [hostname] : (await resolve(hostname)).map(({ address }) => address);
    const refusal = refusalOf(addresses, policy);
    if (refusal !== undefined) {
      throw refusal;
    }
    onAddress();
    const untilMs = performance.now() + timeoutMs;
    return this.#firstOf(hostname, port, addresses.slice(0, MAX_ADDRESSES), untilMs);
  }

  async #firstOf(hostname: string, port: number, addresses: readonly string[], untilMs: number): Promise<Socket> {
    const [address = '', ...others] = addresses;
    try {
      const socket = await this.#tunnel(hostname, authorityOf(address, port), untilMs - performance.now());
      this.#options.reach.reached(hostname);
      return socket;
    } catch (error) {
      const mayTryOthers = (error as NodeJS.ErrnoException).code === TARGET_UNREACHABLE && untilMs > performance.now();
      if (others.length > 0 && mayTryOthers) {
        return this.#firstOf(hostname, port, others, untilMs);
      }
      throw this.#judge(hostname, error as NodeJS.ErrnoException);
    }
  }

  /** Whether to believe a proxy that says it cannot reach a host. */
  #judge(hostname: string, error: NodeJS.ErrnoException): NodeJS.ErrnoException {
    const isBelieved = error.code === PROXY_FAILED || !this.#options.reach.isOurs(hostname);
    return isBelieved ? error : coded(PROXY_FAILED, `the egress proxy reaches nobody: ${error.message}`);
  }

  #tunnel(hostname: string, authority: string, timeoutMs: number): Promise<Socket> {
    const headers = { ...this.#credentials, host: authority };
    const options = { ...this.#requestOptions, path: authority, headers };
    const request = this.#secure ? requestTls(options) : requestPlain(options);
    return new Promise((resolve, reject) => {
      const arrived = this.#markReaching(hostname, request, this.#secure ? 'secureConnect' : 'connect');
      const timer = setTimeout(() => {
        request.destroy(coded('ECONNRESET', 'given up'));
      }, timeoutMs);
      request.once('close', () => {
        clearTimeout(timer);
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        reject(errorOfConnection(error, arrived()));
      });
      request.once('connect', (response: IncomingMessage, socket: Socket, head: Buffer) => {
        clearTimeout(timer);
        settle(response.statusCode ?? 0, socket, head, { resolve, reject });
      });
      request.end();
    });
  }

  /** Returns whether the proxy was reached; the host counts as waiting until then. */
  #markReaching(hostname: string, request: ClientRequest, event: string): () => boolean {
    let done = false;
    const count = (by: number): void => {
      const waiting = (this.#reaching.get(hostname) ?? 0) + by;
      if (waiting > 0) {
        this.#reaching.set(hostname, waiting);
      } else {
        this.#reaching.delete(hostname);
      }
    };
    const finish = (): void => {
      if (!done) {
        done = true;
        count(-1);
      }
    };
    let reached = false;
    count(1);
    request.once('close', finish);
    request.once('socket', (socket) =>
      socket.once(event, () => {
        reached = true;
        finish();
      }),
    );
    return () => reached;
  }
}

function settle(
  status: number,
  socket: Socket,
  head: Buffer,
  { resolve, reject }: { resolve: (socket: Socket) => void; reject: (error: Error) => void },
): void {
  if (status === 200) {
    socket.setNoDelay(true).setKeepAlive(true, 60_000);
    if (head.length > 0) {
      socket.unshift(head);
    }
    resolve(socket);
    return;
  }
  socket.on('error', () => undefined);
  socket.destroy();
  reject(errorOfAnswer(status));
}

/** Some proxies hang up instead of saying that they cannot reach a target. */
function errorOfConnection(error: NodeJS.ErrnoException, proxyReached: boolean): NodeJS.ErrnoException {
  const code = error.code ?? 'error';
  if (proxyReached && code === 'ECONNRESET') {
    return coded(TARGET_UNREACHABLE, 'the egress proxy could not reach the endpoint');
  }
  return coded(PROXY_FAILED, `the egress proxy cannot be reached (${code})`);
}

function errorOfAnswer(status: number): NodeJS.ErrnoException {
  if (UNREACHABLE.has(status)) {
    return coded(TARGET_UNREACHABLE, `the egress proxy could not reach the endpoint (it answered ${String(status)})`);
  }
  return status === 403
    ? coded(PROXY_REFUSES_TARGET, 'the egress proxy does not allow this endpoint (it answered 403)')
    : coded(PROXY_FAILED, `the egress proxy answered ${String(status)}`);
}

function coded(code: string, message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(message), { code });
}

function credentialsOf({ username, password }: URL): Record<string, string> {
  if (username === '') {
    return {};
  }
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

const authorityOf = (address: string, port: number): string =>
  `${isIP(address) === 6 ? `[${address}]` : address}:${String(port)}`;

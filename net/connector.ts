import { isIP, type LookupFunction, type Socket } from 'node:net';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { buildConnector } from 'undici';
import type { ClientCertificate } from '../core/endpoint-auth.ts';
import { errorCode, errorMessage } from '../core/errors.ts';
import type { AddressPolicy } from './address-policy.ts';
import { limitConnecting } from './connect-limit.ts';
import { timeConnection, type ConnectionTimings } from './connection-phases.ts';
import type { EgressProxy } from './egress-proxy.ts';
import { NETWORK_AWAY } from './error-codes.ts';
import type { ReachBlame } from './reach-blame.ts';
import { refusalOf } from './refusal.ts';
import type { Resolve, ResolvedAddress } from './resolver.ts';

export interface ConnectorOptions {
  policy: AddressPolicy;
  /** Bounds its time itself. */
  resolve: Resolve;
  /** For TCP and TLS together, or for TLS through a proxy, once the address is known. */
  connectTimeoutMs: number;
  reach: ReachBlame;
  /** PEM certificates trusted besides the system's. Verification itself cannot be switched off. */
  extraCa: readonly string[];
  /** Shown to servers that ask for one. */
  clientCertificate?: ClientCertificate;
  /** Absent: connections are made directly. */
  proxy?: EgressProxy | undefined;
  /** Called when a connection is begun, within the dispatch of the request that it is for: what it took is filled in. */
  onConnecting?: (() => ConnectionTimings | undefined) | undefined;
  /** Called with each error of a connection on which something had been received before. */
  onUsedSocketError(error: Error): void;
}

/**
 * Opens connections to allowed addresses only. Every address a name resolves to is checked at the moment of connecting,
 * and the connection goes to exactly those addresses, so a second answer of the name server changes nothing. Literals
 * are checked here because `net` never looks them up.
 */
export function createGuardedConnector(options: ConnectorOptions): buildConnector.connector {
  const connect = buildConnector({
    // It would count the look-up too: `limitConnecting` does not.
    timeout: 0,
    lookup: guardedLookup(options),
    rejectUnauthorized: true,
    ...secureContextOf(options),
  });
  return (target, callback) => {
    const refusal = isIP(target.hostname) === 0 ? undefined : refusalOf([target.hostname], options.policy);
    if (refusal !== undefined) {
      callback(refusal, null);
      return;
    }
    const watched: buildConnector.Callback = (...result) => {
      const [error, socket] = result;
      if (error === null) {
        watch(socket, options.onUsedSocketError);
      }
      callback(...result);
    };
    const timings = options.onConnecting?.() ?? {};
    const opened: Opened = (socket) => {
      timeConnection(socket, timings);
      const secure = target.protocol === 'https:';
      limitConnecting(socket, { hostname: target.hostname, secure, timeoutMs: options.connectTimeoutMs });
    };
    if (options.proxy === undefined) {
      connectDirectly(options.reach, connect, { target, timings, opened }, watched);
    } else {
      const { proxy, connectTimeoutMs } = options;
      connectThrough({ proxy, connectTimeoutMs }, connect, { target, timings, opened }, watched);
    }
  };
}

/** undici's connectors return their socket, though their type does not say so. */
type Opened = (socket: unknown) => void;

interface Connecting {
  target: buildConnector.Options;
  timings: ConnectionTimings;
  opened: Opened;
}

/** What is said when packets find no way to a host, or nothing comes back. */
const NO_WAY = new Set(['ETIMEDOUT', 'ENETUNREACH', 'EHOSTUNREACH', 'EHOSTDOWN']);

/** Whose fault it is that a host cannot be reached is known from the others. */
function connectDirectly(
  reach: ReachBlame,
  connect: buildConnector.connector,
  { target, timings, opened }: Connecting,
  callback: buildConnector.Callback,
): void {
  const { hostname } = target;
  timings.hasAddress = isIP(hostname) !== 0;
  const judged: buildConnector.Callback = (...result) => {
    const [error] = result;
    const code = errorCode(error) ?? '';
    if (error !== null && timings.connectMs === undefined && NO_WAY.has(code) && reach.isOurs(hostname)) {
      const message = `no other host is reached either: ${errorMessage(error) || code}`;
      callback(Object.assign(new Error(message, { cause: error }), { code: NETWORK_AWAY }), null);
      return;
    }
    if (code === 'ECONNREFUSED') {
      reach.reached(hostname);
    }
    callback(...result);
  };
  const socket: unknown = connect(target, judged);
  opened(socket);
  (socket as Socket)
    .once('lookup', (error: Error | null) => {
      timings.hasAddress = error === null;
    })
    .once('connect', () => {
      reach.reached(hostname);
    });
}

/**
 * TLS, where it is spoken, is with the endpoint: the proxy sees no more than an address. The look-up and the way through the
 * proxy are one phase.
 */
function connectThrough(
  { proxy, connectTimeoutMs }: { proxy: EgressProxy; connectTimeoutMs: number },
  connect: buildConnector.connector,
  { target, timings, opened }: Connecting,
  callback: buildConnector.Callback,
): void {
  const begunMs = performance.now();
  const secure = target.protocol === 'https:';
  const port = target.port === '' ? (secure ? 443 : 80) : Number(target.port);
  const onAddress = (): void => {
    timings.hasAddress = true;
  };
  proxy.open({ hostname: target.hostname, port, timeoutMs: connectTimeoutMs }, onAddress).then(
    (socket) => {
      timings.connectMs = performance.now() - begunMs;
      if (secure) {
        opened(connect({ ...target, httpSocket: socket }, callback));
      } else {
        callback(null, socket);
      }
    },
    (error: unknown) => {
      callback(error as Error, null);
    },
  );
}

/**
 * Made once: reading the root certificates again for each connection costs milliseconds. A list of ours would take the
 * place of the default one, and of what NODE_EXTRA_CA_CERTS adds to it.
 */
function secureContextOf({ extraCa, clientCertificate }: ConnectorOptions): { secureContext?: SecureContext } {
  if (extraCa.length === 0 && clientCertificate === undefined) {
    return {};
  }
  return {
    secureContext: createSecureContext({
      ...(extraCa.length > 0 && { ca: [...rootCertificates, ...extraCa] }),
      ...(clientCertificate && { cert: clientCertificate.certificate, key: clientCertificate.privateKey }),
    }),
  };
}

/** Must run before the HTTP client attaches its own listener, so that the error is known when the request fails. */
function watch(socket: Socket, onUsedSocketError: (error: Error) => void): void {
  const bytesBefore = socket.bytesRead;
  socket.on('error', (error) => {
    if (socket.bytesRead > bytesBefore) {
      onUsedSocketError(error);
    }
  });
}

/** A `lookup` that answers with allowed addresses only; literals never reach it. */
export function guardedLookup({ resolve, policy }: Pick<ConnectorOptions, 'resolve' | 'policy'>): LookupFunction {
  return (hostname, lookupOptions, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const refusal = refusalOf(
          addresses.map(({ address }) => address),
          policy,
        );
        if (refusal !== undefined) {
          callback(refusal, '');
        } else if (lookupOptions.all === true) {
          callback(null, addresses);
        } else {
          answerOne(addresses, callback);
        }
      },
      (error: unknown) => {
        callback(error as NodeJS.ErrnoException, '');
      },
    );
  };
}

function answerOne(addresses: readonly ResolvedAddress[], callback: Parameters<LookupFunction>[2]): void {
  callback(null, addresses[0]?.address ?? '', addresses[0]?.family ?? 4);
}

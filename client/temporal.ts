import { Client, Connection, type ConnectionOptions, type WorkflowClientInterceptor } from '@temporalio/client';
import { GrpcRetries } from './grpc-retries.ts';
import { observeRequests, type TemporalRequest } from './request-observer.ts';

export interface TemporalConfig {
  address: string;
  namespace: string;
  tls: boolean;
  apiKey?: string;
}

export interface TemporalClient {
  client: Client;
  connection: Connection;
  close(): Promise<void>;
}

/** gRPC would leave a server that has been away for long alone for two minutes more. */
const RECONNECT_WITHIN_MS = 5_000;

/**
 * Connects when it is first used, and again whenever it has to: a server that is away is told by the requests. `onRequest` hears of
 * each that has ended.
 */
export function openTemporal(
  config: TemporalConfig,
  interceptors: WorkflowClientInterceptor[] = [],
  onRequest: (request: TemporalRequest) => void = () => undefined,
): TemporalClient {
  const retries = new GrpcRetries();
  const options: ConnectionOptions = {
    interceptors: [retries.interceptor, observeRequests(onRequest)],
    address: config.address,
    connectTimeout: '10 seconds',
    channelArgs: { 'grpc.max_reconnect_backoff_ms': RECONNECT_WITHIN_MS },
    ...(config.tls || config.apiKey !== undefined ? { tls: true } : {}),
    ...(config.apiKey === undefined ? {} : { apiKey: config.apiKey }),
  };
  const connection = Connection.lazy(options);
  const client = new Client({ connection, namespace: config.namespace, interceptors: { workflow: interceptors } });
  const close = async (): Promise<void> => {
    await retries.end();
    await connection.close();
  };
  return { client, connection, close };
}

/** Connects, or throws when the server does not answer within ten seconds. */
export async function connectTemporal(config: TemporalConfig): Promise<TemporalClient> {
  const temporal = openTemporal(config);
  try {
    await temporal.connection.ensureConnected();
    return temporal;
  } catch (error) {
    await temporal.close();
    throw error;
  }
}

/** Longer than a healthy server ever takes. */
const PING_TIMEOUT_MS = 3_000;

/** Rejects unless the server answers now. `ensureConnected` would not do: it remembers its first success for ever. */
export async function askTemporal({ connection }: TemporalClient): Promise<void> {
  await connection.withDeadline(Date.now() + PING_TIMEOUT_MS, () => connection.workflowService.getSystemInfo({}));
}

/** True when the server answers now. */
export async function pingTemporal(temporal: TemporalClient): Promise<boolean> {
  try {
    await askTemporal(temporal);
    return true;
  } catch {
    // Readiness wants a yes or no.
    return false;
  }
}

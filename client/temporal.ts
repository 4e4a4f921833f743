import { Client, Connection, type ConnectionOptions, type WorkflowClientInterceptor } from '@temporalio/client';

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

/** Connects, or throws when the server does not answer within ten seconds. */
export async function connectTemporal(
  config: TemporalConfig,
  interceptors: WorkflowClientInterceptor[] = [],
): Promise<TemporalClient> {
  const options: ConnectionOptions = {
    address: config.address,
    connectTimeout: '10 seconds',
    ...(config.tls || config.apiKey !== undefined ? { tls: true } : {}),
    ...(config.apiKey === undefined ? {} : { apiKey: config.apiKey }),
  };
  const connection = await Connection.connect(options);
  const client = new Client({ connection, namespace: config.namespace, interceptors: { workflow: interceptors } });
  return { client, connection, close: () => connection.close() };
}

/** Longer than a healthy server ever takes. */
const PING_TIMEOUT_MS = 3_000;

/** True when the server answers now. `ensureConnected` would not do: it remembers its first success for ever. */
export async function pingTemporal({ connection }: TemporalClient): Promise<boolean> {
  try {
    await connection.withDeadline(Date.now() + PING_TIMEOUT_MS, () => connection.workflowService.getSystemInfo({}));
    return true;
  } catch {
    // Readiness wants a yes or no.
    return false;
  }
}

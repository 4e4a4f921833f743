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

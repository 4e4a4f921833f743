import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listening {
  endpoint: string;
  stop(): Promise<void>;
}

/** An HTTP server on a free port of the loopback. */
export async function listen(handler: RequestListener): Promise<Listening> {
  // A client that does not repeat requests may not find its connection closed by Node's 5 s without one.
  const server = createServer({ keepAliveTimeout: 120_000 }, handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

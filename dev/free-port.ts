import { createServer } from 'node:net';

/** A loopback port nobody listens on right now. `preferred` is answered when it is still free. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await tryListen(preferred)) !== undefined) {
    return preferred;
  }
  const port = await tryListen(0);
  if (port === undefined) {
    throw new Error('no free port on 127.0.0.1');
  }
  return port;
}

/** Binds, reads the number and lets go; undefined when the port is taken. */
function tryListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : undefined;
      server.close(() => resolve(bound));
    });
  });
}

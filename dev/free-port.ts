import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Where systems give no ports away by themselves (Linux does from 32768 on, others from 49152): between the look and the
 * use of a port there, an outgoing connection or another server's `listen(0)` could get it.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;
const TRIES = 50;

/** A loopback port nobody listens on right now. `preferred` is answered when it is still free. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await canListen(preferred))) {
    return preferred;
  }
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    if (await canListen(port)) {
      return port;
    }
  }
  throw new Error(`none of ${String(TRIES)} ports from ${String(FIRST_PORT)} on is free on 127.0.0.1`);
}

/** Binds and lets go. */
function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

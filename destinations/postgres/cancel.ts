import type { Socket } from 'node:net';

/** The protocol's cancel request: its length, a code that is no version, and the two numbers of the connection. */
const CANCEL_REQUEST = 80_877_102;
const REQUEST_BYTES = 16;
/** An abort has to end within five seconds. */
const TIMEOUT_MS = 2_000;

/**
 * Asks the server to stop what a connection is doing. Best effort: the request is never answered, and some proxies take
 * none. It carries no credentials, so it goes without TLS, as most clients send it.
 */
export function sendCancel(
  socket: Socket,
  at: { host: string; port: number },
  of: { pid: number; key: number },
): Promise<void> {
  const request = Buffer.alloc(REQUEST_BYTES);
  request.writeInt32BE(REQUEST_BYTES, 0);
  request.writeInt32BE(CANCEL_REQUEST, 4);
  request.writeInt32BE(of.pid, 8);
  request.writeInt32BE(of.key, 12);
  return new Promise((resolve) => {
    const done = (): void => {
      socket.destroy();
      resolve();
    };
    socket.setTimeout(TIMEOUT_MS, done);
    // The server closes the connection when it has passed the request on.
    socket.once('close', done).once('error', done).resume();
    socket.connect(at.port, at.host, () => socket.write(request));
  });
}

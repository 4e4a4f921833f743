import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Piece {
  /** Counts what clients have sent, over all connections, from 0. */
  index: number;
  text: string;
  /** Drops both ends of the connection. */
  drop(): void;
}

export interface Proxy {
  port: number;
  /** Called before a piece goes to the server. */
  onRequest: (piece: Piece) => Promise<void> | void;
  /** Called before an answer goes to the client; false: it is dropped, and the connection with it. */
  onAnswer: (answer: { text: string; lastRequest: string }) => boolean;
  stop(): Promise<void>;
}

/** A TCP proxy in front of a server without TLS, which can hold a statement back or lose an answer. */
export async function startProxy(target: { host: string; port: number }): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let sent = 0;
  const server = createServer((client) => {
    const upstream = connect(target.port, target.host);
    const drop = (): void => {
      client.destroy();
      upstream.destroy();
    };
    let lastRequest = '';
    let queue = Promise.resolve();
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', drop);
      socket.on('close', drop);
    }
    client.on('data', (bytes: Buffer) => {
      const piece = { index: sent, text: bytes.toString('latin1'), drop };
      sent += 1;
      queue = queue.then(async () => {
        await proxy.onRequest(piece);
        lastRequest = piece.text;
        upstream.write(bytes);
      });
    });
    upstream.on('data', (bytes: Buffer) => {
      if (proxy.onAnswer({ text: bytes.toString('latin1'), lastRequest })) {
        client.write(bytes);
      } else {
        drop();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: Proxy = {
    port: (server.address() as AddressInfo).port,
    onRequest: () => undefined,
    onAnswer: () => true,
    stop: async () => {
      for (const socket of sockets) {
        socket.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/** Listens, and then does nothing any more, not even accept: once its queue is full, nobody gets a connection or an answer. */
const LISTENER = `
  const { createServer } = require('node:net');
  const { parentPort } = require('node:worker_threads');
  const server = createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;
const MAX_QUEUE = 64;
/** Connections on the loopback interface take less, if they are made at all, on a busy machine too. */
const PATIENCE_MS = 1_000;

export interface Blackhole {
  port: number;
  stop(): Promise<void>;
}

/** A port of 127.0.0.1 that answers no attempt at a connection, like a host behind a network that is gone. */
export async function startBlackhole(): Promise<Blackhole> {
  const worker = new Worker(LISTENER, { eval: true });
  const port = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve).once('error', reject);
  });
  const sockets: Socket[] = [];
  while (sockets.length < MAX_QUEUE && (await isConnected(port, sockets))) {
    // One more place of the queue is taken.
  }
  return {
    port,
    stop: async () => {
      sockets.forEach((socket) => socket.destroy());
      await worker.terminate();
    },
  };
}

function isConnected(port: number, sockets: Socket[]): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve(false);
    }, PATIENCE_MS);
    socket
      .on('error', () => undefined)
      .once('connect', () => {
        clearTimeout(timer);
        resolve(true);
      });
  });
}

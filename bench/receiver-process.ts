/**
 * The receiver of benchmarks, a process of its own: answers every POST with 200 and counts it. Talks to its parent over
 * IPC and ends with it.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceiverStats {
  requests: number;
  bytes: number;
  /** Milliseconds of Date.now(); undefined before the first request. */
  firstMs: number | undefined;
  lastMs: number | undefined;
}

function empty(): ReceiverStats {
  return { requests: 0, bytes: 0, firstMs: undefined, lastMs: undefined };
}

let stats = empty();

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  stats.firstMs ??= Date.now();
  request.on('data', (bytes: Buffer) => {
    stats.bytes += bytes.length;
  });
  request.on('end', () => {
    stats.requests += 1;
    stats.lastMs = Date.now();
    response.writeHead(200, { 'content-length': 0 }).end();
  });
});

process.on('message', (message: 'stats' | 'reset') => {
  const answer = stats;
  if (message === 'reset') {
    stats = empty();
  }
  process.send?.(answer);
});
process.on('disconnect', () => {
  process.exit(0);
});
server.listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port);
});

import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startEmbeddedClickHouse } from './server.ts';

/** The cluster that the engine is all of. */
export const CLUSTER = 'main';
export const SHARDED = 'sharded';

/**
 * The engine has a keeper inside of it, for itself. It makes real replicated tables with it; they take no writes, because
 * only a server has the port on which replicas fetch from one another.
 */
const CONFIG = `<clickhouse>
  <zookeeper><implementation>testkeeper</implementation></zookeeper>
  <macros><shard>1</shard><replica>first</replica></macros>
  <remote_servers>
    <${CLUSTER}>
      <shard><replica><host>127.0.0.1</host><port>9000</port></replica></shard>
    </${CLUSTER}>
    <${SHARDED}>
      <shard><replica><host>127.0.0.1</host><port>9000</port></replica></shard>
      <shard><replica><host>127.0.0.2</host><port>9000</port></replica></shard>
    </${SHARDED}>
  </remote_servers>
</clickhouse>`;

/** A statement without what only a server has: the queue of statements for all servers of a cluster. */
export function onThisServer(statement: string): string {
  return statement.replace(` ON CLUSTER '${CLUSTER}'`, '');
}

/** The same with tables that take writes here. */
function withoutReplicas(statement: string): string {
  return onThisServer(statement).replace(/\bReplicated(\w+)\('[^']*', '[^']*'(?:, )?/, '$1(');
}

export interface ClusterFront {
  /** The engine itself. */
  url: string;
  /** The engine where a cluster would be: what is sent here `ON CLUSTER` makes tables that are not replicated. */
  clusterUrl: string;
  /** What was sent there ON CLUSTER. */
  statements: string[];
  stop(): Promise<void>;
}

export async function startClusterFront(): Promise<ClusterFront> {
  const engine = await startEmbeddedClickHouse(undefined, CONFIG);
  const statements: string[] = [];
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const sent = Buffer.concat(await request.toArray());
    const text = sent.toString();
    const isForAll = onThisServer(text) !== text;
    if (isForAll) {
      statements.push(text);
    }
    const body = isForAll ? Buffer.from(withoutReplicas(text)) : sent;
    forward(new URL(request.url ?? '/', engine.url), request, body, response);
  };
  const proxy = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    url: engine.url,
    clusterUrl: `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`,
    statements,
    stop: async () => {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
      await engine.stop();
    },
  };
}

function forward(to: URL, { method = 'GET', headers }: IncomingMessage, body: Buffer, response: ServerResponse): void {
  const { 'transfer-encoding': _chunked, ...rest } = headers;
  const onward = httpRequest(to, { method, headers: { ...rest, 'content-length': String(body.length) } }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.once('error', () => response.destroy());
  onward.end(body);
}

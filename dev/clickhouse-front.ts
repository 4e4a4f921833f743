/**
 * ClickHouse's HTTP interface over the engine as a library (npm `chdb`), for machines without a ClickHouse server:
 *   tsx dev/clickhouse-front.ts --port 8123 --path .sluice/chdb [--config-file engine.xml]
 * It listens on loopback and knows no users: a development server only. Not covered: native protocol, sessions,
 * compress=1, query_id in system.processes (the id is in Settings['log_comment']).
 */
import { mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { handleRequest } from './clickhouse/handler.ts';
import { SessionPool } from './clickhouse/session-pool.ts';

/** Each running query holds one of Node's pool threads (see UV_THREADPOOL_SIZE in clickhouse.ts: 64). */
const MAX_SESSIONS = 40;
/** Running queries are cancelled at once at the end; this is for the engine to let go of them. */
const SHUTDOWN_GRACE_MS = 8_000;

const { values } = parseArgs({
  options: { port: { type: 'string' }, path: { type: 'string' }, 'config-file': { type: 'string' } },
});
const path = resolve(values.path ?? '.sluice/chdb');
const tempDir = `${path}.inserts`;
await rm(tempDir, { recursive: true, force: true });
await mkdir(tempDir, { recursive: true, mode: 0o700 });
const configFile = values['config-file'];
const pool = await SessionPool.open({
  ...{ path, pipesDir: `${path}.pipes`, limit: MAX_SESSIONS },
  engineArgs: configFile === undefined ? [] : [`--config-file=${resolve(configFile)}`],
});

const running = new Set<Promise<void>>();
/** As ClickHouse's own http_max_uri_size: bound parameters travel in the address. */
const MAX_HEADER_BYTES = 1024 * 1024;
const server = createServer(
  { requestTimeout: 0, keepAliveTimeout: 30_000, maxHeaderSize: MAX_HEADER_BYTES },
  (request, response) => {
    const work = handleRequest({ pool, tempDir }, request, response).finally(() => running.delete(work));
    running.add(work);
  },
);
server.listen({ host: '127.0.0.1', port: Number(values.port ?? 8123) });
await new Promise<void>((done) => server.once('listening', () => done()));

let ending = false;
async function shutDown(): Promise<void> {
  if (ending) {
    return;
  }
  ending = true;
  setTimeout(() => process.exit(1), SHUTDOWN_GRACE_MS).unref();
  server.close();
  server.closeIdleConnections();
  await pool.killAll();
  await Promise.allSettled(running);
  server.closeAllConnections();
  pool.close();
  process.exit(0);
}

for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) {
  process.on(signal, () => void shutDown());
}

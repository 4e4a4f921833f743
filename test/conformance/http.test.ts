import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { createCapturePlugin } from '../../capture/plugin.ts';
import { encodeColumns } from '../../clickhouse/encode-columns.ts';
import { insertEvents } from '../../clickhouse/insert-events.ts';
import { openEncoded } from '../../clickhouse/read-encoded.ts';
import { EVENT_COLUMNS } from '../../core/columns.ts';
import type { SourceEncoding } from '../../core/encoding.ts';
import type { ChunkReceipt, LoadChunkRequest, SessionContext } from '../../destinations/contract.ts';
import { createHttpDestination } from '../../destinations/http/index.ts';
import { createAddressPolicy } from '../../net/address-policy.ts';
import { createGuardedClient } from '../../net/guarded-client.ts';
import { capturedEvent } from '../clickhouse/events.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { contextOf } from './context.ts';
import { jsonLines, source } from './sources.ts';

jest.setTimeout(90_000);

const client = createGuardedClient({
  policy: createAddressPolicy({ allowCidrs: ['127.0.0.0/8'] }),
  userAgent: 'sluice-test',
});
const destination = createHttpDestination({ client, retryDelayMs: 5 });
afterAll(() => client.destroy());

function addressOf(server: Server): string {
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

async function load(
  config: Record<string, unknown>,
  requests: readonly LoadChunkRequest[],
  context: SessionContext = contextOf(),
): Promise<ChunkReceipt[]> {
  const session = await destination.open(destination.configSchema.parse(config), context);
  try {
    const receipts: ChunkReceipt[] = [];
    for (const request of requests) {
      receipts.push(await session.loadChunk(request));
    }
    return receipts;
  } finally {
    await session.close();
  }
}

describe('to a capture endpoint (ours, which is PostHog-compatible, with a real ClickHouse)', () => {
  const TOKENS = new Map([['phc_target', 2]]);
  let server: TestClickHouse;
  let app: FastifyInstance;
  let config: Record<string, unknown>;
  const refusals = { left: 0 };

  beforeAll(async () => {
    server = await startTestClickHouse();
    app = Fastify({ forceCloseConnections: true });
    await app.register(
      createCapturePlugin({
        resolveTeam: (token) => Promise.resolve(TOKENS.get(token)),
        store: async (events) => {
          await insertEvents(server.ch, events, { deduplicationToken: randomUUID(), timeoutMs: 10_000 });
          if (refusals.left > 0) {
            refusals.left -= 1;
            throw new Error('stored, and not acknowledged');
          }
        },
      }),
    );
    await app.listen({ host: '127.0.0.1', port: 0 });
    config = { url: `${addressOf(app.server)}/batch/`, apiKey: 'phc_target', maxBatchRows: 700 };
  }, 60_000);
  afterAll(async () => {
    await app.close();
    await server.stop();
  });

  const chunk = (chunkIndex: number, where: string): LoadChunkRequest => ({
    chunkIndex,
    chunkCount: 2,
    onProgress: () => undefined,
    openSource: (encoding: SourceEncoding, signal) => {
      const { columns } = encodeColumns(encoding, EVENT_COLUMNS);
      const sql = `SELECT ${columns} FROM event_log WHERE team_id = 1 AND ${where} ORDER BY inserted_at, uuid`;
      return openEncoded(server.ch, { sql, params: {} }, encoding, { queryId: randomUUID() }, signal);
    },
  });

  const rowsOf = (team: number): Promise<Record<string, string>[]> =>
    server.ch.rows({
      sql: `SELECT uuid, event, distinct_id, properties, toString(timestamp) AS timestamp FROM events FINAL
        WHERE team_id = ${String(team)} ORDER BY uuid`,
    });

  test('5,000 events arrive, each the same in every part, also when a batch is sent twice and the chunk again', async () => {
    const events = Array.from({ length: 5_000 }, (_, row) =>
      capturedEvent({
        event: `event "${String(row % 7)}" ünï\n😀`,
        distinctId: `user\t${String(row % 100)}`,
        propertiesJson: `{"row": ${String(row)},\n "big":9007199254740993, "text":"a\\nb \\u00e9 \\\\", "$set":{"plan":"x"}}`,
        timestamp: `2026-11-2${String(row % 2)} 12:00:00.${String(row * 7).padStart(6, '0')}`,
      }),
    );
    await insertEvents(server.ch, events, { deduplicationToken: randomUUID(), timeoutMs: 10_000 });
    refusals.left = 2;
    const context = contextOf();
    const chunks = [chunk(0, 'cityHash64(uuid) % 3 = 0'), chunk(1, 'cityHash64(uuid) % 3 > 0')];
    const receipts = await load(config, chunks, context);
    await load(config, [chunk(0, 'cityHash64(uuid) % 3 = 0')], context);
    expect(receipts.reduce((sum, { rows }) => sum + rows, 0)).toBe(5_000);
    // A raw line break between tokens becomes a space: the event travels as one line.
    const expected = (await rowsOf(1)).map((row) => ({ ...row, properties: row['properties']?.replaceAll('\n', ' ') }));
    const found = await rowsOf(2);
    expect(found).toHaveLength(5_000);
    expect(found).toEqual(expected);
    // The copies arrived; the receiver's `events` dropped them by uuid and time.
    const [stored] = await server.ch.rows<{ n: number }>({
      sql: 'SELECT count() AS n FROM event_log WHERE team_id = 2',
    });
    expect(stored?.n).toBeGreaterThan(5_000);
  });

  test('a key that no project has is the customer’s mistake, and is not told', async () => {
    const failed = load({ ...config, apiKey: 'phc_nobody' }, [chunk(0, '1')]);
    await expect(failed).rejects.toMatchObject({
      code: 'http_target_credentials_refused',
      fault: 'customer',
      retryable: false,
    });
    await expect(failed).rejects.not.toThrow(/phc_nobody/);
  });

  test('the connection check passes', async () => {
    const steps = await destination.check(destination.configSchema.parse(config), new AbortController().signal);
    expect(steps.map(({ status }) => status)).toEqual(['passed', 'passed', 'passed']);
  });
});

describe('to any receiver', () => {
  interface Received {
    headers: IncomingMessage['headers'];
    body: string;
  }
  let server: Server;
  let received: Received[];
  let answer: (request: Received, response: ServerResponse) => void;
  let config: Record<string, unknown>;

  beforeAll(async () => {
    server = createServer((request, response) => {
      void request.toArray().then((chunks) => {
        const bytes = Buffer.concat(chunks as Buffer[]);
        const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
        received.push({ headers: request.headers, body });
        answer({ headers: request.headers, body }, response);
      });
    });
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    config = { url: addressOf(server), shape: 'jsonl', compression: 'none', maxBatchRows: 10 };
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  beforeEach(() => {
    received = [];
    answer = (_request, response) => response.end();
  });

  const content = jsonLines(25);
  const lines = (options: Parameters<typeof source>[1] = {}, bytes = content): LoadChunkRequest => ({
    chunkIndex: 0,
    chunkCount: 1,
    openSource: () => Promise.resolve(source(bytes, options)),
    onProgress: () => undefined,
  });
  const answerOnce = (status: number, headers: Record<string, string> = {}): void => {
    let refused = false;
    answer = (_request, response) => {
      response.writeHead(refused ? 200 : status, refused ? {} : headers).end();
      refused = true;
    };
  };

  test('JSON lines and arrays, with own headers, auth and ids that stay', async () => {
    const own = { ...config, auth: 'basic', username: 'u', password: 'p', headers: { 'X-Own': 'yes' } };
    const context = contextOf();
    await load(own, [lines()], context);
    await load({ ...own, shape: 'json_array', compression: 'gzip' }, [lines()], context);
    const [first, second] = [received.slice(0, 3), received.slice(3)];
    expect(first.map(({ body }) => body).join('')).toBe(content.toString());
    expect(second.flatMap(({ body }) => JSON.parse(body) as unknown[])).toHaveLength(25);
    expect(first[0]?.headers).toMatchObject({
      'x-own': 'yes',
      authorization: `Basic ${Buffer.from('u:p').toString('base64')}`,
      'content-type': 'application/x-ndjson',
    });
    const ids = (of: Received[]): unknown[] => of.map(({ headers }) => headers['idempotency-key']);
    expect(new Set(ids(first)).size).toBe(3);
    expect(ids(second)).toEqual(ids(first));
    await load(own, [lines()], { ...context, generation: 1 });
    expect(ids(received.slice(6)).some((id) => ids(first).includes(id))).toBe(false);
  });

  test.each([408, 429, 500, 503])('status %i is tried again, with the same id', async (status) => {
    answerOnce(status, { 'retry-after': '0' });
    expect(await load(config, [lines()])).toMatchObject([{ rows: 25 }]);
    expect(received).toHaveLength(4);
    expect(received[0]?.headers['x-sluice-batch-id']).toBe(received[1]?.headers['x-sluice-batch-id']);
  });

  test('413 halves the batch until it is taken; a single row above the limit fails', async () => {
    answer = (request, response) => response.writeHead(request.body.split('\n').length > 4 ? 413 : 200).end();
    expect(await load(config, [lines()])).toMatchObject([{ rows: 25 }]);
    answer = (_request, response) => response.writeHead(413).end();
    await expect(load(config, [lines()])).rejects.toMatchObject({
      code: 'http_target_row_too_large',
      retryable: false,
    });
  });

  test.each([
    [302, 'http_target_redirected'],
    [400, 'http_target_batch_refused'],
    [404, 'http_target_endpoint_missing'],
  ])('status %i fails at once as %s', async (status, code) => {
    answer = (_request, response) => response.writeHead(status, { location: addressOf(server) }).end();
    await expect(load(config, [lines()])).rejects.toMatchObject({ code, retryable: false, fault: 'customer' });
    expect(received).toHaveLength(1);
  });

  test('a receiver that resets or is silent is tried again, and then the activity may', async () => {
    let broken = 2;
    answer = (_request, response) => {
      broken -= 1;
      if (broken >= 0) {
        response.socket?.resetAndDestroy();
      } else {
        response.end();
      }
    };
    expect(await load(config, [lines()])).toMatchObject([{ rows: 25 }]);
    answer = () => undefined;
    await expect(load({ ...config, timeoutSeconds: 1 }, [lines()])).rejects.toMatchObject({
      code: 'http_target_unreachable',
      retryable: true,
    });
  });

  test('an abort ends a request that hangs, with its own reason', async () => {
    const controller = new AbortController();
    const reason = new Error('cancelled by the test');
    answer = () => controller.abort(reason);
    await expect(load(config, [lines()], contextOf({ signal: controller.signal }))).rejects.toBe(reason);
  });

  test('a source that breaks: nothing of its last bytes is sent', async () => {
    await expect(load(config, [lines({ stopAt: 0.99, then: 'fail' })])).rejects.toThrow('source failed');
    expect(received).toEqual([]);
    const big = jsonLines(2_000, 1_000);
    await expect(load({ ...config, maxBatchRows: 100 }, [lines({ stopAt: 0.9, then: 'fail' }, big)])).rejects.toThrow();
    const sent = received.reduce((sum, { body }) => sum + body.length, 0);
    expect(sent).toBeLessThan(big.length * 0.9 - 64 * 1024);
    expect(big.toString().startsWith(received.map(({ body }) => body).join(''))).toBe(true);
  });

  test('an address inside is refused', async () => {
    const guarded = createGuardedClient({ policy: createAddressPolicy({ allowCidrs: [] }), userAgent: 'sluice-test' });
    const strict = createHttpDestination({ client: guarded });
    const session = await strict.open(strict.configSchema.parse(config), contextOf());
    await expect(session.loadChunk(lines())).rejects.toMatchObject({ code: 'address_not_allowed', fault: 'customer' });
    const steps = await strict.check(strict.configSchema.parse(config), new AbortController().signal);
    expect(steps[0]).toMatchObject({ name: 'connection', status: 'failed' });
    await guarded.destroy();
    expect(received).toEqual([]);
  });
});

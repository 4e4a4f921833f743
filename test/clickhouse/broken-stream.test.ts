import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClickHouse, type ClickHouse } from '../../clickhouse/client.ts';
import { EVENTS_MODEL } from '../../clickhouse/models/events.ts';
import type { ExportModel } from '../../clickhouse/models/model.ts';
import { openChunk, type SourceStream } from '../../clickhouse/read-chunk.ts';
import { customersFault } from '../../clickhouse/user-sql/faults.ts';
import { EVENT_COLUMNS } from '../../core/columns.ts';
import { fileEncoding } from '../../destinations/file-encoding.ts';
import { eventually } from '../support/eventually.ts';

/** A server that answers every count with nothing and every export as the test says. */
let answer: (response: ServerResponse) => void;
let killed: string[] = [];
let server: Server;
let ch: ClickHouse;

beforeAll(async () => {
  server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  ch = createClickHouse({ url: `http://127.0.0.1:${String(port)}`, database: 'd' });
});
afterAll(async () => {
  await ch.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let sql = '';
  for await (const bytes of request) {
    sql += String(bytes);
  }
  const { searchParams } = new URL(request.url ?? '', 'http://server');
  if (searchParams.get('query_id') === 'export') {
    answer(response);
    return;
  }
  if (sql.startsWith('KILL QUERY')) {
    killed.push(searchParams.get('param_id') ?? '');
  }
  response.end('{"data":[]}');
}

const LINE = '{"uuid":"u","team_id":1}\n';
const signal = new AbortController().signal;
const scope = { teamId: 1, filter: {}, range: { startMicros: 0, endMicros: 10 }, model: EVENTS_MODEL };

/** As the model `sql` opens its statements. */
const OF_A_QUERY: ExportModel = {
  ...EVENTS_MODEL,
  relation: {
    ...EVENTS_MODEL.relation,
    select: async (...of) => ({ ...(await EVENTS_MODEL.relation.select(...of)), faultOf: customersFault }),
  },
};

function open(
  fileFormat: 'jsonl' | 'parquet',
  compression: 'none' | 'gzip' = 'none',
  given = signal,
  model: ExportModel = EVENTS_MODEL,
): Promise<SourceStream> {
  const chunk = { ...scope.range, expectedRows: 1 };
  return openChunk(
    ch,
    { scope: { ...scope, model }, chunk },
    fileEncoding({ fileFormat, compression }, EVENT_COLUMNS),
    { queryId: 'export' },
    given,
  );
}

async function drain(stream: SourceStream): Promise<void> {
  for await (const bytes of stream.body) {
    expect(bytes.length).toBeGreaterThan(0);
  }
}

const broken = { code: 'source_stream_broken', retryable: true, fault: 'platform' };

describe('a source that breaks', () => {
  test.each(['none', 'gzip'] as const)('a connection torn in the middle (%s)', async (compression) => {
    answer = (response) => {
      response.write(LINE.repeat(1_000), () => response.destroy());
    };
    await expect(open('jsonl', compression).then(drain)).rejects.toMatchObject(broken);
  });

  test('a clean end in the middle of a row', async () => {
    answer = (response) => response.end(LINE.repeat(1_000).slice(0, -5));
    await expect(open('jsonl').then(drain)).rejects.toMatchObject(broken);
  });

  test('a clean end in the middle of a Parquet file', async () => {
    answer = (response) => response.end(`PAR1${'x'.repeat(5_000)}`);
    await expect(open('parquet').then(drain)).rejects.toMatchObject(broken);
    answer = (response) => response.end('');
    await expect(open('parquet').then(drain)).rejects.toMatchObject(broken);
  });

  test('an error after the headers, tagged', async () => {
    answer = (response) => {
      response.setHeader('X-ClickHouse-Exception-Tag', 'abcdefghijklmnop');
      response.write(LINE.repeat(10));
      response.end(
        '\r\n__exception__\r\nabcdefghijklmnop\r\nCode: 241. DB::Exception: too much memory\r\n44 abcdefghijklmnop\r\n__exception__\r\n',
      );
    };
    await expect(open('jsonl').then(drain)).rejects.toMatchObject(broken);
    await expect(open('jsonl').then(drain)).rejects.toThrow(/too much memory/);
  });

  test('an error before the headers keeps its own number and can be retried', async () => {
    answer = (response) => {
      response.writeHead(500, { 'X-ClickHouse-Exception-Code': '241' });
      response.end('Code: 241. DB::Exception: Memory limit exceeded. (MEMORY_LIMIT_EXCEEDED) (version 26.1)');
    };
    await expect(open('jsonl')).rejects.toMatchObject({ code: 'clickhouse_error', retryable: true, fault: 'platform' });
  });

  test.each([
    ['241. DB::Exception: Query memory limit exceeded', 'query_limit_exceeded'],
    ['153. DB::Exception: Division by zero', 'query_invalid'],
  ])('a query of a customer that fails half-way (%s) is theirs to mend', async (text, code) => {
    answer = (response) => {
      response.write(LINE.repeat(10));
      response.end(`\r\n__exception__\r\n\r\nCode: ${text}\r\n44 \r\n__exception__\r\n`);
    };
    const theirs = { code, retryable: false, fault: 'customer', remedy: expect.any(String) };
    await expect(open('jsonl', 'none', signal, OF_A_QUERY).then(drain)).rejects.toMatchObject(theirs);
    await expect(open('jsonl').then(drain)).rejects.toMatchObject(broken);
  });

  test('a query of a customer whose server has no memory left is tried again', async () => {
    answer = (response) => {
      response.write(LINE.repeat(10));
      response.end(
        '\r\n__exception__\r\n\r\nCode: 241. DB::Exception: (total) memory limit exceeded\r\n44 \r\n__exception__\r\n',
      );
    };
    await expect(open('jsonl', 'none', signal, OF_A_QUERY).then(drain)).rejects.toMatchObject(broken);
  });

  test('nobody reading on: the query is killed', async () => {
    killed = [];
    answer = (response) => void response.write(LINE.repeat(1_000));
    const stream = await open('jsonl');
    await stream.body[Symbol.asyncIterator]().next();
    const controller = new AbortController();
    const aborted = open('jsonl', 'none', controller.signal).then(drain);
    controller.abort(new Error('cancelled'));
    await expect(aborted).rejects.toThrow();
    await (stream.body as AsyncGenerator<Uint8Array>).return(undefined);
    await eventually(() => expect(killed).toContain('export'));
  });
});

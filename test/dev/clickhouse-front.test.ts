import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { createClient } from '@clickhouse/client';
import type { DataFormat } from '@clickhouse/client';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startFront, type Front } from './support/front.ts';

let front: Front;
let stack: Front['stack'];
let client: Front['client'];
let rowsOf: Front['rowsOf'];
let dataDir: string;

beforeAll(async () => {
  front = await startFront();
  ({ stack, client, rowsOf, dataDir } = front);
}, 120_000);

afterAll(() => front.stop(), 60_000);

async function bytesOf(query: string, format: DataFormat, extra: object = {}): Promise<Buffer> {
  const { stream } = await client.exec({ query: `${query} FORMAT ${format}`, ...extra });
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** Answer of a request made by hand. */
async function post(path: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> {
  return await fetch(`${stack.clickhouseUrl}${path}`, { method: 'POST', body, headers });
}

function residentBytes(pid: number): Promise<number> {
  return readFile(`/proc/${pid}/status`, 'utf8').then((text) => Number(/VmRSS:\s+(\d+)/.exec(text)?.[1]) * 1024);
}

describe('the protocol', () => {
  test('answers ping', async () => {
    expect(await client.ping()).toMatchObject({ success: true });
  });

  test('runs DDL, binds parameters of every kind and selects a database', async () => {
    await client.command({ query: 'CREATE DATABASE other' });
    await client.command({ query: 'CREATE TABLE other.t (id UInt64, s String) ENGINE = MergeTree ORDER BY id' });
    await client.insert({ table: 'other.t', values: [{ id: 1, s: 'a' }], format: 'JSONEachRow' });
    const other = createClient({ url: stack.clickhouseUrl, database: 'other' });
    const result = await other.query({
      query: `SELECT s, {text:String} AS text, {list:Array(String)} AS list, {none:Nullable(String)} AS none,
              {big:UInt64} AS big, {at:DateTime64(6, 'UTC')} AS at FROM {table:Identifier} WHERE id = {id:UInt64}`,
      query_params: {
        text: `it's "quoted" \\ \t\n {x:String} ; -- é`,
        list: ['a', "b'c"],
        none: null,
        big: '18446744073709551615',
        at: '2026-01-02 03:04:05.678901',
        table: 't',
        id: 1,
      },
      clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
      format: 'JSONEachRow',
    });
    expect(await result.json()).toEqual([
      {
        s: 'a',
        text: `it's "quoted" \\ \t\n {x:String} ; -- é`,
        list: ['a', "b'c"],
        none: null,
        big: '18446744073709551615',
        at: '2026-01-02 03:04:05.678901',
      },
    ]);
    await other.close();
  });

  test.each([{}, { readonly: '1' as const }])(
    'settings (%j), parameters and databases of one query do not reach the next',
    async (more) => {
      const settings = { max_threads: 1, max_block_size: '123', ...more };
      await Promise.all(
        Array.from({ length: 20 }, () =>
          rowsOf('SELECT {leak:String}', { query_params: { leak: 'x' }, clickhouse_settings: settings }),
        ),
      );
      const seen = await Promise.all(
        Array.from({ length: 20 }, () =>
          rowsOf<{ block: string; db: string }>(
            "SELECT toString(getSetting('max_block_size')) AS block, currentDatabase() AS db",
          ),
        ),
      );
      expect(new Set(seen.flat().map(({ block, db }) => `${block} ${db}`))).toEqual(new Set(['65409 default']));
      await expect(rowsOf('SELECT {leak:String}')).rejects.toMatchObject({ code: '456' });
    },
  );

  test('a setting that is wrong fails its own query only', async () => {
    const wrong = { max_block_size: '123', max_threads: 'many' } as object;
    for (let round = 0; round < 3; round += 1) {
      await expect(rowsOf('SELECT 1', { clickhouse_settings: wrong })).rejects.toThrow('many');
      expect(await rowsOf("SELECT toString(getSetting('max_block_size')) AS block")).toEqual([{ block: '65409' }]);
    }
  });

  test('a query with settings and parameters is two statements to the engine', async () => {
    const count = async (): Promise<number> => {
      const [row] = await rowsOf<{ statements: string }>(
        'SELECT value AS statements FROM system.events WHERE event = {name:String}',
        { query_params: { name: 'Query' }, clickhouse_settings: { max_threads: 1 } },
      );
      return Number(row!.statements);
    };
    const before = await count();
    expect((await count()) - before).toBe(2);
  });

  test('a FORMAT in the text wins, one in a string or a comment does not count', async () => {
    const plain = await post(
      '/',
      "SELECT 'FORMAT JSON' AS a, 'it''s; \\' FORMAT CSV' AS b -- FORMAT XML\nFORMAT JSONCompactEachRow /* FORMAT TSV */ ;",
    );
    expect(await plain.json()).toEqual(['FORMAT JSON', "it's; ' FORMAT CSV"]);
    const byUrl = await post('/?default_format=JSONEachRow', 'SELECT 1 AS a SETTINGS max_threads = 1');
    expect(await byUrl.text()).toBe('{"a":1}\n');
    expect(await (await post('/', 'SELECT 1, 2')).text()).toBe('1\t2\n');
    expect(await (await post('/', 'SELECT 1 AS a FORMAT CSVWithNames SETTINGS max_threads = 1')).text()).toBe(
      '"a"\n1\n',
    );
  });

  test.each([
    ['SELECT 1, 1', '1\t1\n'],
    ['SELECT NULL', '\\N\n'],
    ['(SELECT 1 AS a) UNION ALL (SELECT 1)', '1\n1\n'],
    ['WITH 3 AS x SELECT x', '3\n'],
    ['SELECT number, count() FROM numbers(2) GROUP BY number WITH TOTALS ORDER BY number', '0\t1\n1\t1\n\n0\t2\n'],
    ['EXISTS TABLE system.one', '1\n'],
    ['SELECT 1 WHERE 0', ''],
  ])('%s', async (sql, expected) => {
    expect(await (await post('/', sql)).text()).toBe(expected);
  });

  test.each([
    ['SELEC 1', 400, 62],
    ['SELECT * FROM missing_table', 404, 60],
    ['SELECT missing_column', 404, 47],
    ['SELECT 1; DROP TABLE t', 400, 62],
    ['SELECT 1 SETTINGS no_such_setting = 1', 404, 115],
    ['INSERT INTO missing_table FORMAT JSONEachRow {"a":1}', 404, 60],
    ['SELECT throwIf(number = 3) FROM numbers(5)', 400, 395],
  ])('the error of %s has a status, a code and the text', async (sql, status, code) => {
    const response = await post('/', sql);
    expect(response.status).toBe(status);
    expect(response.headers.get('x-clickhouse-exception-code')).toBe(String(code));
    expect(await response.text()).toMatch(new RegExp(`^Code: ${code}\\. DB::Exception: .+\\([A-Z_]+\\)`, 's'));
  });

  test('compresses the answer when asked and reports the query id', async () => {
    const zipped = createClient({ url: stack.clickhouseUrl, compression: { response: true, request: true } });
    const result = await zipped.query({
      query: 'SELECT number FROM numbers(100000)',
      query_id: 'my-id',
      format: 'JSONEachRow',
    });
    expect(result.query_id).toBe('my-id');
    expect(result.response_headers['content-encoding']).toBe('gzip');
    expect(await result.json()).toHaveLength(100_000);
    await zipped.close();
  });
});

describe('inserts', () => {
  beforeAll(async () => {
    await client.command({
      query: `CREATE TABLE log (id UInt64, s String, inserted_at DateTime64(6, 'UTC') DEFAULT now64(6))
              ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100`,
    });
    await client.command({
      query: `CREATE TABLE lengths (id UInt64, n UInt64)
              ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100`,
    });
    await client.command({
      query: 'CREATE MATERIALIZED VIEW lengths_mv TO lengths AS SELECT id, length(s) AS n FROM log',
    });
  });

  test('fill defaults, feed views, keep every character, and a repeated token stores nothing twice', async () => {
    const text = 'a;b\'"\\ \n\n;INSERT INTO x FORMAT y é 🎉 \u0000 end';
    const values = Array.from({ length: 5_000 }, (_, id) => ({ id, s: `${text}${id}` }));
    const clickhouse_settings = {
      insert_deduplication_token: 'batch-1',
      async_insert: 1 as const,
      wait_for_async_insert: 1 as const,
    };
    await client.insert({ table: 'log', values, format: 'JSONEachRow', clickhouse_settings });
    const again = await client.insert({ table: 'log', values, format: 'JSONEachRow', clickhouse_settings });
    expect(again.executed).toBe(true);
    const [row] = await rowsOf<object>(
      "SELECT count() AS rows, countIf(s = concat({text:String}, toString(id))) AS same, countIf(abs(dateDiff('second', inserted_at, now())) < 60) AS dated FROM log",
      { query_params: { text }, clickhouse_settings: { output_format_json_quote_64bit_integers: 0 } },
    );
    expect(row).toEqual({ rows: 5_000, same: 5_000, dated: 5_000 });
    expect(await rowsOf('SELECT toInt32(count()) AS n FROM lengths')).toEqual([{ n: 5_000 }]);
  });

  test.each([
    ['JSONEachRow', Buffer.from('{"id":1,"s":"x"}\n')],
    ['CSV', Buffer.from('1,"x"\n')],
    ['CSVWithNames', Buffer.from('id,s\n1,x\n')],
    ['TabSeparated', Buffer.from('1\tx\n')],
    ['Values', Buffer.from("(1, 'x')")],
    ['RowBinary', Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 1, 0x78])],
  ])('accept %s in the body, packed or not', async (format, body) => {
    await client.command({ query: 'CREATE OR REPLACE TABLE one (id UInt64, s String) ENGINE = MergeTree ORDER BY id' });
    const query = encodeURIComponent(`INSERT INTO one (id, s) SETTINGS max_insert_threads = 1 FORMAT ${format}`);
    expect((await post(`/?query=${query}`, body)).status).toBe(200);
    expect((await post(`/?query=${query}`, gzipSync(body), { 'content-encoding': 'gzip' })).status).toBe(200);
    expect(await rowsOf('SELECT toInt32(id) AS id, s FROM one')).toEqual([
      { id: 1, s: 'x' },
      { id: 1, s: 'x' },
    ]);
  });

  test('accept rows in the statement', async () => {
    await client.command({ query: 'CREATE OR REPLACE TABLE two (id UInt64, s String) ENGINE = MergeTree ORDER BY id' });
    await client.command({ query: "INSERT INTO two VALUES (1, 'a;b'), (2, ')')" });
    await client.command({ query: 'INSERT INTO two (id, s) FORMAT JSONEachRow\n{"id":3,"s":"c"}' });
    await client.command({ query: 'INSERT INTO two SELECT number + 4, toString(number) FROM numbers(2)' });
    expect(await rowsOf('SELECT toInt32(id) AS id, s FROM two ORDER BY id')).toEqual([
      { id: 1, s: 'a;b' },
      { id: 2, s: ')' },
      { id: 3, s: 'c' },
      { id: 4, s: '0' },
      { id: 5, s: '1' },
    ]);
  });

  test('a bad row stores nothing, and so does a body that is cut off', async () => {
    await client.command({ query: 'CREATE OR REPLACE TABLE three (id UInt64) ENGINE = MergeTree ORDER BY id' });
    const insert = `/?query=${encodeURIComponent('INSERT INTO three FORMAT JSONEachRow')}`;
    expect((await post(insert, '{"id":1}\n{"id":"bad"}\n')).status).toBe(400);
    await new Promise<void>((resolve) => {
      const cut = request(`${stack.clickhouseUrl}${insert}`, { method: 'POST', headers: { 'content-length': '1000' } });
      cut.on('error', () => resolve());
      cut.write('{"id":1}\n', () => setImmediate(() => cut.destroy(new Error('cut'))));
    });
    await client.command({ query: 'INSERT INTO three VALUES (7)' });
    expect(await rowsOf('SELECT toInt32(id) AS id FROM three')).toEqual([{ id: 7 }]);
  });
});

describe('results', () => {
  const SOURCE = "SELECT number AS id, concat('é\"\\n', toString(cityHash64(number))) AS text FROM numbers(200000)";

  test('Parquet is one valid document and obeys its settings', async () => {
    const sizes = await Promise.all(
      (['zstd', 'none'] as const).map(async (method) => {
        const clickhouse_settings = { output_format_parquet_compression_method: method };
        const bytes = await bytesOf(SOURCE, 'Parquet', { clickhouse_settings });
        const file = join(dataDir, `${method}.parquet`);
        await writeFile(file, bytes);
        const duck = await (await DuckDBInstance.create()).connect();
        const read = await duck.runAndReadAll(`SELECT count(*), count(DISTINCT id), sum(id) FROM '${file}'`);
        expect(read.getRows().map((row) => row.map(String))).toEqual([['200000', '200000', '19999900000']]);
        return bytes.length;
      }),
    );
    expect(sizes[0]).toBeLessThan((sizes[1] ?? 0) * 0.9);
  });

  test('text formats are one document with one header', async () => {
    const lines = (await bytesOf(SOURCE, 'JSONEachRow')).toString().trimEnd().split('\n');
    expect(lines).toHaveLength(200_000);
    expect(JSON.parse(lines[199_999] ?? '')).toMatchObject({ id: 199_999 });
    const csv = (await bytesOf('SELECT number AS id FROM numbers(200000)', 'CSVWithNames'))
      .toString()
      .trimEnd()
      .split('\n');
    expect(csv).toHaveLength(200_001);
    expect(csv.filter((line) => line === '"id"')).toHaveLength(1);
  });

  test('ArrowStream is one stream: read back whole by the engine', async () => {
    const bytes = await bytesOf(SOURCE, 'ArrowStream' as DataFormat);
    await client.command({
      query: 'CREATE OR REPLACE TABLE back (id UInt64, text String) ENGINE = MergeTree ORDER BY id',
    });
    await post(`/?query=${encodeURIComponent('INSERT INTO back FORMAT ArrowStream')}`, bytes);
    expect(await rowsOf('SELECT toInt32(uniqExact(id)) AS n FROM back')).toEqual([{ n: 200_000 }]);
  });

  test('keep the order of ORDER BY', async () => {
    const text = await bytesOf('SELECT number FROM numbers(1000000) ORDER BY number DESC', 'TabSeparated');
    const numbers = text.toString().trimEnd().split('\n').map(Number);
    expect(numbers).toHaveLength(1_000_000);
    expect(numbers.every((value, index) => value === 999_999 - index)).toBe(true);
  });

  test.each(['JSONEachRow', 'CSVWithNames', 'Parquet'] as const)(
    'an error in the middle of %s is no clean end',
    async (format) => {
      const query = "SELECT number, repeat('x', 200), throwIf(number = 900000) FROM numbers(1000000)";
      const settings = { clickhouse_settings: { max_threads: 1, max_block_size: '8192' } };
      await expect(bytesOf(query, format, settings)).rejects.toBeDefined();
      const { received, complete } = await readRaw(`${query} SETTINGS max_threads = 1 FORMAT ${format}`);
      expect(complete).toBe(false);
      if (format !== 'Parquet') {
        expect(received).toBeGreaterThan(1_000_000);
      }
    },
  );

  /** What arrives on the wire, and whether the answer ended as HTTP says. */
  function readRaw(sql: string): Promise<{ received: number; complete: boolean }> {
    return new Promise((resolve) => {
      const outgoing = request(stack.clickhouseUrl, { method: 'POST' }, (response) => {
        let received = 0;
        response.on('data', (chunk: Buffer) => (received += chunk.length));
        response.on('error', () => undefined);
        response.on('close', () => resolve({ received, complete: response.complete && response.statusCode === 200 }));
      });
      outgoing.end(sql);
    });
  }

  test('a slow reader holds the engine back instead of filling memory', async () => {
    const pid = stack.pids['clickhouse'] ?? 0;
    const query = "SELECT number, repeat('x', 1000) FROM numbers(3000000) FORMAT JSONEachRow"; // 3 GB
    const { stream } = await client.exec({ query });
    stream.pause();
    const before = await residentBytes(pid);
    let highest = 0;
    for (let look = 0; look < 20; look += 1) {
      highest = Math.max(highest, await residentBytes(pid));
      await rowsOf('SELECT sum(cityHash64(number)) FROM numbers(20000000)'); // others go on meanwhile
    }
    expect(highest - before).toBeLessThan(600e6);
    let received = 0;
    await pipeline(
      stream,
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          received += chunk.length;
          done();
        },
      }),
    );
    expect(received).toBeGreaterThan(3e9);
    expect((await residentBytes(pid)) - before).toBeLessThan(800e6);
  }, 180_000);

  test('several queries run side by side', async () => {
    const slow = await client.exec({
      query: "SELECT number, repeat('x', 1000) FROM numbers(1000000) FORMAT JSONEachRow",
    });
    slow.stream.pause();
    const others = await Promise.all([1, 2, 3, 4].map((n) => rowsOf(`SELECT ${n} AS n`)));
    expect(others).toEqual([1, 2, 3, 4].map((n) => [{ n }]));
    slow.stream.destroy();
  });
});

test('listens on loopback only', async () => {
  const port = Number(new URL(stack.clickhouseUrl).port);
  const listeners = await readFile(`/proc/${stack.pids['clickhouse']}/net/tcp`, 'utf8');
  const mine = listeners
    .split('\n')
    .filter((line) => line.includes(`:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000`));
  expect(mine).toHaveLength(1);
  expect(mine[0]).toContain('0100007F:');
});

import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decompress } from 'fzstd';
import { openChunk } from '../../clickhouse/read-chunk.ts';
import { openEncoded } from '../../clickhouse/read-encoded.ts';
import { countRejected, setRejectedAside } from '../../clickhouse/rejected-records.ts';
import { EVENTS_MODEL } from '../../clickhouse/models/events.ts';
import type { ExportScope } from '../../clickhouse/models/model.ts';
import { EVENT_COLUMNS, type Column } from '../../core/columns.ts';
import type { SourceEncoding, ValueRules } from '../../core/encoding.ts';
import { microsOf } from '../../core/time.ts';
import { encodeColumns } from '../../clickhouse/encode-columns.ts';
import { insertAt } from './events.ts';
import { startTestClickHouse, type TestClickHouse } from './server.ts';

let server: TestClickHouse;
beforeAll(async () => {
  server = await startTestClickHouse();
}, 60_000);
afterAll(() => server.stop());

const signal = new AbortController().signal;
const options = (): { queryId: string } => ({ queryId: randomUUID() });

async function read(sql: string, encoding: SourceEncoding): Promise<{ bytes: Buffer; rows: number }> {
  const stream = await openEncoded(server.ch, { sql, params: {} }, encoding, options(), signal);
  const parts: Uint8Array[] = [];
  for await (const bytes of stream.body) {
    parts.push(bytes);
  }
  return { bytes: Buffer.concat(parts), rows: stream.rows() };
}

const asIs = (
  fileFormat: SourceEncoding['fileFormat'],
  compression: SourceEncoding['compression'] = 'none',
): SourceEncoding => ({
  fileFormat,
  compression,
  columns: [
    { source: 'n', name: 'n' },
    { source: 't', name: 't' },
  ],
});
const NUMBERS = `SELECT number AS n, concat('a "quoted"\\nline, and\\ttab ', toString(number)) AS t FROM numbers(1000)`;
const NOTHING = `SELECT number AS n, 'x' AS t FROM numbers(10) WHERE number > 99`;

describe('formats', () => {
  test.each([
    ['parquet', 'zstd'],
    ['parquet', 'snappy'],
    ['parquet', 'gzip'],
    ['parquet', 'lz4'],
    ['parquet', 'none'],
    ['jsonl', 'none'],
    ['jsonl', 'gzip'],
    ['jsonl', 'zstd'],
    ['csv', 'none'],
    ['csv', 'gzip'],
    ['csv', 'zstd'],
    ['arrow', 'none'],
    ['arrow', 'zstd'],
    ['arrow', 'lz4'],
    ['tsv', 'none'],
  ] as const)('%s, %s: rows are counted in the bytes', async (fileFormat, compression) => {
    expect((await read(NUMBERS, asIs(fileFormat, compression))).rows).toBe(1_000);
    expect((await read(NOTHING, asIs(fileFormat, compression))).rows).toBe(0);
  });

  test('packed text is the plain text in one valid document, also when it is empty', async () => {
    const plain = (await read(NUMBERS, asIs('csv'))).bytes.toString();
    expect(gunzipSync((await read(NUMBERS, asIs('csv', 'gzip'))).bytes).toString()).toBe(plain);
    expect(Buffer.from(decompress((await read(NUMBERS, asIs('csv', 'zstd'))).bytes)).toString()).toBe(plain);
    expect(gunzipSync((await read(NOTHING, asIs('jsonl', 'gzip'))).bytes)).toHaveLength(0);
    expect(decompress((await read(NOTHING, asIs('jsonl', 'zstd'))).bytes)).toHaveLength(0);
  });
});

const JSON_COLUMN: Column = { name: 'v', type: { kind: 'json' }, nullable: false };
const TEXT_COLUMN: Column = { name: 'v', type: { kind: 'text' }, nullable: false };

/** What becomes of one value under rules: the text that is written, or why its record is set aside. */
async function written(column: Column, value: string, rules: ValueRules): Promise<string> {
  return writtenValue(column, `unhex('${Buffer.from(value, 'latin1').toString('hex')}')`, rules);
}

async function writtenValue(column: Column, value: string, rules: ValueRules): Promise<string> {
  const encoding = { ...asIs('jsonl'), columns: [{ source: 'v', name: 'v', rules }] };
  const { columns, refusal } = encodeColumns(encoding, [column]);
  const [row] = await server.ch.rows<{ v: string; refused: string }>({
    sql: `SELECT ${columns}, ${refusal ?? `''`} AS refused FROM (SELECT ${value} AS v)`,
  });
  return row?.refused !== '' ? `! ${row?.refused ?? ''}` : row.v;
}

describe('value rules', () => {
  const strip: ValueRules = { nul: 'strip', surrogates: 'strip' };
  test.each([
    [String.raw`{"a":"x\u0000y"}`, String.raw`{"a":"xy"}`],
    [String.raw`{"a":"\u0000\u0000"}`, String.raw`{"a":""}`],
    [String.raw`{"a":"\\u0000"}`, String.raw`{"a":"\\u0000"}`],
    [String.raw`{"a":"\\\u0000"}`, String.raw`{"a":"\\"}`],
    [String.raw`{"a":"\ud83d\ude00"}`, String.raw`{"a":"\ud83d\ude00"}`],
    [String.raw`{"a":"\uD83D\uDE00\ud83d"}`, String.raw`{"a":"\uD83D\uDE00"}`],
    [String.raw`{"a":"\ude00\ud83d"}`, String.raw`{"a":""}`],
    [String.raw`{"a":"\\ud83d"}`, String.raw`{"a":"\\ud83d"}`],
    [String.raw`{"a":"\ud83d\\\ude00"}`, String.raw`{"a":"\\"}`],
  ])('strips half characters and NUL from JSON: %s', async (value, expected) => {
    expect(await written(JSON_COLUMN, value, strip)).toBe(expected);
    const same = value === expected;
    const kept = await written(JSON_COLUMN, value, { nul: 'reject', surrogates: 'reject' });
    expect(kept).toMatch(same ? /^\{/ : /^! v (nul_character|lone_surrogate)$/);
  });

  test('strips NUL from text and replaces what is no UTF-8', async () => {
    expect(await written(TEXT_COLUMN, 'a\0b', strip)).toBe('ab');
    expect(await written(TEXT_COLUMN, 'a\xffb', strip)).toBe('a\ufffdb');
    expect(await written(TEXT_COLUMN, 'a\0b', { nul: 'reject' })).toBe('! v nul_character');
    expect(await written(TEXT_COLUMN, 'a\xffb', { surrogates: 'reject' })).toBe('! v lone_surrogate');
  });

  test('refuses what is too long, too deep, or no JSON', async () => {
    const deep = `${'['.repeat(30)}"]]["${']'.repeat(30)}`;
    expect(await written(JSON_COLUMN, deep, { maxDepth: 30 })).toBe(deep);
    expect(await written(JSON_COLUMN, deep, { maxDepth: 29 })).toBe('! v json_too_deep');
    expect(await written(JSON_COLUMN, '[{},{},{},{}]', { maxDepth: 2 })).toBe('[{},{},{},{}]');
    expect(await written(TEXT_COLUMN, 'abc', { maxBytes: 3 })).toBe('abc');
    expect(await written(TEXT_COLUMN, 'ab\xc3\xa4', { maxBytes: 3 })).toBe('! v value_too_long');
    expect(await written(JSON_COLUMN, '{"a":', { validJson: true })).toBe('! v json_invalid');
    expect(await written(JSON_COLUMN, '{"a":18446744073709551616}', { validJson: true })).toBe(
      '{"a":18446744073709551616}',
    );
    const odd = String.raw`{"a\\u1":-1.5e999,"\u0000":123456789012345678901234567890}`;
    expect(await written(JSON_COLUMN, odd, { validJson: true })).toBe(odd);
  });

  test('refuses more characters, and longer numbers in JSON, than a type holds', async () => {
    expect(await written(TEXT_COLUMN, '\xc3\xa4\xf0\x9f\x98\x80', { maxChars: 2 })).toBe('ä😀');
    expect(await written(TEXT_COLUMN, 'abc', { maxChars: 2 })).toBe('! v value_too_long');
    const rules: ValueRules = { maxNumberDigits: 1_200 };
    const held = `{"a1e99999":"1e99999","n":[1e1199,-1.5e-01000,${'9'.repeat(1_200)}]}`;
    expect(await written(JSON_COLUMN, held, rules)).toBe(held);
    for (const number of ['1e1200', '-2.5E-99999', '1e+18446744073709551616', '9'.repeat(1_201)]) {
      expect([number, await written(JSON_COLUMN, `{"a":"\\"","n":${number}}`, rules)]).toEqual([
        number,
        '! v number_out_of_range',
      ]);
    }
  });

  test('refuses a string inside JSON that is too long, however it is written, and no text for its own length', async () => {
    const rules: ValueRules = { maxJsonStringBytes: 10 };
    const fits = [
      `{"0123456789":["0123456789","",{"n":${'1'.repeat(40)}}],"more":"0123456789"}`,
      String.raw`["\"\\\n\t\/\r\f\b\"\\","0123456789"]`,
      String.raw`["\u00e9\u00e9\u00e9.","\\u00e9\\u00"]`,
      `["\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"]`,
    ];
    for (const value of fits) {
      expect(await written(JSON_COLUMN, value, rules)).toBe(Buffer.from(value, 'latin1').toString());
    }
    for (const text of [
      '0123456789a',
      String.raw`\"0123456789`,
      String.raw`0123456789\\`,
      String.raw`\u6f22\u5b57\u6f22.\u00e9`,
      `.\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4`,
    ]) {
      expect([text, await written(JSON_COLUMN, `{"a":"b","${text}":1}`, rules)]).toEqual([text, '! v value_too_long']);
      expect([text, await written(JSON_COLUMN, `["x","${text}"]`, rules)]).toEqual([text, '! v value_too_long']);
    }
    const many = `concat('[', repeat('"0123456789",', 100000), '1]')`;
    expect(await writtenValue(JSON_COLUMN, many, rules)).toHaveLength(1_300_003);
  });

  test('refuses times and numbers outside of bounds, and not NULL', async () => {
    const refusedOf = async (type: Column['type'], value: string, rules: ValueRules): Promise<string> => {
      const encoding = { ...asIs('jsonl'), columns: [{ source: 'v', name: 'v', rules }] };
      const { refusal } = encodeColumns(encoding, [{ name: 'v', type, nullable: true }]);
      const [row] = await server.ch.rows<{ refused: string }>({
        sql: `SELECT ${refusal ?? ''} AS refused FROM (SELECT ${value} AS v)`,
      });
      return row?.refused ?? '';
    };
    const time = { from: '0001-01-01T00:00:00Z', to: '9999-12-31T23:59:59.999999Z' };
    const recent = { from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' };
    const moment = { kind: 'timestamp', precision: 6 } as const;
    expect(await refusedOf(moment, `toDateTime64('2026-01-01 00:00:00', 6, 'UTC')`, { time: recent })).toBe('');
    expect(await refusedOf(moment, `toDateTime64('1999-12-31 23:59:59.999999', 6, 'UTC')`, { time: recent })).toBe(
      'v time_out_of_range',
    );
    expect(await refusedOf(moment, `toDateTime64('2026-01-01 00:00:00', 6, 'UTC')`, { time })).toBe('');
    expect(await refusedOf(moment, `CAST(NULL AS Nullable(DateTime64(6, 'UTC')))`, { time: recent })).toBe('');
    const big = { kind: 'integer', bits: 64, signed: false } as const;
    const number = { from: '-9223372036854775808', to: '9223372036854775807' };
    expect(await refusedOf(big, 'toUInt64(9223372036854775807)', { number })).toBe('');
    expect(await refusedOf(big, 'toUInt64(9223372036854775808)', { number })).toBe('v number_out_of_range');
    const float = { kind: 'float', bits: 64 } as const;
    expect(await refusedOf(float, 'nan', { nonFinite: 'reject' })).toBe('v not_finite');
    expect(await refusedOf(float, '1.5', { nonFinite: 'reject' })).toBe('');
  });
});

describe('records set aside', () => {
  const base = Math.floor(microsOf(new Date()) / 1_000_000) * 1_000_000 - 3_600_000_000;
  const range = { startMicros: base, endMicros: base + 1_000_000 };
  const scope: ExportScope = { teamId: 77, filter: {}, range, model: EVENTS_MODEL };
  const chunk = { ...scope.range, expectedRows: 0 };
  const encoding: SourceEncoding = {
    fileFormat: 'jsonl',
    compression: 'none',
    columns: EVENT_COLUMNS.map(({ name, type }) => ({
      source: name,
      name,
      as: type.kind === 'uuid' ? ('text' as const) : ('native' as const),
      ...(name === 'properties' && { rules: { maxBytes: 100 } }),
      ...(name === 'event' && { rules: { maxBytes: 10 } }),
    })),
  };
  const of = { exportId: randomUUID(), generation: 0, index: 0 };

  test('are not in the stream, are kept with the reason, and once', async () => {
    const row = { teamId: scope.teamId, insertedAtMicros: base + 5 };
    await insertAt(server.ch, [
      ...['fits', 'fits too'].map((event) => ({ ...row, event })),
      { ...row, event: 'long', propertiesJson: JSON.stringify({ text: 'x'.repeat(100), n: '\u0000' }) },
      { ...row, event: 'a name that is too long' },
    ]);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await setRejectedAside(server.ch, { scope, chunk, of }, encoding, signal);
    }
    const stream = await openChunk(server.ch, { scope, chunk }, encoding, options(), signal);
    for await (const bytes of stream.body) {
      expect(bytes.toString()).not.toContain('too long');
    }
    expect(stream.rows()).toBe(2);
    const key = { teamId: scope.teamId, exportId: of.exportId, endMicros: scope.range.endMicros, generation: 0 };
    expect(await countRejected(server.ch, key)).toBe(2);
    expect(await countRejected(server.ch, { ...key, generation: 1 })).toBe(0);
    const kept = await server.ch.rows<{ event: string; reason: string; record: string }>({
      sql: 'SELECT event, reason, record FROM rejected_records FINAL ORDER BY event',
    });
    expect(kept.map(({ event, reason }) => [event, reason])).toEqual([
      ['a name that is too long', 'event value_too_long'],
      ['long', 'properties value_too_long'],
    ]);
    expect(JSON.parse(kept[1]?.record ?? '')).toMatchObject({ event: 'long', team_id: 77 });
  });

  test('tuples of SQL literals, one a line', async () => {
    const column = (name: string, type: Column['type'], nullable = false): Column => ({ name, type, nullable });
    const model = [
      column('t', { kind: 'text' }, true),
      column('i', { kind: 'integer', bits: 64, signed: false }),
      column('f', { kind: 'float', bits: 64 }),
      column('b', { kind: 'bool' }),
      column('m', { kind: 'timestamp', precision: 3 }),
      column('d', { kind: 'decimal', precision: 20, scale: 2 }),
      column('u', { kind: 'uuid' }),
    ];
    const written: SourceEncoding = {
      fileFormat: 'lines',
      compression: 'none',
      shape: { kind: 'sql_values', maxLiteralBytes: 40, maxRowBytes: 140 },
      columns: model.map(({ name, type }) => ({
        source: name,
        name,
        ...(type.kind === 'timestamp' && { as: 'timestamp_micros' as const }),
      })),
    };
    const { columns, refusal } = encodeColumns(written, model);
    const rows = (text: string): string => `(SELECT ${text} AS t, 18446744073709551615 AS i, nan AS f, true AS b,
      toDateTime64('2026-11-21 00:00:01.002', 3, 'UTC') AS m, toDecimal128('-1.50', 2) AS d, generateUUIDv4() AS u)`;
    const text = String.raw`'~ \\n \' \n"'`;
    const { bytes } = await read(`SELECT ${columns} FROM ${rows(text)}`, { ...written, columns: [] });
    expect(bytes.toString()).toMatch(
      /^\('~0 ~1n ~2 ~3"',18446744073709551615,'nan',TRUE,'2026-11-21 00:00:01\.002000',-1\.5,'[0-9a-f-]{36}'\)\n$/,
    );
    const refusedOf = async (value: string): Promise<string> => {
      const [row] = await server.ch.rows<{ refused: string }>({
        sql: `SELECT ${refusal ?? ''} AS refused FROM ${rows(value)}`,
      });
      return row?.refused ?? '';
    };
    expect(await refusedOf('NULL')).toBe('');
    expect(await refusedOf(`repeat('x', 40)`)).toBe('* value_too_long');
    expect(await refusedOf(`repeat('x', 41)`)).toBe('t value_too_long');
    expect(await refusedOf(`repeat('~', 21)`)).toBe('t value_too_long');
  });

  test('one event a line, as a capture endpoint takes it', async () => {
    const stream = await openChunk(
      server.ch,
      { scope, chunk },
      { fileFormat: 'lines', compression: 'none', columns: [], shape: 'posthog_event' },
      options(),
      signal,
    );
    let text = '';
    for await (const bytes of stream.body) {
      text += Buffer.from(bytes).toString();
    }
    expect(stream.rows()).toBe(4);
    const events = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.map(({ event }) => event).sort()).toEqual(['a name that is too long', 'fits', 'fits too', 'long']);
    expect(events[0]).toMatchObject({ distinct_id: 'user-1', timestamp: '2026-11-20T12:00:00.000001Z' });
  });
});

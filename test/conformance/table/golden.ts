import { createHash, randomUUID } from 'node:crypto';
import type { ClickHouse } from '../../../clickhouse/client.ts';
import { encodeColumns } from '../../../clickhouse/encode-columns.ts';
import { openEncoded } from '../../../clickhouse/read-encoded.ts';
import type { Column } from '../../../core/columns.ts';
import type { LoadChunkRequest, SourceStream } from '../../../destinations/contract.ts';

/** A model with a column of every type, read from a real ClickHouse. */

const int = (bits: 8 | 16 | 32 | 64 | 128 | 256, signed: boolean): Column['type'] => ({
  kind: 'integer',
  bits,
  signed,
});
const column = (name: string, type: Column['type'], nullable = false): Column => ({ name, type, nullable });

export const GOLDEN_COLUMNS: readonly Column[] = [
  column('id', int(64, true)),
  column('version', int(64, true)),
  column('u8', int(8, false)),
  column('u16', int(16, false)),
  column('u32', int(32, false)),
  column('u64', int(64, false)),
  column('i8', int(8, true)),
  column('i16', int(16, true)),
  column('i32', int(32, true)),
  column('i64', int(64, true)),
  column('u128', int(128, false)),
  column('i256', int(256, true)),
  column('f32', { kind: 'float', bits: 32 }),
  column('f64', { kind: 'float', bits: 64 }),
  column('d38', { kind: 'decimal', precision: 38, scale: 10 }),
  column('flag', { kind: 'bool' }),
  column('txt', { kind: 'text' }),
  column('opt', { kind: 'text' }, true),
  column('uid', { kind: 'uuid' }),
  column('day', { kind: 'date' }),
  column('sec', { kind: 'timestamp', precision: 0 }),
  column('ms', { kind: 'timestamp', precision: 3 }),
  column('us', { kind: 'timestamp', precision: 6 }),
  column('props', { kind: 'json' }),
  column('tags', { kind: 'nested' }),
  column('attrs', { kind: 'nested' }),
];
export const GOLDEN_KEY = ['id'];
export const GOLDEN_VERSION = 'version';

const CLICKHOUSE_TYPES: Record<string, string> = {
  ...{ id: 'Int64', version: 'Int64', u8: 'UInt8', u16: 'UInt16', u32: 'UInt32', u64: 'UInt64' },
  ...{ i8: 'Int8', i16: 'Int16', i32: 'Int32', i64: 'Int64', u128: 'UInt128', i256: 'Int256' },
  ...{ f32: 'Float32', f64: 'Float64', d38: 'Decimal(38, 10)', flag: 'Bool', txt: 'String', opt: 'Nullable(String)' },
  ...{ uid: 'UUID', day: 'Date32', sec: "DateTime('UTC')", ms: "DateTime64(3, 'UTC')", us: "DateTime64(6, 'UTC')" },
  ...{ props: 'String', tags: 'Array(String)', attrs: 'Map(String, String)' },
};

/** A row as ClickHouse reads JSONEachRow; what is absent has its type's default. */
export type GoldenRow = { id: number } & Record<string, unknown>;

const TEXTS = [
  'plain',
  '',
  'ünïcödé 漢字 😀',
  'tab\tnewline\ncarriage\r"double" \'single\' \\ back\\n',
  String.raw`\N`,
  String.raw`\.`,
  'NULL',
  '  spaces  ',
  ',;|{}',
  '\u0001\u001f\u007f\u2028',
];
const JSONS = [
  '{}',
  '{"big":9007199254740993,"float":0.1,"exp":1e21}',
  '{"text":"line\\nbreak \\"quoted\\" \\\\ \\u00e9 😀","null":null,"list":[1,[2,{"a":true}]]}',
  '{"keys with spaces":{"":"empty"},"dup":"x"}',
  '[1,2,3]',
  '"just text"',
];

/** Rows with the edges of every type; each value occurs in some row. */
export function goldenRows(): GoldenRow[] {
  const edges: Record<string, unknown>[] = [
    {
      u8: 255,
      u16: 65_535,
      u32: 4_294_967_295,
      u64: '18446744073709551615',
      i8: -128,
      i16: -32_768,
      i32: -2_147_483_648,
    },
    { i64: '-9223372036854775808', u128: '340282366920938463463374607431768211455' },
    { i256: '-57896044618658097711785492504343953926634992332820282019728792003956564819968' },
    { f32: 1.5, f64: 0.1 },
    { f64: -1.7976931348623157e308 },
    { d38: '-1234567890123456789012345678.0123456789' },
    { d38: '0.0000000001', flag: true },
    { day: '1970-01-02', sec: '2026-11-21 00:00:01', ms: '2026-11-21 00:00:01.001', us: '2026-11-21 00:00:01.000001' },
    { day: '2099-12-31', us: '1999-12-31 23:59:59.999999' },
    { tags: [], attrs: {} },
    { tags: ['a"b', 'c\nd', '', '\\'], attrs: { k: 'v', 'q"': '' } },
    { uid: '00000000-0000-0000-0000-000000000000', opt: null },
    { uid: 'ffffffff-ffff-4fff-bfff-ffffffffffff', opt: '' },
  ];
  const rows = [...edges, ...TEXTS.map((txt) => ({ txt, opt: txt })), ...JSONS.map((props) => ({ props }))];
  return rows.map((row, index) => ({ id: index + 1, version: 1, props: '{}', ...row }));
}

/**
 * Plain rows from `from` to before `to`; `label` tells two contents of one id apart. Their text is not to be compressed:
 * a source of a thousand rows comes in several pieces in every format.
 */
export function plainRows(from: number, to: number, { label = 'a', version = 1, textBytes = 100 } = {}): GoldenRow[] {
  return Array.from({ length: to - from }, (_, index) => ({
    id: from + index,
    version,
    txt: hex(`${label} ${String(from + index)}`, textBytes),
    props: JSON.stringify({ row: from + index, label }),
    u64: String(from + index),
  }));
}

function hex(of: string, length: number): string {
  return createHash('shake256', { outputLength: Math.ceil(length / 2) })
    .update(of)
    .digest('hex')
    .slice(0, length);
}

/** A table of golden rows in ClickHouse. */
export class GoldenSource {
  readonly table: string;
  readonly #ch: ClickHouse;

  private constructor(ch: ClickHouse, table: string) {
    this.#ch = ch;
    this.table = table;
  }

  /** One that another process has made. */
  static existing(ch: ClickHouse, table: string): GoldenSource {
    return new GoldenSource(ch, table);
  }

  static async of(ch: ClickHouse, rows: readonly GoldenRow[]): Promise<GoldenSource> {
    const table = `golden_${randomUUID().replaceAll('-', '')}`;
    const columns = GOLDEN_COLUMNS.map(({ name }) => `${name} ${CLICKHOUSE_TYPES[name] ?? ''}`).join(', ');
    await ch.command({ sql: `CREATE TABLE ${table} (${columns}) ENGINE = MergeTree ORDER BY id` });
    await ch.insert(
      table,
      GOLDEN_COLUMNS.map(({ name }) => name),
      [...rows],
    );
    return new GoldenSource(ch, table);
  }

  /** Puts raw bytes into a text column of every row, which JSON cannot carry: `value` is an expression over `id`. */
  async update(column: string, value: string): Promise<void> {
    await this.#ch.command({
      sql: `ALTER TABLE ${this.table} UPDATE ${column} = ${value} WHERE 1 SETTINGS mutations_sync = 2`,
    });
  }

  /** A chunk of the rows with `from <= id < to`, all by default. Counts what the encoding refuses into `refused`. */
  chunk(index = 0, bounds: { from: number; to: number } = ALL, refused?: string[]): LoadChunkRequest {
    return {
      chunkIndex: index,
      chunkCount: index + 1,
      onProgress: () => undefined,
      openSource: (encoding, signal) => this.#open({ bounds, refused }, encoding, signal),
    };
  }

  async #open(
    { bounds, refused }: { bounds: { from: number; to: number }; refused: string[] | undefined },
    encoding: Parameters<LoadChunkRequest['openSource']>[0],
    signal: AbortSignal,
  ): Promise<SourceStream> {
    const { columns, refusal } = encodeColumns(encoding, GOLDEN_COLUMNS);
    const where = `id >= ${String(bounds.from)} AND id < ${String(bounds.to)}`;
    if (refusal !== undefined && refused !== undefined) {
      const found = await this.#ch.rows<{ id: number; reason: string }>({
        sql: `SELECT id, ${refusal} AS reason FROM ${this.table} WHERE ${where} AND reason != '' ORDER BY id`,
      });
      refused.splice(0, refused.length, ...found.map(({ id, reason }) => `${String(id)} ${reason}`));
    }
    const fits = refusal === undefined ? '' : ` AND (${refusal} = '')`;
    const sql = `SELECT ${columns} FROM ${this.table} WHERE ${where}${fits} ORDER BY id`;
    return openEncoded(this.#ch, { sql, params: {} }, encoding, { queryId: randomUUID() }, signal);
  }

  /** What a destination should hold, in the canonical text of `CanonicalRow`. */
  async canonical(): Promise<CanonicalRow[]> {
    const list = GOLDEN_COLUMNS.map((each) => `${canonicalSql(each)} AS ${each.name}`).join(', ');
    return this.#ch.rows<CanonicalRow>({ sql: `SELECT ${list} FROM ${this.table} ORDER BY ${this.table}.id` });
  }
}

const ALL = { from: 0, to: Number.MAX_SAFE_INTEGER };

/**
 * A row as text by column, NULL as null: integers and decimals as decimal text, booleans `true` and `false`, dates
 * `YYYY-MM-DD`, moments as microseconds since 1970, uuids in lower case, JSON and nested values as JSON text. A column
 * that the table does not have is absent.
 */
export type CanonicalRow = Record<string, string | null>;

function canonicalSql({ name, type }: Column): string {
  switch (type.kind) {
    case 'timestamp':
      return `toString(toUnixTimestamp64Micro(toDateTime64(${name}, 6, 'UTC')))`;
    case 'nested':
      return `toJSONString(${name})`;
    default:
      return `toString(${name})`;
  }
}

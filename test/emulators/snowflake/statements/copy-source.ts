import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import type { Context } from '../context.ts';
import type { StoredFile } from '../storage.ts';
import { literal, quoteName } from '../sql/names.ts';
import { read } from '../transactions.ts';
import type { CopyOptions } from './copy-options.ts';

/** A staged file as DuckDB reads it. */
export interface CopySource {
  /** For FROM. */
  sql: string;
  /** Names of its columns: those of a Parquet file, or the keys of JSON objects. */
  names: string[];
  /** SQL of `$1:name`, NULL for a column that the file does not have: names are case-sensitive. */
  column(name: string): string;
  /** SQL of `$1`. */
  row: string;
}

/** By a file's ending or the option COMPRESSION, as DuckDB calls it. */
const COMPRESSIONS: Record<string, string> = { gz: 'gzip', GZIP: 'gzip', zst: 'zstd', ZSTD: 'zstd' };

/**
 * What a Parquet column is without USE_LOGICAL_TYPE: its physical type. So a moment is a count since 1970, and an
 * unsigned number above the middle of its range is negative.
 */
const PHYSICAL: Partial<Record<DuckDBTypeId, (sql: string) => string>> = {
  [DuckDBTypeId.TIMESTAMP]: (sql) => `epoch_us(${sql})`,
  [DuckDBTypeId.TIMESTAMP_TZ]: (sql) => `epoch_us(${sql})`,
  [DuckDBTypeId.TIMESTAMP_NS]: (sql) => `epoch_ns(${sql})`,
  [DuckDBTypeId.UBIGINT]: (sql) =>
    `(CASE WHEN ${sql} > 9223372036854775807 THEN ${sql}::HUGEINT - 18446744073709551616 ELSE ${sql}::HUGEINT END)::BIGINT`,
};

function textValue(sql: string, { nullIf }: CopyOptions): string {
  return nullIf.reduce((value, text) => `nullif(${value}, ${literal(text)})`, `sf_lob(${sql})`);
}

function parquetValue(sql: string, type: DuckDBType, options: CopyOptions): string {
  const { format } = options;
  if (type.typeId === DuckDBTypeId.VARCHAR) {
    return textValue(sql, options);
  }
  if (type.typeId === DuckDBTypeId.BLOB && format['BINARY_AS_TEXT'] !== 'FALSE') {
    return textValue(`decode(${sql})`, options);
  }
  const physical = format['USE_LOGICAL_TYPE'] === 'TRUE' ? undefined : PHYSICAL[type.typeId];
  return physical === undefined ? sql : physical(sql);
}

async function parquetSource(context: Context, file: StoredFile, options: CopyOptions): Promise<CopySource> {
  const sql = `read_parquet(${literal(file.localPath)}) AS f`;
  const reader = await read(context.session, `SELECT * FROM ${sql} LIMIT 0`);
  const types = new Map(reader.columnNames().map((name, index) => [name, reader.columnType(index)]));
  return {
    sql,
    names: [...types.keys()],
    column: (name) => {
      const type = types.get(name);
      return type === undefined ? 'NULL' : parquetValue(quoteName(name), type, options);
    },
    row: 'to_json(f)',
  };
}

function compressionOf(file: StoredFile, { format }: CopyOptions): string {
  const asked = format['COMPRESSION'] ?? 'AUTO';
  const known = asked === 'AUTO' ? (file.path.split('.').at(-1) ?? '') : asked;
  return COMPRESSIONS[known] ?? 'uncompressed';
}

async function jsonSource(context: Context, file: StoredFile, options: CopyOptions): Promise<CopySource> {
  const format = options.format['STRIP_OUTER_ARRAY'] === 'TRUE' ? 'array' : 'unstructured';
  const size = String(context.maxLobBytes * 2);
  const sql = `read_json_objects(${literal(file.localPath)}, format = '${format}', compression = '${compressionOf(file, options)}', maximum_object_size = ${size}) AS f`;
  const keys = `SELECT DISTINCT unnest(json_keys(json)) FROM ${sql} WHERE json_type(json) = 'OBJECT'`;
  const names =
    options.matchBy === 'NONE' ? [] : (await read(context.session, keys)).getRows().map(([name]) => String(name));
  return {
    sql,
    names,
    column: (name) => `json_extract(json, ${literal(`$."${name.replaceAll('"', '\\"')}"`)})`,
    row: 'sf_variant(json)',
  };
}

export async function copySource(context: Context, file: StoredFile, options: CopyOptions): Promise<CopySource> {
  return options.type === 'PARQUET'
    ? await parquetSource(context, file, options)
    : await jsonSource(context, file, options);
}

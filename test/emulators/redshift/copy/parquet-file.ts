import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { TargetColumn } from './columns.ts';
import type { ParquetColumn } from './type-match.ts';

/** One downloaded Parquet file, read by DuckDB. */
export interface ParquetFile {
  columns: ParquetColumn[];
  /** Bytes of the longest value of each column that holds strings or bytes. */
  longest(indexes: readonly number[]): Promise<Map<number, number>>;
  /** Rows in batches, by column, every value as the text that PostgreSQL reads; `columns` says what is wanted. */
  batches(columns: readonly TargetColumn[]): AsyncIterable<(string | null)[][]>;
  close(): void;
}

export async function openParquet(path: string): Promise<ParquetFile> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const from = `read_parquet('${path}')`;
  const columns = await readSchema(connection, path);
  return {
    columns,
    longest: (indexes) => longest(connection, from, columns, indexes),
    batches: (targets) => batches(connection, from, columns, targets),
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

const SCHEMA_SQL = (path: string): string =>
  `SELECT name, coalesce(type::VARCHAR, ''), coalesce(converted_type::VARCHAR, ''), coalesce(logical_type::VARCHAR, ''),
          coalesce(num_children, 0)::INTEGER, precision::INTEGER, scale::INTEGER FROM parquet_schema('${path}')`;

type SchemaRow = [string, string, string, string, number, number | null, number | null];

/** The footer lists the tree depth first; the first row is the root. */
async function readSchema(connection: DuckDBConnection, path: string): Promise<ParquetColumn[]> {
  const rows = (await connection.runAndReadAll(SCHEMA_SQL(path))).getRows() as unknown as SchemaRow[];
  const columns: ParquetColumn[] = [];
  for (let at = 1; at < rows.length; at = afterNode(rows, at)) {
    const [name, physical, converted, logical, children, precision, scale] = rows[at]!;
    const isNested = children > 0;
    const column = { name, physical, converted, logical, isNested };
    columns.push({ ...column, precision: precision ?? undefined, scale: scale ?? undefined });
  }
  return columns;
}

function afterNode(rows: readonly SchemaRow[], at: number): number {
  let next = at + 1;
  for (let child = 0; child < rows[at]![4]; child += 1) {
    next = afterNode(rows, next);
  }
  return next;
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

async function longest(
  connection: DuckDBConnection,
  from: string,
  columns: readonly ParquetColumn[],
  indexes: readonly number[],
): Promise<Map<number, number>> {
  if (indexes.length === 0) {
    return new Map();
  }
  const lengths = indexes.map(
    (index) => `coalesce(max(octet_length(encode(${quote(columns[index]!.name)}::VARCHAR))), 0)::INTEGER`,
  );
  const rows = (await connection.runAndReadAll(`SELECT ${lengths.join(', ')} FROM ${from}`)).getRows();
  return new Map(indexes.map((index, at) => [index, Number(rows[0]?.[at])]));
}

async function* batches(
  connection: DuckDBConnection,
  from: string,
  columns: readonly ParquetColumn[],
  targets: readonly TargetColumn[],
): AsyncIterable<(string | null)[][]> {
  const wanted = targets.map((target, index) => asText(columns[index]!, target));
  const result = await connection.stream(`SELECT ${wanted.join(', ')} FROM ${from}`);
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    yield chunk.getColumns() as (string | null)[][];
  }
}

/** The session of DuckDB has no time zone data: instants are read as microseconds and written as UTC. */
function asText(file: ParquetColumn, target: TargetColumn): string {
  const name = quote(file.name);
  switch (target.type) {
    case 'timestamp without time zone':
      return `make_timestamp(epoch_us(${name}))::VARCHAR`;
    case 'timestamp with time zone':
      return `make_timestamp(epoch_us(${name}))::VARCHAR || '+00'`;
    case 'varbyte':
      return `hex(encode(${name}::VARCHAR))`;
    case 'super':
      return `to_json(${name})::VARCHAR`;
    default:
      return `${name}::VARCHAR`;
  }
}

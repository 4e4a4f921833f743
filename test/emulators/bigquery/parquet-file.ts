import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { notEmulated } from './api-error.ts';
import type { TableField } from './wire.ts';

const BIGQUERY_TYPE: Record<string, string> = {
  BOOLEAN: 'BOOLEAN',
  TINYINT: 'INTEGER',
  SMALLINT: 'INTEGER',
  INTEGER: 'INTEGER',
  BIGINT: 'INTEGER',
  UTINYINT: 'INTEGER',
  USMALLINT: 'INTEGER',
  UINTEGER: 'INTEGER',
  UBIGINT: 'INTEGER',
  FLOAT: 'FLOAT',
  DOUBLE: 'FLOAT',
  VARCHAR: 'STRING',
  JSON: 'STRING',
  BLOB: 'BYTES',
  UUID: 'BYTES',
  DATE: 'DATE',
  TIME: 'TIME',
  'TIMESTAMP WITH TIME ZONE': 'TIMESTAMP',
  TIMESTAMP: 'DATETIME',
};
const NUMERIC = { scale: 9, integerDigits: 29 };

export interface ParquetFile {
  /** As BigQuery would infer them, with the file's REQUIRED and OPTIONAL. */
  fields: TableField[];
  rows: number;
}

/** Reads and rewrites Parquet files with DuckDB. */
export class ParquetReader {
  private readonly instance: DuckDBInstance;
  private readonly connection: DuckDBConnection;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.instance = instance;
    this.connection = connection;
  }

  static async open(): Promise<ParquetReader> {
    const instance = await DuckDBInstance.create();
    return new ParquetReader(instance, await instance.connect());
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }

  async inspect(path: string): Promise<ParquetFile> {
    const columns = await this.rows(`DESCRIBE SELECT * FROM read_parquet('${path}')`);
    const schema = await this.rows(`SELECT name, repetition_type FROM parquet_schema('${path}')`);
    const required = new Set(schema.filter((row) => row['repetition_type'] === 'REQUIRED').map((row) => row['name']));
    const fields = columns.map((row) => {
      const name = String(row['column_name']);
      const mode = required.has(name) ? 'REQUIRED' : 'NULLABLE';
      return { name, type: bigQueryType(name, String(row['column_type'])), mode };
    });
    const count = await this.rows(`SELECT num_rows FROM parquet_file_metadata('${path}')`);
    return { fields, rows: Number(count[0]?.['num_rows'] ?? 0) };
  }

  /** The same rows with the given columns in this order: bqemulator loads by position, BigQuery by name. */
  async reorder(from: string, to: string, columns: string[], present: Set<string>): Promise<void> {
    const list = columns.map((name) => (present.has(name.toLowerCase()) ? `"${name}"` : `NULL AS "${name}"`));
    await this.connection.run(
      `COPY (SELECT ${list.join(', ')} FROM read_parquet('${from}')) TO '${to}' (FORMAT parquet)`,
    );
  }

  private async rows(sql: string): Promise<Record<string, unknown>[]> {
    return (await this.connection.runAndReadAll(sql)).getRowObjects();
  }
}

function bigQueryType(name: string, type: string): string {
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(type);
  if (decimal !== null) {
    const [precision, scale] = [Number(decimal[1]), Number(decimal[2])];
    if (scale <= NUMERIC.scale && precision - scale <= NUMERIC.integerDigits) {
      return 'NUMERIC';
    }
  }
  const known = BIGQUERY_TYPE[type];
  if (known === undefined) {
    throw notEmulated(`Parquet column ${name} of type ${type}`);
  }
  return known;
}

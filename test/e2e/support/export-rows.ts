import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { expect } from '@jest/globals';
import type { ClickHouse } from '../../../clickhouse/client.ts';

/** All columns as text: times as microseconds since the epoch. */
export type TextRow = Record<string, string>;

const TEXTS = ['uuid', 'event', 'distinct_id', 'person_id', 'properties', 'person_properties'];
const TIMES = ['timestamp', 'inserted_at', 'created_at'];
const JSON_COLUMNS = [...TEXTS, ...TIMES, 'team_id'].map((name) => `${name}: 'VARCHAR'`).join(', ');

/** What ClickHouse holds of a team in a range of ingestion time, every stored row, in the order of uuid texts. */
export async function storedRows(
  ch: ClickHouse,
  teamId: number,
  range: { startMicros: number; endMicros: number } = { startMicros: 0, endMicros: 4_000_000_000_000_000 },
): Promise<TextRow[]> {
  const columns = [
    ...TEXTS.map((name) => `toString(${name}) AS ${name}`),
    ...TIMES.map((name) => `toString(toUnixTimestamp64Micro(${name})) AS ${name}`),
    'toString(team_id) AS team_id',
  ];
  const rows = await ch.rows<TextRow>({
    sql: `SELECT ${columns.join(', ')} FROM event_log WHERE team_id = {team:UInt32}
      AND inserted_at >= fromUnixTimestamp64Micro({start:Int64}) AND inserted_at < fromUnixTimestamp64Micro({end:Int64})`,
    params: { team: teamId, start: range.startMicros, end: range.endMicros },
  });
  return inOrder(rows);
}

/** Of rows in order, the earliest of each uuid. */
export function firstArrivals(rows: readonly TextRow[]): TextRow[] {
  return rows.filter((row, index) => row['uuid'] !== rows[index - 1]?.['uuid']);
}

function inOrder(rows: TextRow[]): TextRow[] {
  const key = (row: TextRow): string => `${row['uuid'] ?? ''} ${row['inserted_at'] ?? ''}`;
  return rows
    .map((row) => ({ row, key: key(row) }))
    .sort(byKey)
    .map(({ row }) => row);
}

function byKey(left: { key: string }, right: { key: string }): number {
  return left.key < right.key ? -1 : Number(left.key > right.key);
}

/** Compares row by row; a difference shows that row and not thousands. */
export function expectSameRows(actual: readonly TextRow[], expected: readonly TextRow[]): void {
  const text = (row: TextRow | undefined): string =>
    JSON.stringify(row, row === undefined ? [] : Object.keys(row).sort());
  const different = expected.findIndex((row, index) => text(row) !== text(actual[index]));
  if (different >= 0) {
    expect({ index: different, row: actual[different] }).toEqual({ index: different, row: expected[different] });
  }
  expect(actual).toHaveLength(expected.length);
}

/** Files by their bytes, as DuckDB reads them. The extension says what they are. */
export class ExportReader {
  private readonly connection: DuckDBConnection;
  private readonly directory: string;

  private constructor(connection: DuckDBConnection, directory: string) {
    this.connection = connection;
    this.directory = directory;
  }

  static async open(directory: string): Promise<ExportReader> {
    return new ExportReader(await (await DuckDBInstance.create()).connect(), directory);
  }

  /** In the order of uuid texts. */
  async rows(files: readonly { key: string; content: Buffer }[]): Promise<TextRow[]> {
    const columns = [
      ...TEXTS,
      ...TIMES.map((name) => `CAST(epoch_us(CAST(${name} AS TIMESTAMP)) AS VARCHAR) AS ${name}`),
      'CAST(team_id AS VARCHAR) AS team_id',
    ];
    const found = await this.query(`SELECT ${columns.join(', ')}`, files);
    return inOrder(found as TextRow[]);
  }

  /** How many rows, and how many different uuids and distinct ids among them. */
  async counts(files: readonly { key: string; content: Buffer }[]): Promise<Record<string, number>> {
    const counts = 'count(*) AS rows, count(DISTINCT uuid) AS uuids, count(DISTINCT distinct_id) AS distinctIds';
    const [row] = await this.query(`SELECT ${counts}`, files);
    return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]));
  }

  close(): void {
    this.connection.closeSync();
  }

  private async query(
    select: string,
    files: readonly { key: string; content: Buffer }[],
  ): Promise<Record<string, unknown>[]> {
    const paths = await Promise.all(files.map((file) => this.save(file.key, file.content)));
    const list = `[${paths.map((path) => `'${path}'`).join(', ')}]`;
    const source = paths.every((path) => path.endsWith('.parquet'))
      ? `read_parquet(${list})`
      : `read_json(${list}, format = 'newline_delimited', columns = {${JSON_COLUMNS}})`;
    return (await this.connection.runAndReadAll(`${select} FROM ${source}`)).getRowObjects();
  }

  private async save(key: string, content: Buffer): Promise<string> {
    const path = join(this.directory, `${randomUUID()}-${key.slice(key.lastIndexOf('/') + 1)}`);
    await writeFile(path, content);
    return path;
  }
}

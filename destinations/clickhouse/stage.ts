import { fileChanged } from '../errors.ts';
import { serverCodeOf, stageContended, TABLE_EXISTS, TABLE_GONE, tableUnsupported } from './errors.ts';
import { parseStageName, quoteText, type StageTable } from './names.ts';
import { findTable, qualified, type TableInfo, type TablePlace } from './table.ts';

/** Kept in a stage's comment, so that it goes where the stage goes. */
export interface StageNote {
  runId: string;
  rows: number;
  bytes: number;
  /** A chunk's: of the bytes that were sent. */
  sha256?: string;
  /** The interval's: chunks in it. */
  files?: number;
}

/**
 * A table whose parts can be moved into `table`: same columns, keys and storage. Its engine is the plain one, which
 * collapses nothing while rows wait in it.
 */
export async function createStage(place: TablePlace, stage: string, table: string): Promise<void> {
  const info = await findTable(place, table);
  if (info === undefined) {
    throw tableUnsupported(table, 'it is gone');
  }
  const sql = `CREATE TABLE ${qualified(place, stage)} AS ${qualified(place, table)} ENGINE = MergeTree ${keysOf(info)}`;
  await place.client.run({ sql, signal: place.signal });
}

function keysOf({ engineFull, partitionKey, primaryKey, sortingKey }: TableInfo): string {
  const settings = / SETTINGS (.*)$/s.exec(engineFull)?.[1];
  return [
    partitionKey === '' ? '' : `PARTITION BY ${partitionKey}`,
    primaryKey === sortingKey ? '' : `PRIMARY KEY ${asKey(primaryKey)}`,
    `ORDER BY ${asKey(sortingKey)}`,
    settings === undefined ? '' : `SETTINGS ${settings}`,
  ].join(' ');
}

/**
 * The server prints `ORDER BY (a, b)` as `a, b`, but `ORDER BY (a)` as `(a)`, and tables whose keys differ in such
 * brackets are different to it.
 */
export function asKey(printed: string): string {
  if (printed === '') {
    return 'tuple()';
  }
  const bare = printed.replaceAll(/'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`/g, '');
  let depth = 0;
  for (const character of bare) {
    depth += character === '(' ? 1 : character === ')' ? -1 : 0;
    if (character === ',' && depth === 0) {
      return `(${printed})`;
    }
  }
  return printed;
}

export async function writeNote(place: TablePlace, stage: string, note: StageNote): Promise<void> {
  const sql = `ALTER TABLE ${qualified(place, stage)} MODIFY COMMENT ${quoteText(JSON.stringify(note))}`;
  await place.client.run({ sql, signal: place.signal });
}

/** Undefined when there is no such stage. */
export async function readNote(place: TablePlace, stage: string): Promise<StageNote | undefined> {
  const info = await findTable(place, stage);
  return info === undefined ? undefined : parseNote(stage, info.comment);
}

function parseNote(stage: string, comment: string): StageNote {
  try {
    return JSON.parse(comment) as StageNote;
  } catch {
    throw fileChanged(stage, 'its comment is not what was written');
  }
}

/** The first of several attempts wins: a name that is taken is never taken over. */
export async function renameUnlessTaken(place: TablePlace, from: string, to: string): Promise<'renamed' | 'taken'> {
  try {
    const sql = `RENAME TABLE ${qualified(place, from)} TO ${qualified(place, to)}`;
    await place.client.run({ sql, signal: place.signal });
    return 'renamed';
  } catch (error) {
    if (serverCodeOf(error) === TABLE_EXISTS) {
      return 'taken';
    }
    throw error;
  }
}

/** Returns when nothing reads or moves the table any more. */
export async function dropStage(place: TablePlace, stage: string): Promise<void> {
  const sql = `DROP TABLE IF EXISTS ${qualified(place, stage)} SYNC`;
  // Stages of large intervals are beyond the size up to which a server lets tables be dropped.
  await place.client.run({ sql, settings: { max_table_size_to_drop: 0 }, signal: place.signal });
}

export async function listStages({ client, database, signal }: TablePlace, base: string): Promise<StageTable[]> {
  const found = await client.rows<{ name: string }>({
    sql: `SELECT name FROM system.tables WHERE database = {database:String} AND startsWith(name, {base:String}) ORDER BY name`,
    params: { database, base: `${base}_` },
    signal,
  });
  return found.flatMap(({ name }) => parseStageName(base, name) ?? []);
}

export async function countRows(place: TablePlace, table: string): Promise<number> {
  const [found] = await place.client.rows<{ rows: number }>({
    sql: `SELECT count() AS rows FROM ${qualified(place, table)}`,
    signal: place.signal,
  });
  return found?.rows ?? 0;
}

/** Ids of the partitions that have rows. */
async function partitionsOf({ client, database, signal }: TablePlace, stage: string): Promise<string[]> {
  const found = await client.rows<{ id: string }>({
    sql: `SELECT DISTINCT partition_id AS id FROM system.parts
      WHERE database = {database:String} AND table = {stage:String} AND active AND rows > 0 ORDER BY id`,
    params: { database, stage },
    signal,
  });
  return found.map(({ id }) => id);
}

async function alterPartitions(place: TablePlace, stage: string, sqlOf: (partition: string) => string): Promise<void> {
  for (const id of await partitionsOf(place, stage)) {
    await place.client.run({ sql: sqlOf(`PARTITION ID ${quoteText(id)}`), signal: place.signal });
  }
}

/** Every row is in one of the two tables at any time, and each partition changes place at once. */
export async function movePartitions(place: TablePlace, stage: string, table: string): Promise<void> {
  const head = `ALTER TABLE ${qualified(place, stage)} MOVE`;
  await alterPartitions(place, stage, (partition) => `${head} ${partition} TO TABLE ${qualified(place, table)}`);
}

/** Links the stage's parts into `target`; the stage keeps them. */
export async function attachPartitions(place: TablePlace, stage: string, target: string): Promise<void> {
  const head = `ALTER TABLE ${qualified(place, target)} ATTACH`;
  await alterPartitions(place, stage, (partition) => `${head} ${partition} FROM ${qualified(place, stage)}`);
}

export function isTableGone(error: unknown): boolean {
  return TABLE_GONE.includes(serverCodeOf(error) ?? 0);
}

/** What another attempt has swept away: its interval is done, or about to be. */
export function contendedIfGone(error: unknown): unknown {
  return isTableGone(error) ? stageContended(`ClickHouse error ${String(serverCodeOf(error))}`) : error;
}

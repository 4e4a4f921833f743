import type { Table, TableColumn } from '../catalog.ts';
import { needTable, needWarehouse, type Context } from '../context.ts';
import { remoteFileMissing, SnowflakeFailure, syntaxError, unsupported } from '../errors.ts';
import { numberColumn, status, STATEMENT_TYPES, textColumn, type StatementResult } from '../results.ts';
import { scopeOf } from '../scope.ts';
import { castSql } from '../sql/casts.ts';
import { cursorOver, splitAtCommas, type Cursor } from '../sql/cursor.ts';
import type { Token } from '../sql/lexer.ts';
import { column, literal, quoteName } from '../sql/names.ts';
import { rewrite } from '../sql/rewrite.ts';
import type { StoredFile } from '../storage.ts';
import { write } from '../transactions.ts';
import { assignable, targetColumns } from './assign.ts';
import { readCopyOptions, type CopyOptions } from './copy-options.ts';
import { copySource, type CopySource } from './copy-source.ts';
import { stageLocation, type StageLocation } from './stage-location.ts';
import { readLocation } from './stages.ts';

interface Copy {
  table: Table;
  targets: TableColumn[];
  /** The expressions of FROM (SELECT …); undefined when the files are taken as they are. */
  transform: Token[][] | undefined;
  location: StageLocation;
  options: CopyOptions;
}

/** `(SELECT $1:"a", t.$1:"b" FROM @stage/path t)`; the alias before a column says nothing and is dropped. */
function readTransform(cursor: Cursor): { transform: Token[][]; location: string } {
  const body = cursorOver(cursor.group());
  body.expect('SELECT');
  const tokens = body.until('FROM');
  body.expect('FROM');
  const location = readLocation(body);
  const plain = tokens.filter(
    (token, index) =>
      !(token.text === '.' && tokens[index + 1]?.kind === 'column') &&
      !(tokens[index + 1]?.text === '.' && tokens[index + 2]?.kind === 'column'),
  );
  return { transform: splitAtCommas(plain), location };
}

function readCopy(context: Context, cursor: Cursor): Copy {
  cursor.expect('INTO');
  if (cursor.peek().kind === 'stage') {
    throw unsupported('COPY INTO a stage');
  }
  const table = needTable(context, cursor.qualifiedName(), 'INSERT');
  const targets = targetColumns(table, cursor.sees('(') ? cursor.group() : undefined);
  cursor.expect('FROM');
  const source = cursor.sees('(') ? readTransform(cursor) : { transform: undefined, location: readLocation(cursor) };
  const location = stageLocation(context, source.location, 'READ');
  return { table, targets, transform: source.transform, location, options: readCopyOptions(cursor) };
}

/** The files that the statement names; those of FILES must be there. */
function stagedFiles({ storage }: Context, { location, options }: Copy): StoredFile[] {
  const { stageId, path } = location;
  const { files, pattern } = options;
  if (files !== undefined) {
    const prefix = path === '' || path.endsWith('/') ? path : `${path}/`;
    return files.map((name) => {
      const file = storage.find(stageId, prefix + name);
      if (file === undefined) {
        throw remoteFileMissing(prefix + name);
      }
      return file;
    });
  }
  return storage.list(stageId, path).filter((file) => pattern?.test(file.path) ?? true);
}

function transformed(context: Context, copy: Copy, file: StoredFile, source: CopySource): string[] {
  const scope = {
    ...scopeOf(context),
    fileColumn: (position: number, path: string[] | undefined) => {
      if (position !== 1) {
        return 'NULL';
      }
      const [name, ...rest] = path ?? [];
      const whole = name === undefined ? source.row : source.column(name);
      const inner = rest.map((key) => (key.startsWith('[') ? key : `."${key}"`)).join('');
      return rest.length === 0 ? whole : `json_extract(to_json(${whole}), ${literal(`$${inner}`)})`;
    },
    metadata: (name: string) => {
      if (name === 'METADATA$FILENAME') {
        return literal(file.path);
      }
      return name === 'METADATA$FILE_ROW_NUMBER' ? 'row_number() OVER ()' : undefined;
    },
  };
  const { transform = [], targets } = copy;
  if (transform.length !== targets.length) {
    throw new SnowflakeFailure(
      '002020',
      '21S01',
      `SQL compilation error:\nInsert value list does not match column list expecting ${targets.length} but got ${transform.length}`,
    );
  }
  return transform.map((tokens, index) => assignable(rewrite(tokens, scope), targets[index] as TableColumn));
}

/** Columns by name; one that no file column fits stays empty, without an error. */
function matched({ targets, options }: Copy, source: CopySource): string[] {
  const fold = (name: string) => (options.matchBy === 'CASE_SENSITIVE' ? name : name.toUpperCase());
  return targets.map(({ name, type }) => {
    const found = source.names.find((other) => fold(other) === fold(name));
    return found === undefined ? 'NULL' : castSql(source.column(found), type, false);
  });
}

function values(context: Context, copy: Copy, file: StoredFile, source: CopySource): string[] {
  if (copy.transform !== undefined) {
    return transformed(context, copy, file, source);
  }
  if (copy.options.matchBy !== 'NONE') {
    return matched(copy, source);
  }
  if (copy.targets.length !== 1 || copy.targets[0]?.type.family !== 'VARIANT') {
    throw new SnowflakeFailure(
      '002019',
      '0A000',
      `SQL compilation error:\n${copy.options.type} file format can produce one and only one column of type variant, object, or array.`,
    );
  }
  return [source.row];
}

async function insertSql(context: Context, copy: Copy, file: StoredFile): Promise<string> {
  const source = await copySource(context, file, copy.options);
  const names = copy.targets.map(({ name }) => column(name)).join(', ');
  const selected = values(context, copy, file, source).join(', ');
  return `INSERT INTO ${quoteName(copy.table.physical)} (${names}) SELECT ${selected} FROM ${source.sql}`;
}

function remember({ session }: Context, { loaded }: Table, files: readonly StoredFile[]): void {
  const before = files.map((file) => [file.path, loaded.get(file.path)] as const);
  files.forEach((file) => loaded.set(file.path, file.md5));
  session.transaction?.onRollback(() =>
    before.forEach(([path, md5]) => (md5 === undefined ? loaded.delete(path) : loaded.set(path, md5))),
  );
}

const COLUMNS = [
  textColumn('file'),
  textColumn('status'),
  numberColumn('rows_parsed'),
  numberColumn('rows_loaded'),
  numberColumn('error_limit'),
  numberColumn('errors_seen'),
  textColumn('first_error'),
];

function answer(
  copy: Copy,
  fresh: readonly StoredFile[],
  rows: readonly number[],
  skipped: readonly StoredFile[],
): StatementResult {
  const label = ({ path }: StoredFile) => `${copy.location.label}${path}`;
  const loadedRows = fresh.map((file, index) => {
    const count = String(rows[index]);
    return [label(file), 'LOADED', count, count, '1', '0', null];
  });
  // Only files that the statement names are told to have been loaded before.
  const skippedRows = (copy.options.files === undefined ? [] : skipped).map((file) => [
    label(file),
    'LOAD_SKIPPED',
    '0',
    '0',
    '1',
    '1',
    'File was loaded before.',
  ]);
  const all = [...loadedRows, ...skippedRows];
  return all.length === 0
    ? status('Copy executed with 0 files processed.', STATEMENT_TYPES.copy)
    : { columns: COLUMNS, rows: all, statementTypeId: STATEMENT_TYPES.copy };
}

/**
 * Loads staged files. A file that the table has had with these very bytes is skipped unless FORCE; all files of a
 * statement are loaded or none.
 */
export async function copyInto(context: Context, cursor: Cursor): Promise<StatementResult> {
  const copy = readCopy(context, cursor);
  if (!cursor.ended) {
    throw syntaxError(cursor.peek().text, cursor.peek().start);
  }
  needWarehouse(context);
  const files = stagedFiles(context, copy);
  const isKnown = (file: StoredFile) => !copy.options.force && copy.table.loaded.get(file.path) === file.md5;
  const fresh = files.filter((file) => !isKnown(file));
  const statements: string[] = [];
  for (const file of fresh) {
    statements.push(await insertSql(context, copy, file));
  }
  const readers = await write(context.session, statements);
  remember(context, copy.table, fresh);
  if (copy.options.purge) {
    await Promise.all(fresh.map(({ path }) => context.storage.remove(copy.location.stageId, path)));
  }
  return answer(
    copy,
    fresh,
    readers.map((reader) => reader.rowsChanged),
    files.filter(isKnown).filter((file) => !fresh.includes(file)),
  );
}

import { unsupported } from '../errors.ts';
import { cursorOver, type Cursor } from '../sql/cursor.ts';

export type FileType = 'PARQUET' | 'JSON';

export interface CopyOptions {
  type: FileType;
  /** Options of the file format besides its type, e.g. USE_LOGICAL_TYPE. */
  format: Record<string, string>;
  /** Texts of a file that are NULL; Snowflake has one unless it is told otherwise. */
  nullIf: string[];
  files: string[] | undefined;
  pattern: RegExp | undefined;
  matchBy: 'CASE_SENSITIVE' | 'CASE_INSENSITIVE' | 'NONE';
  purge: boolean;
  force: boolean;
}

/** Snowflake takes at most so many names. */
const MAX_FILES = 1000;

function readFormat(cursor: Cursor, options: CopyOptions): void {
  const body = cursorOver(cursor.group());
  while (!body.ended) {
    const name = body.identifier();
    body.expect('=');
    if (name === 'NULL_IF') {
      options.nullIf = readStrings(body);
    } else {
      options.format[name] = body.next().value.toUpperCase();
    }
    body.accept(',');
  }
}

const readStrings = (cursor: Cursor): string[] =>
  cursor
    .group()
    .filter(({ kind }) => kind === 'string')
    .map(({ value }) => value);

function readFiles(cursor: Cursor): string[] {
  const files = readStrings(cursor);
  if (files.length > MAX_FILES) {
    throw unsupported(`FILES with more than ${String(MAX_FILES)} names`);
  }
  return files;
}

function readOption(cursor: Cursor, options: CopyOptions): void {
  const name = cursor.identifier();
  cursor.expect('=');
  switch (name) {
    case 'FILE_FORMAT':
      readFormat(cursor, options);
      break;
    case 'FILES':
      options.files = readFiles(cursor);
      break;
    case 'PATTERN':
      options.pattern = new RegExp(`^(?:${cursor.next().value})$`);
      break;
    case 'MATCH_BY_COLUMN_NAME':
      options.matchBy = cursor.next().value.toUpperCase() as CopyOptions['matchBy'];
      break;
    case 'PURGE':
      options.purge = cursor.next().value.toUpperCase() === 'TRUE';
      break;
    case 'FORCE':
      options.force = cursor.next().value.toUpperCase() === 'TRUE';
      break;
    case 'ON_ERROR':
      assertAbort(cursor.next().value);
      break;
    default:
      throw unsupported(`COPY option ${name}`);
  }
}

function assertAbort(value: string): void {
  if (value.toUpperCase() !== 'ABORT_STATEMENT') {
    throw unsupported(`ON_ERROR = ${value}`);
  }
}

/** What follows the source of a COPY. */
export function readCopyOptions(cursor: Cursor): CopyOptions {
  const options: CopyOptions = {
    type: 'PARQUET',
    format: {},
    nullIf: [String.raw`\N`],
    files: undefined,
    pattern: undefined,
    matchBy: 'NONE',
    purge: false,
    force: false,
  };
  while (!cursor.ended) {
    readOption(cursor, options);
    cursor.accept(',');
  }
  const type = options.format['TYPE'];
  if (type !== 'PARQUET' && type !== 'JSON') {
    throw unsupported(`COPY from ${type ?? 'files without a type'}`);
  }
  options.type = type;
  return options;
}

import type { Context } from '../context.ts';
import { listing, numberColumn, textColumn, STATEMENT_TYPES, type StatementResult } from '../results.ts';
import type { Cursor } from '../sql/cursor.ts';
import { stageLocation } from './stage-location.ts';

/** `@stage/path` or `'@stage/path'`. */
export function readLocation(cursor: Cursor): string {
  const token = cursor.next();
  return token.kind === 'string' ? token.value : token.text;
}

export async function list(context: Context, cursor: Cursor): Promise<StatementResult> {
  const { stageId, label, path } = stageLocation(context, readLocation(cursor), 'READ');
  const pattern = readPattern(cursor);
  const files = context.storage.list(stageId, path).filter((file) => pattern?.test(file.path) ?? true);
  return {
    columns: [textColumn('name'), numberColumn('size'), textColumn('md5'), textColumn('last_modified')],
    rows: files.map((file) => [`${label}${file.path}`, String(file.bytes), file.md5, file.modified.toUTCString()]),
    statementTypeId: STATEMENT_TYPES.other,
  };
}

/** `PATTERN = '…'`: a regular expression for the whole path. */
function readPattern(cursor: Cursor): RegExp | undefined {
  if (!cursor.accept('PATTERN')) {
    return undefined;
  }
  cursor.expect('=');
  return new RegExp(`^(?:${cursor.next().value})$`);
}

export async function remove(context: Context, cursor: Cursor): Promise<StatementResult> {
  const { stageId, label, path } = stageLocation(context, readLocation(cursor), 'WRITE');
  const pattern = readPattern(cursor);
  const files = context.storage.list(stageId, path).filter((file) => pattern?.test(file.path) ?? true);
  for (const file of files) {
    await context.storage.remove(stageId, file.path);
  }
  return listing(
    ['name', 'result'],
    files.map((file) => [`${label}${file.path}`, 'removed']),
  );
}

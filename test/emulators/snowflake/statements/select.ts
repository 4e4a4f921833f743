import type { Context } from '../context.ts';
import { fromReader, type StatementResult } from '../results.ts';
import { scopeOf } from '../scope.ts';
import type { Cursor } from '../sql/cursor.ts';
import { rewrite } from '../sql/rewrite.ts';
import { read } from '../transactions.ts';

export async function select(context: Context, cursor: Cursor): Promise<StatementResult> {
  const sql = rewrite(cursor.tokens.slice(0, -1), scopeOf(context));
  return fromReader(await read(context.session, sql));
}

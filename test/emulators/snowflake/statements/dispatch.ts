import type { Context } from '../context.ts';
import { syntaxError } from '../errors.ts';
import type { StatementResult } from '../results.ts';
import { Cursor } from '../sql/cursor.ts';
import { tokenize } from '../sql/lexer.ts';
import { alterTable } from './alter.ts';
import { copyInto } from './copy.ts';
import { create } from './create.ts';
import { deleteFrom, insert, update } from './dml.ts';
import { drop, truncate } from './drop.ts';
import { merge } from './merge.ts';
import { put } from './put.ts';
import { select } from './select.ts';
import { alterSession, begin, commit, endTransaction, rollback, unsetSession, use } from './session.ts';
import { describe, show } from './show.ts';
import { list, remove } from './stages.ts';

type Handler = (context: Context, cursor: Cursor) => Promise<StatementResult>;

async function alter(context: Context, cursor: Cursor): Promise<StatementResult> {
  if (cursor.accept('SESSION', 'SET')) {
    return await alterSession(context, cursor);
  }
  if (cursor.accept('SESSION', 'UNSET')) {
    return await unsetSession(context, cursor);
  }
  return await alterTable(context, cursor);
}

const HANDLERS: Record<string, Handler> = {
  SELECT: select,
  WITH: select,
  INSERT: insert,
  UPDATE: update,
  DELETE: deleteFrom,
  MERGE: merge,
  COPY: copyInto,
  CREATE: create,
  ALTER: alter,
  DROP: drop,
  TRUNCATE: truncate,
  SHOW: show,
  DESCRIBE: describe,
  DESC: describe,
  USE: use,
  BEGIN: begin,
  START: begin,
  COMMIT: commit,
  ROLLBACK: rollback,
  LIST: list,
  LS: list,
  REMOVE: remove,
  RM: remove,
};

/** Statements that end an open transaction by committing it before they run. */
const DDL = new Set(['CREATE', 'ALTER', 'DROP', 'TRUNCATE']);

/** Runs one statement; throws what Snowflake would answer. */
export async function execute(context: Context): Promise<StatementResult> {
  if (/^\s*PUT\s/i.test(context.sql)) {
    return await put(context);
  }
  const cursor = new Cursor(tokenize(context.sql));
  const verb = cursor.next();
  const handler = verb.kind === 'word' ? HANDLERS[verb.value] : undefined;
  if (handler === undefined) {
    // A query in parentheses is the only statement without a verb.
    if (verb.text !== '(') {
      throw syntaxError(verb.text, verb.start);
    }
    return await select(context, cursor);
  }
  if (DDL.has(verb.value) && !cursor.sees('SESSION')) {
    await endTransaction(context.session);
    return await context.catalog.inTurn(async () => await handler(context, cursor));
  }
  return await handler(context, cursor);
}

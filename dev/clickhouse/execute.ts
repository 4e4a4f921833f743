import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { IncomingMessage } from 'node:http';
import type { Answer } from './answer.ts';
import { toEngineError } from './engine-error.ts';
import { quoteString } from './literals.ts';
import { saveBody } from './request-body.ts';
import type { RequestOptions } from './request-options.ts';
import { openResultPipe } from './result-pipe.ts';
import type { EngineSession, SessionPool } from './session-pool.ts';
import type { Statement } from './statement.ts';

/** One request on its session. */
export interface Execution {
  pool: SessionPool;
  session: EngineSession;
  request: IncomingMessage;
  options: RequestOptions;
  answer: Answer;
  /** Aborted when the client goes away. */
  gone: AbortSignal;
  /** For insert bodies. */
  tempDir: string;
}

type Of<K extends Statement['kind']> = Extract<Statement, { kind: K }>;

/** How often a cancellation is repeated until the query has ended: it may not have been registered at the first try. */
const KILL_EVERY_MS = 100;
/**
 * Formats whose results are small: who asks for one document of JSON has it in memory as a whole before the first row is
 * read. The way through a pipe costs the engine three milliseconds more, which is most of what a small query costs.
 */
const AT_ONCE = new Set(['Null', 'JSON', 'JSONCompact']);
/** Settings under which a result cannot take the way of an INSERT into a pipe, or would lose their meaning there. */
const NOT_STREAMED = ['readonly', 'max_result_rows', 'max_result_bytes', 'result_overflow_mode', 'extremes'];
/** Not possible as an INSERT (two columns of one name …) or worded differently there; nothing has been sent yet. */
const RETRIED_AT_ONCE = new Set([15, 43, 44, 48, 50, 62, 70, 352]);

export async function executeSelect(execution: Execution, statement: Of<'select'>): Promise<void> {
  const { options, session, answer } = execution;
  const format = statement.format ?? options.defaultFormat;
  const atOnce =
    !statement.streamable || AT_ONCE.has(format) || NOT_STREAMED.some((name) => options.settings.has(name));
  if (atOnce) {
    await executeCommand(execution, { ...statement, kind: 'command', tainting: false });
    return;
  }
  const { bytes, done } = openResultPipe(session, statement.sql, { format, packing: options.packing });
  const stopKilling = killWhenGone(execution);
  try {
    const summary = done.then(({ rowsRead, bytesRead }) => ({
      readRows: rowsRead,
      readBytes: bytesRead,
      writtenRows: 0,
    }));
    summary.catch(() => undefined);
    await answer.stream(bytes, format, summary);
  } catch (error: unknown) {
    await endQuery(execution, bytes, done);
    if (!canRetry(error, execution)) {
      throw error;
    }
    await executeCommand(execution, { ...statement, kind: 'command', tainting: false });
  } finally {
    stopKilling();
  }
}

/**
 * The session may be used again only when its query has really ended. The reading end is closed after the first kill:
 * until then the full pipe holds the engine still, while without a reader it would go on at full speed.
 */
async function endQuery(
  { pool, options }: Execution,
  bytes: { destroy(): void },
  done: Promise<unknown>,
): Promise<void> {
  let ended = false;
  const end = (): void => {
    ended = true;
  };
  const settled = done.then(end, end);
  const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, KILL_EVERY_MS));
  await new Promise((resolve) => setImmediate(resolve)); // a query that has failed by itself needs no kill
  while (!ended) {
    await pool.kill(options.queryId);
    bytes.destroy();
    await Promise.race([settled, tick()]);
  }
  bytes.destroy();
}

function canRetry(error: unknown, { answer, gone }: Execution): boolean {
  return !gone.aborted && !answer.response.headersSent && RETRIED_AT_ONCE.has(toEngineError(error).engineCode);
}

/** Cancels the query when the client goes away. Returns the end of that watch. */
function killWhenGone({ gone, pool, options }: Execution): () => void {
  let timer: NodeJS.Timeout | undefined;
  const kill = (): void => {
    pool.kill(options.queryId).catch(() => undefined); // repeated until the query has ended
  };
  const onGone = (): void => {
    kill();
    timer = setInterval(kill, KILL_EVERY_MS);
  };
  gone.addEventListener('abort', onGone, { once: true });
  return () => {
    gone.removeEventListener('abort', onGone);
    clearInterval(timer);
  };
}

/** Everything that is answered at once. A command that changes something goes on when its client leaves, like on a server. */
export async function executeCommand(execution: Execution, statement: Of<'command'>): Promise<void> {
  const { session, options, answer } = execution;
  if (statement.tainting) {
    session.taint();
  }
  const format = statement.format ?? options.defaultFormat;
  const stopKilling = isRead(statement.sql) ? killWhenGone(execution) : undefined;
  try {
    const result = await session.run(statement.sql, format);
    const writtenRows = /^\s*INSERT/i.test(statement.sql) ? result.rowsRead : 0;
    answer.send(result.bytes(), format, { readRows: result.rowsRead, readBytes: result.bytesRead, writtenRows });
  } finally {
    stopKilling?.();
  }
}

function isRead(sql: string): boolean {
  return /^[\s(]*(SELECT|WITH|SHOW|DESC|EXPLAIN|EXISTS)/i.test(sql);
}

/** Where the rows of an insert wait. Saved before a session is taken, so that a slow sender holds none. */
export async function saveRows(request: IncomingMessage, statement: Of<'insert'>, tempDir: string): Promise<string> {
  const file = join(tempDir, randomUUID());
  try {
    await saveBody(request, statement.inlineData, file);
    return file;
  } catch (error: unknown) {
    await rm(file, { force: true });
    throw error;
  }
}

/** `FROM INFILE` is a plain insert (defaults, views, de-duplication token), only that the engine reads the rows itself. */
export async function executeInsert(
  { session, answer }: Execution,
  statement: Of<'insert'>,
  file: string,
): Promise<void> {
  const { head, settings, format } = statement;
  const source = `FROM INFILE ${quoteString(file)} COMPRESSION 'none'`;
  const sql =
    format.toUpperCase() === 'VALUES' // the one format that INFILE does not take
      ? `${head} ${settings} FORMAT Values ${await readFile(file, 'utf8')}`
      : `${head} ${source} ${settings} FORMAT ${format}`;
  const { rowsRead, bytesRead } = await session.run(sql);
  const summary = { readRows: rowsRead, readBytes: bytesRead, writtenRows: rowsRead };
  answer.send(new Uint8Array(), 'TabSeparated', summary);
}

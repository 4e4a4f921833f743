import { rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Answer } from './answer.ts';
import { EngineError } from './engine-error.ts';
import { executeCommand, executeInsert, executeSelect, saveRows } from './execute.ts';
import type { Execution } from './execute.ts';
import { readStatement } from './request-body.ts';
import { readOptions } from './request-options.ts';
import type { RequestOptions } from './request-options.ts';
import type { SessionPool } from './session-pool.ts';
import { parseStatement } from './statement.ts';
import type { Statement } from './statement.ts';

export interface HandlerDeps {
  pool: SessionPool;
  tempDir: string;
}

type Exchange = Omit<Execution, 'session'>;

/** ClickHouse's HTTP interface: one statement per request. Never rejects. */
export async function handleRequest(
  deps: HandlerDeps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '/').split('?')[0];
  if (path === '/ping' || (path === '/' && request.method === 'GET' && !request.url?.includes('query='))) {
    request.resume();
    response.end('Ok.\n');
    return;
  }
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) {
      gone.abort();
    }
  });
  let answer = new Answer(response, UNREAD_OPTIONS);
  try {
    const options = readOptions(request);
    answer = new Answer(response, options);
    await run({ ...deps, request, options, answer, gone: gone.signal });
  } catch (error: unknown) {
    answer.fail(error);
    request.resume();
  }
}

/** For an answer to a request whose own options could not be read. */
const UNREAD_OPTIONS: RequestOptions = {
  queryFromUrl: '',
  queryId: '',
  database: undefined,
  defaultFormat: 'TabSeparated',
  settings: new Map(),
  params: new Map(),
  waitEndOfQuery: false,
  packing: undefined,
};

async function run(exchange: Exchange): Promise<void> {
  const { request, options } = exchange;
  let sql = options.queryFromUrl;
  let statement = parseStatement(sql);
  if (sql.trim() === '' || statement.kind !== 'insert') {
    sql = `${sql}${await readStatement(request)}`;
    statement = parseStatement(sql);
  }
  if (sql.trim() === '') {
    throw new EngineError(62, 'Syntax error: Empty query', 'SYNTAX_ERROR');
  }
  const file = statement.kind === 'insert' ? await saveRows(request, statement, exchange.tempDir) : undefined;
  try {
    await onSession(exchange, sql, statement, file);
  } finally {
    if (file !== undefined) {
      await rm(file, { force: true });
    }
  }
}

async function onSession(exchange: Exchange, sql: string, statement: Statement, file?: string): Promise<void> {
  const { pool, options, gone } = exchange;
  const session = await pool.acquire();
  let failed = true;
  try {
    if (gone.aborted) {
      failed = false;
      return; // left while it waited for a session
    }
    await session.configure(options, sql);
    await execute({ ...exchange, session }, statement, file);
    failed = false;
  } finally {
    await session.release({ failed });
    pool.release(session);
  }
}

async function execute(execution: Execution, statement: Statement, file: string | undefined): Promise<void> {
  switch (statement.kind) {
    case 'select':
      await executeSelect(execution, statement);
      return;
    case 'command':
      await executeCommand(execution, statement);
      return;
    case 'insert':
      await executeInsert(execution, statement, file ?? '');
  }
}

import type { CopyCommand } from '../copy/parse-copy.ts';
import { SqlError } from '../errors.ts';
import type { FaultHooks } from '../faults.ts';
import type { Statement, StatementResult, SubStatement } from '../service/statement.ts';
import type { Plan, Step } from '../sql/plan.ts';
import { planStatement } from '../sql/translate.ts';
import type { Database } from './database.ts';
import { openSession, type Isolation, type Session } from './session.ts';
import { toSqlError } from './sql-errors.ts';

export interface RunnerParts {
  database: Database;
  /** The database's name in the API. */
  databaseName: string;
  faults: FaultHooks;
  isolation: Isolation;
  superStringBytes: number;
  /** Statements that run at once; the others wait as SUBMITTED, as in a queue of the workload manager. */
  concurrency: number;
  copy(session: Session, copy: CopyCommand, statement: Statement): Promise<StatementResult>;
}

/** Runs a statement to its end and writes down how it went; never rejects. */
export function statementRunner(parts: RunnerParts): (statement: Statement) => Promise<void> {
  const enter = queue(parts.concurrency);
  return async (statement) => {
    const leave = await enter();
    const startedAt = performance.now();
    try {
      statement.status = 'PICKED';
      await runInSession(parts, statement);
      statement.status = 'FINISHED';
    } catch (error: unknown) {
      statement.status = statement.cancelled.signal.aborted ? 'ABORTED' : 'FAILED';
      statement.error = toSqlError(error).message;
    } finally {
      statement.durationMs = performance.now() - startedAt;
      statement.updatedAtMs = Date.now();
      leave();
    }
  };
}

function queue(concurrency: number): () => Promise<() => void> {
  const waiting: (() => void)[] = [];
  let running = 0;
  const leave = (): void => {
    running -= 1;
    waiting.shift()?.();
  };
  return async () => {
    // Submitting answers first.
    await new Promise((resolve) => setImmediate(resolve));
    while (running >= concurrency) {
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    running += 1;
    return leave;
  };
}

async function runInSession(parts: RunnerParts, statement: Statement): Promise<void> {
  const { database, dbUser } = statement.target;
  if (database !== undefined && database !== parts.databaseName) {
    throw new SqlError(`FATAL: database "${database}" does not exist`);
  }
  const { isolation, superStringBytes } = parts;
  const session = await openSession({ url: parts.database.url, user: dbUser, isolation, superStringBytes });
  try {
    statement.pid = session.pid;
    statement.status = 'STARTED';
    await (statement.mode === 'AUTO_COMMIT' ? runEach : runTogether)(parts, session, statement);
  } finally {
    await session.end();
  }
}

async function runTogether(parts: RunnerParts, session: Session, statement: Statement): Promise<void> {
  await runTransaction(parts, session, statement, statement.subs);
}

/** Each in a transaction of its own; one that fails does not stop the others. */
async function runEach(parts: RunnerParts, session: Session, statement: Statement): Promise<void> {
  let first: Error | undefined;
  for (const sub of statement.subs) {
    try {
      await runTransaction(parts, session, statement, [sub]);
    } catch (error: unknown) {
      first ??= toSqlError(error);
      await session.query('ROLLBACK');
    }
  }
  if (first !== undefined) {
    throw first;
  }
}

async function runTransaction(
  parts: RunnerParts,
  session: Session,
  statement: Statement,
  subs: readonly SubStatement[],
): Promise<void> {
  await session.begin();
  let afterCommit: SqlError | undefined;
  for (const [index, sub] of subs.entries()) {
    try {
      afterCommit = (await runSub(parts, session, statement, sub, subs.length > 1)) ?? afterCommit;
    } catch (error: unknown) {
      subs.slice(index + 1).forEach((later) => void (later.status = 'ABORTED'));
      const failed = toSqlError(error);
      throw statement.isBatch ? numbered(failed, statement.subs.indexOf(sub) + 1) : failed;
    }
  }
  statement.cancelled.signal.throwIfAborted();
  await session.commit();
  if (afterCommit !== undefined) {
    throw afterCommit;
  }
}

/** Leaves the text as it is, with its own `ERROR:` after the number. */
function numbered(error: SqlError, number: number): Error {
  const named = new SqlError('');
  named.message = `Query #${number} failed with ${error.message}`;
  return named;
}

async function runSub(
  parts: RunnerParts,
  session: Session,
  statement: Statement,
  sub: SubStatement,
  inBlock: boolean,
): Promise<SqlError | undefined> {
  const startedAt = performance.now();
  sub.status = 'STARTED';
  try {
    const afterCommit = await parts.faults.beforeStatement(sub.sql, statement.cancelled.signal);
    statement.cancelled.signal.throwIfAborted();
    const plan = planStatement(sub.sql, statement.parameters);
    sub.result = await runPlan(parts, session, statement, plan, inBlock);
    sub.status = 'FINISHED';
    return afterCommit;
  } catch (error: unknown) {
    sub.status = statement.cancelled.signal.aborted ? 'ABORTED' : 'FAILED';
    sub.error = toSqlError(error).message;
    throw error;
  } finally {
    sub.durationMs = performance.now() - startedAt;
    sub.updatedAtMs = Date.now();
  }
}

async function runPlan(
  parts: RunnerParts,
  session: Session,
  statement: Statement,
  plan: Plan,
  inBlock: boolean,
): Promise<StatementResult> {
  if (plan.standalone !== undefined && inBlock) {
    throw new SqlError(plan.standalone);
  }
  await parts.database.ensureTypes(plan.types);
  for (const table of plan.writes) {
    await session.lockForWriting(table);
  }
  let result: StatementResult = { rowCount: -1 };
  for (const step of plan.steps) {
    result = await runStep(parts, session, statement, step);
  }
  return result;
}

async function runStep(
  parts: RunnerParts,
  session: Session,
  statement: Statement,
  step: Step,
): Promise<StatementResult> {
  switch (step.kind) {
    case 'sql':
      return session.query(step.text, step.values);
    case 'copy':
      return parts.copy(session, step.copy, statement);
    case 'committing': {
      const result = await session.query(step.text);
      await session.commit();
      await session.begin();
      return result;
    }
  }
}

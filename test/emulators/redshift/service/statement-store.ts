import { randomUUID } from 'node:crypto';
import { notFound, ServiceError, validation } from '../errors.ts';
import { isEnded, type Statement, type SubStatement } from './statement.ts';

const ID = /^[a-z0-9]{8}(-[a-z0-9]{4}){3}-[a-z0-9]{12}(:\d+)?$/;

export type NewStatement = Omit<
  Statement,
  'id' | 'subs' | 'status' | 'createdAtMs' | 'updatedAtMs' | 'durationMs' | 'cancelled' | 'settled'
> & { sqls: string[] };

export interface StatementStore {
  /** The statement of this token, when one was given before; the same token with other SQL is an error. */
  byToken(token: string | undefined, sqls: readonly string[]): Statement | undefined;
  add(statement: NewStatement, token: string | undefined, run: (statement: Statement) => Promise<void>): Statement;
  /** Accepts the id of a sub-statement (`…:2`), which is then given too. */
  find(id: string): { statement: Statement; sub: SubStatement | undefined };
  all(): Statement[];
}

export function statementStore(limits: { activeStatements: number }): StatementStore {
  const statements = new Map<string, Statement>();
  const tokens = new Map<string, Statement>();
  return {
    byToken: (token, sqls) => {
      const known = token === undefined ? undefined : tokens.get(token);
      if (known !== undefined && known.subs.map(({ sql }) => sql).join('\0') !== sqls.join('\0')) {
        throw validation('The client token was used before with other parameters.');
      }
      return known;
    },
    add: ({ sqls, ...given }, token, run) => {
      const active = [...statements.values()].filter((statement) => !isEnded(statement)).length;
      if (active >= limits.activeStatements) {
        throw new ServiceError(
          'ActiveStatementsExceededException',
          `The maximum number of active statements (${limits.activeStatements}) was exceeded.`,
        );
      }
      const statement = create(given, sqls);
      statements.set(statement.id, statement);
      if (token !== undefined) {
        tokens.set(token, statement);
      }
      statement.settled = run(statement);
      return statement;
    },
    find: (id) => {
      if (!ID.test(id)) {
        throw validation(`id must satisfy regex pattern: ${ID.source}`);
      }
      const [base = '', number] = id.split(':');
      const statement = statements.get(base);
      const sub = number === undefined ? undefined : statement?.subs[Number(number) - 1];
      if (statement === undefined || (number !== undefined && sub === undefined)) {
        throw notFound('Query does not exist.', id);
      }
      return { statement, sub };
    },
    all: () => [...statements.values()].reverse(),
  };
}

function create(given: Omit<NewStatement, 'sqls'>, sqls: readonly string[]): Statement {
  const now = Date.now();
  return {
    ...given,
    id: randomUUID(),
    subs: sqls.map((sql) => ({ sql, status: 'SUBMITTED', updatedAtMs: now, durationMs: 0 })),
    status: 'SUBMITTED',
    createdAtMs: now,
    updatedAtMs: now,
    durationMs: 0,
    cancelled: new AbortController(),
    settled: Promise.resolve(),
  };
}

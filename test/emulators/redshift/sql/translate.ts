import { parseCopy } from '../copy/parse-copy.ts';
import { SqlError, syntaxError } from '../errors.ts';
import { planAlterTable } from './alter-table.ts';
import { planCreateTable } from './create-table.ts';
import { cursorOver, type Cursor } from './cursor.ts';
import { planMerge } from './merge.ts';
import { sqlPlan, type Plan, type SqlParameter } from './plan.ts';
import { refuseForeignSql } from './refusals.ts';
import { rewrite } from './rewrite.ts';
import { tokenize, type Token } from './tokens.ts';

/** One statement of Redshift's SQL as PostgreSQL's. Throws a SqlError for what Redshift, or this emulator, does not take. */
export function planStatement(sql: string, parameters: readonly SqlParameter[]): Plan {
  const tokens = withoutEnd(tokenize(sql));
  refuseForeignSql(tokens);
  const cursor = cursorOver(tokens);
  const statement: Statement = {
    sql,
    tokens,
    cursor,
    parameters,
    asIs: (writes) => asIs(sql, tokens, parameters, writes),
  };
  const planner = PLANNERS[cursor.peek()?.lower ?? ''];
  if (planner === undefined) {
    throw new SqlError(`the emulator does not know the statement "${cursor.peek()?.text ?? ''}"`);
  }
  cursor.next();
  return planner(statement);
}

/** Names of the parameters that a statement refers to. */
export function parametersIn(sql: string): string[] {
  return tokenize(sql)
    .filter((token) => token.kind === 'parameter')
    .map((token) => token.text.slice(1));
}

interface Statement {
  sql: string;
  tokens: readonly Token[];
  /** After the first word. */
  cursor: Cursor;
  parameters: readonly SqlParameter[];
  /** The plan that changes nothing but expressions. */
  asIs(writes?: string[]): Plan;
}

const PLANNERS: Record<string, (statement: Statement) => Plan> = {
  select: ({ asIs }) => asIs(),
  with: planWith,
  insert: ({ cursor, asIs }) => {
    cursor.expect('into');
    return asIs([cursor.tableName()]);
  },
  update: ({ cursor, asIs }) => asIs([cursor.tableName()]),
  delete: ({ cursor, asIs }) => {
    cursor.expect('from');
    return asIs([cursor.tableName()]);
  },
  merge: ({ sql, tokens, cursor, parameters }) => planMerge(sql, tokens, cursor, parameters),
  copy: ({ cursor }) => {
    const copy = parseCopy(cursor);
    return { steps: [{ kind: 'copy', copy }], writes: [copy.table], types: [] };
  },
  lock: planLock,
  create: planCreate,
  alter: ({ sql, cursor }) => {
    cursor.expect('table');
    return planAlterTable(sql, cursor);
  },
  drop: ({ asIs }) => asIs(),
  truncate: ({ cursor }) => {
    cursor.skip('table');
    return { steps: [{ kind: 'committing', text: `TRUNCATE ${cursor.tableName()}` }], writes: [], types: [] };
  },
  grant: ({ asIs }) => asIs(),
  revoke: ({ asIs }) => asIs(),
  analyze: ({ cursor }) => sqlPlan(`ANALYZE ${cursor.tableName()}`, []),
  set: planSet,
};

function asIs(sql: string, tokens: readonly Token[], parameters: readonly SqlParameter[], writes: string[] = []): Plan {
  const { text, values } = rewrite(sql, tokens, parameters);
  return sqlPlan(text, values, writes);
}

function withoutEnd(tokens: Token[]): Token[] {
  const statement = tokens.at(-1)?.text === ';' ? tokens.slice(0, -1) : tokens;
  if (statement.some((token) => token.text === ';')) {
    throw new SqlError('Multiple SQL statements are not allowed in one request');
  }
  return statement;
}

function planWith({ tokens, asIs }: Statement): Plan {
  const writing = tokens.find((token) => ['insert', 'update', 'delete', 'merge'].includes(token.lower));
  if (writing !== undefined) {
    throw syntaxError(writing.text);
  }
  return asIs();
}

/** Redshift has one mode: nobody else reads or writes the table until the transaction ends. */
function planLock({ cursor }: Statement): Plan {
  cursor.skip('table');
  const tables = [cursor.tableName()];
  while (cursor.take(',')) {
    tables.push(cursor.tableName());
  }
  cursor.end();
  return sqlPlan(`LOCK TABLE ${tables.join(', ')}`, []);
}

function planCreate({ sql, tokens, cursor, parameters, asIs }: Statement): Plan {
  cursor.skip('local', 'global');
  const temporary = cursor.take('temp') || cursor.take('temporary');
  if (cursor.take('table')) {
    return planCreateTable(sql, cursor, temporary, parameters);
  }
  if (cursor.take('index') || cursor.take('unique index')) {
    const words = tokens.slice(0, 6).map((token) => token.text);
    throw new SqlError(`SQL command "${words.join(' ')}" not supported on Redshift tables.`);
  }
  if (['schema', 'view', 'or'].includes(cursor.peek()?.lower ?? '')) {
    return asIs();
  }
  throw syntaxError(cursor.peek()?.text);
}

const IGNORED_SETTINGS = new Set(['query_group', 'json_parse_truncate_strings', 'enable_result_cache_for_session']);

function planSet({ cursor, asIs }: Statement): Plan {
  const name = cursor.identifier();
  if (IGNORED_SETTINGS.has(name)) {
    return sqlPlan('SELECT 1 WHERE false', []);
  }
  if (name !== 'statement_timeout' && name !== 'search_path') {
    throw new SqlError(`the emulator does not know the setting "${name}"`);
  }
  return asIs();
}

import type { Context } from '../context.ts';
import { cannotUse, SnowflakeFailure } from '../errors.ts';
import { status, STATEMENT_TYPES, type StatementResult } from '../results.ts';
import type { ParameterValue, Session } from '../session.ts';
import type { Cursor } from '../sql/cursor.ts';
import { literal } from '../sql/names.ts';
import { Transaction } from '../transactions.ts';

const done = () => status('Statement executed successfully.', STATEMENT_TYPES.other);

export async function begin({ session, locks }: Context, cursor: Cursor): Promise<StatementResult> {
  cursor.accept('TRANSACTION');
  cursor.accept('WORK');
  cursor.end();
  session.transaction ??= new Transaction(session, locks);
  return done();
}

/** Commits what is open; that is also what DDL does before it runs. */
export async function endTransaction(session: Session): Promise<void> {
  await session.transaction?.commit();
}

export async function commit({ session }: Context): Promise<StatementResult> {
  await endTransaction(session);
  return done();
}

export async function rollback({ session }: Context): Promise<StatementResult> {
  await session.transaction?.rollback();
  return done();
}

function parameterValue(cursor: Cursor): ParameterValue {
  const token = cursor.next();
  if (token.kind === 'number') {
    return Number(token.value);
  }
  return token.kind === 'word' && ['TRUE', 'FALSE'].includes(token.value) ? token.value === 'TRUE' : token.value;
}

function invalidParameter(name: string): SnowflakeFailure {
  return new SnowflakeFailure('000091', '22023', `SQL compilation error:\ninvalid property '${name}' for 'SESSION'`);
}

/** Sets a parameter of the session, by ALTER SESSION or when it logs in. */
export async function setParameter(session: Session, name: string, value: ParameterValue): Promise<void> {
  session.parameters.set(name, value);
  if (name === 'TIMEZONE') {
    await session.connection.run(`SET TimeZone = ${literal(String(value))}`);
  }
}

export async function alterSession({ session }: Context, cursor: Cursor): Promise<StatementResult> {
  while (!cursor.ended) {
    const name = cursor.identifier();
    if (!session.parameters.has(name)) {
      throw invalidParameter(name);
    }
    cursor.expect('=');
    await setParameter(session, name, parameterValue(cursor));
    cursor.accept(',');
  }
  return done();
}

export async function unsetSession({ session }: Context, cursor: Cursor): Promise<StatementResult> {
  await setParameter(session, cursor.identifier(), '');
  return done();
}

function useSchema({ session, catalog, account }: Context, parts: string[]): void {
  const [schema, database] = [parts.at(-1) as string, parts.at(-2) ?? session.database];
  account.assertAllowed('USAGE', 'schema', [...(database === undefined ? [] : [database]), schema]);
  if (database === undefined || !catalog.hasSchema(database, schema)) {
    throw cannotUse();
  }
  session.database = database;
  session.schema = schema;
}

function useDatabase({ session, catalog, account }: Context, database: string): void {
  account.assertAllowed('USAGE', 'database', [database]);
  if (!catalog.hasDatabase(database)) {
    throw cannotUse();
  }
  session.database = database;
  session.schema = catalog.hasSchema(database, 'PUBLIC') ? 'PUBLIC' : undefined;
}

function useRole({ session }: Context, role: string): void {
  if (!session.roles.includes(role)) {
    throw new SnowflakeFailure(
      '003013',
      '42501',
      `SQL access control error:\nRequested role '${role}' is not assigned to the executing user. Specify another role to activate.`,
    );
  }
  session.role = role;
}

function useWarehouse({ session, account }: Context, name: string): void {
  if (account.warehouse(name) === undefined) {
    throw cannotUse();
  }
  session.warehouse = name;
}

export async function use(context: Context, cursor: Cursor): Promise<StatementResult> {
  if (cursor.accept('WAREHOUSE')) {
    useWarehouse(context, cursor.identifier());
  } else if (cursor.accept('ROLE')) {
    useRole(context, cursor.identifier());
  } else if (cursor.accept('SCHEMA')) {
    useSchema(context, cursor.qualifiedName());
  } else if (cursor.accept('DATABASE')) {
    useDatabase(context, cursor.identifier());
  } else {
    const name = cursor.qualifiedName();
    if (name.length === 2) {
      useSchema(context, name);
    } else {
      useDatabase(context, name[0] as string);
    }
  }
  cursor.end();
  return done();
}

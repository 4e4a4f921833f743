import type { Account } from './account.ts';
import type { Catalog, NameOf, Table } from './catalog.ts';
import { noDatabase, objectMissing, SnowflakeFailure } from './errors.ts';
import type { LockHolder, TableLocks } from './locks.ts';
import { printQualified } from './catalog.ts';
import type { Session } from './session.ts';
import type { ObjectStore } from './storage.ts';

/** A value for a placeholder; an array when the client binds many rows at once. */
export interface Binding {
  type: string;
  value: string | null | (string | null)[];
}

/** Everything a statement may need. */
export interface Context {
  account: Account;
  catalog: Catalog;
  locks: TableLocks;
  storage: ObjectStore;
  session: Session;
  queryId: string;
  sql: string;
  bindings: Record<string, Binding>;
  maxLobBytes: number;
  signal: AbortSignal;
}

/** Completes a name with the session's database and schema. */
export function resolveName({ session }: Context, parts: readonly string[], operation: string): NameOf {
  const name = parts.at(-1) as string;
  const schema = parts.at(-2) ?? session.schema;
  const database = parts.at(-3) ?? session.database;
  if (database === undefined) {
    throw noDatabase(operation);
  }
  if (schema === undefined) {
    throw new SnowflakeFailure(
      '090106',
      '22000',
      `Cannot perform ${operation}. This session does not have a current schema. Call 'USE SCHEMA', or use a qualified name.`,
    );
  }
  return [database, schema, name];
}

/** The table of that name as this session sees it, if it is there. Throws if its schema is not. */
export function findTable(context: Context, name: NameOf): Table | undefined {
  context.account.assertAllowed('USAGE', 'database', name.slice(0, 1));
  context.account.assertAllowed('USAGE', 'schema', name.slice(0, 2));
  context.catalog.assertSchema(name[0], name[1]);
  return context.session.temporaryTables.get(JSON.stringify(name)) ?? context.catalog.table(name);
}

export function needTable(context: Context, parts: readonly string[], privilege: string): Table {
  const name = resolveName(context, parts, privilege);
  const table = findTable(context, name);
  if (table === undefined) {
    throw objectMissing('Object', printQualified(name));
  }
  context.account.assertAllowed(privilege, 'table', name);
  return table;
}

export function needWarehouse({ account, session }: Context): void {
  account.useWarehouse(session.warehouse);
}

/** Runs `work` with the table's lock, which the transaction keeps; without one it is released afterwards. */
export async function withTableLock<T>(context: Context, table: Table, work: () => Promise<T>): Promise<T> {
  const { session, locks, signal, queryId } = context;
  const timeoutMs = Number(session.parameters.get('LOCK_TIMEOUT')) * 1000;
  const statement: LockHolder = { id: queryId, idleSince: undefined, abandon: async () => undefined };
  const holder = session.transaction ?? statement;
  await locks.acquire(table.physical, holder, { timeoutMs, signal });
  try {
    return await work();
  } finally {
    if (holder === statement) {
      locks.releaseAll(statement);
    }
  }
}

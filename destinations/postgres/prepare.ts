import type { PlannedColumn, TablePlan } from '../table/columns.ts';
import type { Connection } from './connection.ts';
import { createLedger, ledgerExists, lockLedger } from './ledger.ts';
import type { Scope } from './scope.ts';
import { prepareStage } from './stage.ts';
import { assertSchema, prepareTable } from './table.ts';
import { transaction } from './transaction.ts';

/** Everything that is created here is created by one attempt at a time: CREATE … IF NOT EXISTS alone fails in a race. */
async function lockCreation(connection: Connection, name: string): Promise<void> {
  await connection.rows(
    'wait for another attempt',
    'SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended($1, 0))',
    [`sluice creates ${name}`],
  );
}

/** Creates the ledger if it is not there. */
export async function prepareLedger(connection: Connection, scope: Scope): Promise<void> {
  await transaction(connection, scope.config, async () => {
    if (!(await ledgerExists(connection, scope))) {
      await lockCreation(connection, scope.names.ledger);
      await assertSchema(connection, scope.config);
      await createLedger(connection, scope);
    }
  });
}

/**
 * Creates the table or adds to it, before the transaction that fills it: adding a column locks the table for everyone.
 * Undefined when this very generation has committed.
 */
export async function prepareLoad(connection: Connection, scope: Scope): Promise<TablePlan | undefined> {
  await prepareLedger(connection, scope);
  return transaction(connection, scope.config, async () => {
    // Held to the end: a commit, which drops the stage, comes before or after all of this.
    const { verdict } = await lockLedger(connection, scope);
    return verdict === 'done' ? undefined : await lockedTable(connection, scope);
  });
}

export interface Staging {
  /** What a chunk is written with. */
  columns: readonly PlannedColumn[];
  /** True when this very generation has committed: there is no stage any more, and nothing to load. */
  committed: boolean;
}

/** As `prepareLoad`, with a stage. */
export async function prepareStaging(connection: Connection, scope: Scope): Promise<Staging> {
  await prepareLedger(connection, scope);
  return transaction(connection, scope.config, async () => {
    const { verdict } = await lockLedger(connection, scope);
    const plan = await lockedTable(connection, scope);
    return verdict === 'done'
      ? { columns: plan.columns, committed: true }
      : { columns: await prepareStage(connection, scope, plan), committed: false };
  });
}

async function lockedTable(connection: Connection, scope: Scope): Promise<TablePlan> {
  await lockCreation(connection, scope.names.target);
  return prepareTable(connection, scope);
}

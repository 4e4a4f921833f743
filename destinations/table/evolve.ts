import type { Preview } from '../../core/preview.ts';
import type { SessionContext } from '../contract.ts';
import {
  neededColumns,
  planColumns,
  type SchemaPolicy,
  type TableColumn,
  type TablePlan,
  type TableToMatch,
  type TypeRules,
} from './columns.ts';
import { previewTable } from './preview.ts';

/** A table of a warehouse that changes it outside of transactions, so that attempts may do it beside each other. */
export interface EvolvingTable {
  /** For people. */
  name: string;
  types: TypeRules;
  policy: SchemaPolicy;
  /** Its columns; undefined when there is none of this name. */
  describe(): Promise<TableColumn[] | undefined>;
  /** What creates it with the plan's columns; no fault where it is there. */
  createSql(plan: TablePlan): string;
  /** What adds one column. */
  addSql(column: TablePlan['add'][number]): string;
  /** Runs one of these statements. Resolves when another attempt has done the same. */
  change(statement: { sql: string; action: string }): Promise<void>;
}

/** Another attempt may create or change the table at the same moment; after it has, there is nothing left to do. */
const ROUNDS = 3;

/** Matches the model with the table; creates the table or adds columns where the policy says so. Idempotent. */
export async function evolveTable(context: SessionContext, table: EvolvingTable): Promise<TablePlan> {
  for (let round = 1; ; round += 1) {
    const existing = await table.describe();
    const plan = planColumns(context.columns, toMatch(context, table, existing), table);
    if ((existing !== undefined && plan.add.length === 0) || round === ROUNDS) {
      return plan;
    }
    const action = existing === undefined ? `create table ${table.name}` : `add a column to table ${table.name}`;
    for (const sql of statementsOf(table, existing, plan)) {
      await table.change({ sql, action });
    }
  }
}

/** As `evolveTable`, without creating or changing anything. */
export async function previewEvolution(context: SessionContext, table: EvolvingTable): Promise<Preview> {
  const existing = await table.describe();
  return previewTable(context.columns, {
    ...toMatch(context, table, existing),
    ...{ types: table.types, policy: table.policy },
    statements: (plan) => statementsOf(table, existing, plan),
  });
}

function toMatch(context: SessionContext, { name }: EvolvingTable, existing: TableToMatch['existing']): TableToMatch {
  return { name, existing, key: neededColumns(context) };
}

function statementsOf(table: EvolvingTable, existing: TableToMatch['existing'], plan: TablePlan): string[] {
  return existing === undefined ? [table.createSql(plan)] : plan.add.map((column) => table.addSql(column));
}

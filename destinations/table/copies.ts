import type { SessionContext } from '../contract.ts';

/** Rows of a warehouse's table that have one key and are there several times. All texts are SQL, ready to be used. */
export interface Copies {
  /** Qualified and quoted. */
  table: string;
  /** An empty table with the same columns, for this use alone. */
  stage: string;
  /** Every column of the table. */
  columns: readonly string[];
  key: string;
  /** The first row in this order stays. */
  order: string;
  /** Condition that a look at the whole table must have besides; absent: none. */
  anywhere?: string | undefined;
  /** The keys that are meant. */
  literals: readonly string[];
}

/**
 * Statements that leave one row of each key. Equal rows differ in nothing that a condition could name, so all of a key
 * go, and the one that was put aside comes back: only in one transaction is that no loss. A key that is there once is
 * not touched.
 */
export function removalSqls(copies: Copies): string[] {
  const { table, stage, key, order } = copies;
  const columns = copies.columns.join(', ');
  const ranked = `SELECT ${columns}, ROW_NUMBER() OVER (PARTITION BY ${key} ORDER BY ${order}) AS sluice_copy,
      COUNT(*) OVER (PARTITION BY ${key}) AS sluice_copies FROM ${table} WHERE ${meant(copies)}`;
  return [
    `INSERT INTO ${stage} (${columns}) SELECT ${columns} FROM (${ranked}) AS ranked WHERE sluice_copy = 1 AND sluice_copies > 1`,
    `DELETE FROM ${table} WHERE ${everywhere(copies)}${key} IN (SELECT ${key} FROM ${stage})`,
    `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM ${stage}`,
  ];
}

/** Answers in `surplus` how many rows are copies. */
export function surplusSql(copies: Omit<Copies, 'stage' | 'columns' | 'order'>): string {
  const { table, key } = copies;
  return `SELECT COUNT(*) - COUNT(DISTINCT ${key}) AS surplus FROM ${table} WHERE ${meant(copies)}`;
}

/** The row that came first stays; of a merged table, where the time of ingestion is the version, the last. */
export function orderOf({ mode }: Pick<SessionContext, 'mode'>, arrival: string): string {
  return mode === 'merge' ? `${arrival} DESC` : arrival;
}

function meant(copies: Pick<Copies, 'key' | 'literals' | 'anywhere'>): string {
  return `${everywhere(copies)}${copies.key} IN (${copies.literals.join(', ')})`;
}

function everywhere({ anywhere }: Pick<Copies, 'anywhere'>): string {
  return anywhere === undefined ? '' : `${anywhere} AND `;
}

import type { CopyCommand } from '../copy/parse-copy.ts';

/** One named parameter of a request; values are strings on the wire and typed by the place where they stand. */
export interface SqlParameter {
  name: string;
  value: string;
}

export type Step =
  | { kind: 'sql'; text: string; values: string[] }
  | { kind: 'copy'; copy: CopyCommand }
  /** Ends the open transaction by itself, as TRUNCATE does in Redshift, and goes on in a new one. */
  | { kind: 'committing'; text: string };

/** What PostgreSQL is asked to do for one statement. The last step's result is the statement's. */
export interface Plan {
  steps: Step[];
  /** Tables whose write lock is taken first: Redshift lets one transaction at a time write to a table. */
  writes: string[];
  /** Domains that stand for Redshift types and have to exist. */
  types: TypeDomain[];
  /** Set when the statement may not stand in a transaction block of several. */
  standalone?: string;
}

/** A type with limits in bytes, as a PostgreSQL domain. */
export interface TypeDomain {
  name: string;
  base: string;
  check: string;
}

export const sqlPlan = (text: string, values: string[], writes: string[] = []): Plan => ({
  steps: [{ kind: 'sql', text, values }],
  writes,
  types: [],
});

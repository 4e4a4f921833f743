import { createHash } from 'node:crypto';
import type { SessionContext } from '../contract.ts';
import { LEDGER_TABLE } from '../table/ledger.ts';
import type { RedshiftConfig } from './config.ts';
import { fold, qualified } from './sql.ts';

/** Names of what Sluice puts beside the table and into the bucket; all follow from export, interval and generation. */
export interface Names {
  /** The table that is filled, as the customer knows it. */
  table: string;
  /** Quoted, with schema. */
  target: string;
  /**
   * Quoted. One per table: Redshift locks whole tables, and exports into different tables should not wait for each
   * other.
   */
  ledger: string;
  /** What stage tables of any generation of the interval begin with. */
  stagePrefix: string;
  /** What those of this run in this generation begin with. */
  ownStagePrefix: string;
  /** The stage table of one attempt to commit or, with mode insert, to load a chunk; unquoted, at most 63 bytes. */
  stage(attempt: string): string;
  /** What keys of any generation of the interval begin with. */
  keyPrefix: string;
  /** `layout` tells apart files with other columns or types. */
  chunkKey(chunkIndex: number, layout: string): string;
  manifestKey(attempt: string): string;
  /** Of the long statements, so that a later attempt finds them. */
  statementPrefix: string;
  statement: string;
}

const digest = (parts: readonly (string | number)[], digits: number): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, digits);

export function namesOf(
  { schema, table, prefix }: Pick<RedshiftConfig, 'schema' | 'table' | 'prefix'>,
  { exportId, interval, generation, runId }: Pick<SessionContext, 'exportId' | 'interval' | 'generation' | 'runId'>,
): Names {
  const [folded, inSchema] = [fold(table), fold(schema)];
  const hash = digest([inSchema, folded, exportId, interval.startMicros, interval.endMicros], 32);
  const ledger = `${LEDGER_TABLE}_${digest([folded], 16)}`;
  const mine = `g${String(generation)}`;
  const chunk = (index: number): string => String(index).padStart(5, '0');
  const stagePrefix = `_sluice_stage_${hash.slice(0, 20)}_`;
  const ownStagePrefix = `${stagePrefix}${mine}_${digest([runId], 6)}_`;
  return {
    table: `${schema}.${table}`,
    target: qualified({ schema, name: table }),
    ledger: qualified({ schema, name: ledger }),
    stagePrefix,
    ownStagePrefix,
    stage: (attempt) => `${ownStagePrefix}${attempt}`,
    keyPrefix: `${prefix}/${hash}-`,
    chunkKey: (chunkIndex, layout) => `${prefix}/${hash}-${mine}-${chunk(chunkIndex)}-${layout}.parquet`,
    manifestKey: (attempt) => `${prefix}/${hash}-${mine}-${attempt}.manifest`,
    statementPrefix: `sluice-${hash}-`,
    statement: `sluice-${hash}-${mine}`,
  };
}

/** The generation in a name that begins with one of the prefixes above, or undefined. */
export function generationIn(name: string, prefix: string): number | undefined {
  const match = name.startsWith(prefix) ? /^g(\d+)(?:[-_]|$)/.exec(name.slice(prefix.length)) : null;
  return match === null ? undefined : Number(match[1]);
}

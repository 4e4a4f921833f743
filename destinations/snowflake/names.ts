import { createHash } from 'node:crypto';
import type { SessionContext } from '../contract.ts';
import { LEDGER_TABLE } from '../table/ledger.ts';
import { OWN_PREFIX, type SnowflakeConfig } from './config.ts';
import { fold, quote, quoteText } from './identifiers.ts';

const HASH_CHARS = 24;

/** What Sluice names in the schema, and where it stages files. A hash stands for target, export and interval. */
export interface Names {
  /** The table that is filled, for messages. */
  table: string;
  /** Qualified and quoted, as all that follows. */
  target: string;
  schema: string;
  /**
   * Of the export: an UPDATE locks the whole table, and exports should not wait for each other. Its own table stage
   * holds the staged files, so that no other right is needed than to create tables.
   */
  ledger: string;
  /** What stage tables of any generation of the interval begin with, unquoted. */
  stagePrefix: string;
  /** The stage table of one attempt, unquoted. */
  stage(attempt: string): string;
  /** What staged files of the interval begin with, ending in a slash: a path is a prefix in Snowflake. */
  filePrefix: string;
  /** What staged files of this generation and run begin with. `layout` tells apart files with other columns. */
  files(layout: string): string;
  /** All that this run has staged in this generation. */
  mine: string;
}

type Target = Pick<SnowflakeConfig, 'database' | 'schema' | 'table'>;

export function namesOf(config: Target, context: SessionContext): Names {
  const { exportId, interval, generation, runId } = context;
  const [database, schema, table] = [fold(config.database), fold(config.schema), fold(config.table)];
  const inSchema = `${quote(database)}.${quote(schema)}`;
  const hash = hashOf([database, schema, table, exportId, interval.startMicros, interval.endMicros]);
  const stagePrefix = `${OWN_PREFIX}STAGE_${hash}_`;
  const mine = `${hash}/g${String(generation)}/${hashOf([runId])}/`;
  return {
    table: [database, schema, table].join('.'),
    target: `${inSchema}.${quote(table)}`,
    schema: inSchema,
    ledger: `${inSchema}.${quote(`${LEDGER_TABLE.toUpperCase()}_${hashOf([table, exportId])}`)}`,
    stagePrefix,
    stage: (attempt) => `${stagePrefix}G${String(generation)}_${attempt}`,
    filePrefix: `${hash}/`,
    files: (layout) => `${mine}${layout}/`,
    mine,
  };
}

/** The generation of a stage table or staged file, or undefined for anything else. */
export function generationIn(name: string, prefix: string): number | undefined {
  const match = name.startsWith(prefix) ? /^g(\d+)[_/]/i.exec(name.slice(prefix.length)) : null;
  return match === null ? undefined : Number(match[1]);
}

/** A place in the table stage of a qualified and quoted table, as a literal. */
export function stageLocation(table: string, path: string): string {
  const cut = table.lastIndexOf('."') + 1;
  return quoteText(`@${table.slice(0, cut)}%${table.slice(cut)}/${path}`);
}

function hashOf(parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, HASH_CHARS).toUpperCase();
}

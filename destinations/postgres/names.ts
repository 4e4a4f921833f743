import { createHash } from 'node:crypto';
import type { SessionContext } from '../contract.ts';
import { LEDGER_TABLE } from '../table/ledger.ts';
import type { PostgresConfig } from './config.ts';
import { qualified } from './sql.ts';

/** Half of a SHA-256, as hex: names stay below PostgreSQL's 63 bytes and never meet by chance. */
const HASH_DIGITS = 32;

/** Names of what Sluice puts beside the table; they follow from the export, the interval and the generation alone. */
export interface Names {
  /** The table that is filled, as the customer knows it. */
  table: string;
  /** Quoted, with schema. */
  target: string;
  ledger: string;
  stage: string;
  chunks: string;
  /** Key of a chunk's receipt: where it lies. */
  stageName: string;
  chunksName: string;
  /** What stage and chunk tables of any generation of the interval begin with. */
  stagePrefix: string;
  chunksPrefix: string;
  /** Of every connection that works on the interval. */
  applicationName: string;
}

export function namesOf(
  config: PostgresConfig,
  context: Pick<SessionContext, 'exportId' | 'interval' | 'generation'>,
): Names {
  const { schema, table } = config;
  const { exportId, interval, generation } = context;
  const hash = createHash('sha256')
    .update(JSON.stringify([exportId, schema, table, interval.startMicros, interval.endMicros]))
    .digest('hex')
    .slice(0, HASH_DIGITS);
  const [stagePrefix, chunksPrefix] = [`_sluice_rows_${hash}_`, `_sluice_chunks_${hash}_`];
  const [stageName, chunksName] = [`${stagePrefix}${String(generation)}`, `${chunksPrefix}${String(generation)}`];
  const inSchema = (name: string): string => qualified({ schema, name });
  return {
    table: `${schema}.${table}`,
    target: inSchema(table),
    ledger: inSchema(LEDGER_TABLE),
    stage: inSchema(stageName),
    chunks: inSchema(chunksName),
    stageName,
    chunksName,
    stagePrefix,
    chunksPrefix,
    applicationName: `sluice ${hash}`,
  };
}

/** The generation of a stage or chunk table, or undefined when it is none of this interval. */
export function generationOf(names: Names, table: string): number | undefined {
  const prefix = [names.stagePrefix, names.chunksPrefix].find((candidate) => table.startsWith(candidate));
  const digits = prefix === undefined ? undefined : table.slice(prefix.length);
  return digits !== undefined && /^\d+$/.test(digits) ? Number(digits) : undefined;
}

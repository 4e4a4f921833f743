import { createHash, randomUUID } from 'node:crypto';
import type { SessionContext } from '../contract.ts';
import { LEDGER_TABLE } from '../table/ledger.ts';
import { OWN_PREFIX } from './config.ts';

const HASH_CHARS = 24;

export interface Target {
  projectId: string;
  datasetId: string;
  tableId: string;
}

/** Names of an interval's tables and jobs. A hash stands for target, export and interval: names neither collide nor grow. */
export interface Names {
  /** All stages of the interval begin with it. */
  stages: string;
  /** One per chunk and per number of its load job. */
  stage(chunk: number, n: number): string;
  loadJob(chunk: number): string;
  commitJob: string;
  ledgerJob: string;
  /** For a job that may run any number of times. */
  freeJob(): string;
  /** Of the export: a transaction locks the whole table, and so exports must not share one. */
  ledger: string;
}

export function namesOf(target: Target, { exportId, interval, generation }: SessionContext): Names {
  const { projectId, datasetId, tableId } = target;
  const hash = hashOf([projectId, datasetId, tableId, exportId, interval.startMicros, interval.endMicros].map(String));
  const stages = `${OWN_PREFIX}stage_${hash}_`;
  const job = `sluice_${hash}`;
  const mine = `${job}_g${String(generation)}`;
  return {
    stages,
    stage: (chunk, n) => `${stages}g${String(generation)}_c${String(chunk)}_${String(n)}`,
    loadJob: (chunk) => `${mine}_c${String(chunk)}`,
    commitJob: `${mine}_commit`,
    ledgerJob: `${job}_ledger`,
    freeJob: () => `${job}_${randomUUID()}`,
    ledger: `${LEDGER_TABLE}_${hashOf([tableId, exportId])}`,
  };
}

/** The generation of an interval's stage; undefined for any other table. */
export function stageGeneration({ stages }: Names, table: string): number | undefined {
  const match = table.startsWith(stages) ? /^g(\d+)_c\d+_\d+$/.exec(table.slice(stages.length)) : null;
  return match === null ? undefined : Number(match[1]);
}

export const RUN_LABEL = 'sluice_run';
export const ATTEMPT_LABEL = 'sluice_attempt';

/** Of every job: whose it is. Labels take 63 characters of a small alphabet; a run's uuid fits. */
export function labelsOf({ runId }: SessionContext, attempt: string): Record<string, string> {
  const run = /^[a-z0-9_-]{1,63}$/.test(runId) ? runId : hashOf([runId]);
  return { [RUN_LABEL]: run, [ATTEMPT_LABEL]: attempt };
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, HASH_CHARS);
}

import { isSluiceError } from '../../core/errors.ts';
import { clickhouseTime } from '../../core/time.ts';
import { judgeLedger, type LedgerRow, type LedgerVerdict } from '../table/ledger.ts';
import type { Parameters, Row } from './data-api.ts';
import { work, type Scope } from './scope.ts';

/** Bytes and files of the commit, beside what the ledger of every warehouse has. */
export interface Found extends LedgerRow {
  bytes: number;
  files: number;
  /** Of the attempt that committed. */
  attempt: string;
}

const COLUMNS = `export_id VARCHAR(64) NOT NULL, interval_start TIMESTAMP NOT NULL, interval_end TIMESTAMP NOT NULL,
  generation INTEGER NOT NULL, run_id VARCHAR(64) NOT NULL, committed BOOLEAN NOT NULL, row_count BIGINT NOT NULL,
  byte_count BIGINT NOT NULL, file_count INTEGER NOT NULL, attempt VARCHAR(64) NOT NULL, committed_at TIMESTAMP`;

/** Every parameter is a string until it is cast. */
const KEY = `export_id = CAST(:export_id AS VARCHAR(64)) AND interval_start = CAST(:interval_start AS TIMESTAMP)
  AND interval_end = CAST(:interval_end AS TIMESTAMP)`;
const MY_GENERATION = 'CAST(:generation AS INTEGER)';
const MY_RUN = 'CAST(:run_id AS VARCHAR(64))';

export function keyParameters({ context }: Scope): Parameters {
  const { exportId, interval } = context;
  return {
    export_id: exportId,
    interval_start: clickhouseTime(interval.startMicros),
    interval_end: clickhouseTime(interval.endMicros),
  };
}

export function claimParameters(scope: Scope): Parameters {
  const { generation, runId } = scope.context;
  return { ...keyParameters(scope), generation, run_id: runId };
}

/** First in each transaction that reads or writes the ledger: the snapshot is taken after it, not before. */
export const lockSql = ({ names }: Scope): string => `LOCK ${names.ledger}`;

const selectSql = ({ names }: Scope): string =>
  `SELECT generation, run_id, committed, row_count, byte_count, file_count, attempt FROM ${names.ledger} WHERE ${KEY}`;

/**
 * Makes sure that the interval has its row, and claims it for this generation unless one has committed, so that an
 * older one is refused from now on. Throws run_superseded or destination_generation_taken.
 */
export async function claimInterval(scope: Scope): Promise<{ verdict: LedgerVerdict; found: Found }> {
  const { names, context } = scope;
  const none = `NOT EXISTS (SELECT 1 FROM ${names.ledger} WHERE ${KEY})`;
  const insert = `INSERT INTO ${names.ledger} (export_id, interval_start, interval_end, generation, run_id, committed,
      row_count, byte_count, file_count, attempt)
    SELECT CAST(:export_id AS VARCHAR(64)), CAST(:interval_start AS TIMESTAMP), CAST(:interval_end AS TIMESTAMP),
      ${MY_GENERATION}, ${MY_RUN}, FALSE, 0, 0, 0, '' WHERE ${none}`;
  const update = `UPDATE ${names.ledger} SET generation = ${MY_GENERATION}, run_id = ${MY_RUN}
    WHERE ${KEY} AND NOT committed AND generation < ${MY_GENERATION}`;
  const sqls = [lockSql(scope), insert, update, selectSql(scope)];
  const claim = (): Promise<Row[]> =>
    scope.api.transaction(sqls, work(scope, 'claim the interval in the ledger', claimParameters(scope)));
  const [row] = await claim().catch(async (error: unknown) => {
    if (!isTableMissing(error)) {
      throw error;
    }
    await createLedger(scope);
    return claim();
  });
  const found = toFound(row ?? {});
  return { verdict: judgeLedger(found, context), found };
}

/** The interval's row as it stands, without a lock; undefined when there is none. */
export async function readLedger(scope: Scope): Promise<Found | undefined> {
  try {
    const [row] = await scope.api.rows(selectSql(scope), work(scope, 'read the ledger', keyParameters(scope)));
    return row === undefined ? undefined : toFound(row);
  } catch (error) {
    if (isTableMissing(error)) {
      return undefined;
    }
    throw error;
  }
}

/**
 * True while the row is as it was found: an attempt that has waited for the lock, and finds that another one has
 * committed, changes nothing.
 */
export function unchangedSql({ names }: Scope, found: Found): string {
  return `EXISTS (SELECT 1 FROM ${names.ledger} WHERE ${KEY} AND ${stateSql(found)})`;
}

export const stateParameters = (found: Found): Parameters => ({ found_run: found.runId });

const stateSql = ({ generation, committed }: Found): string =>
  `generation = ${String(generation)} AND run_id = CAST(:found_run AS VARCHAR(64)) AND committed = ${committed ? 'TRUE' : 'FALSE'}`;

/** Then the row itself, in the same transaction, so that it is known whose commit it was. */
export function recordSqls(
  scope: Scope,
  found: Found,
  { rows, bytes, files }: { rows: number; bytes: number; files: number },
): string[] {
  const update = `UPDATE ${scope.names.ledger} SET generation = ${MY_GENERATION}, run_id = ${MY_RUN}, committed = TRUE,
      row_count = ${String(rows)}, byte_count = ${String(bytes)}, file_count = ${String(files)},
      attempt = CAST(:attempt AS VARCHAR(64)), committed_at = GETDATE()
    WHERE ${KEY} AND ${stateSql(found)}`;
  return [update, selectSql(scope)];
}

export function toFound(row: Row): Found {
  return {
    generation: Number(row['generation']),
    runId: String(row['run_id']),
    committed: row['committed'] === true,
    rows: Number(row['row_count']),
    bytes: Number(row['byte_count']),
    files: Number(row['file_count']),
    attempt: String(row['attempt']),
  };
}

async function createLedger(scope: Scope): Promise<void> {
  const sql = `CREATE TABLE IF NOT EXISTS ${scope.names.ledger} (${COLUMNS})`;
  await ignoringRace(scope.api.run(sql, work(scope, 'create the ledger')));
}

const isTableMissing = (error: unknown): boolean => isSluiceError(error) && error.code === 'redshift_table_changed';

/** Of two that create or change the same thing at once, one may fail although it said IF NOT EXISTS. */
export async function ignoringRace(creation: Promise<void>): Promise<void> {
  await creation.catch((error: unknown) => {
    if (!isSluiceError(error) || !['redshift_conflict', 'redshift_table_exists'].includes(error.code)) {
      throw error;
    }
  });
}

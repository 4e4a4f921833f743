import type { Bind } from 'snowflake-sdk';
import { clickhouseTime } from '../../core/time.ts';
import { judgeLedger, type LedgerRow, type LedgerVerdict } from '../table/ledger.ts';
import type { Row } from './client.ts';
import { rows, run, type Scope } from './scope.ts';
import { ignoringRace, isMissing } from './table.ts';

/** Bytes and files of the commit, beside what the ledger of every warehouse has. */
export interface Found extends LedgerRow {
  bytes: number;
  files: number;
  /** Who holds the row, inside a transaction that has locked it. */
  attempt: string;
  /** Of the attempt that committed. */
  committedBy: string;
}

const COLUMNS = `EXPORT_ID VARCHAR NOT NULL, INTERVAL_START TIMESTAMP_NTZ(6) NOT NULL, INTERVAL_END TIMESTAMP_NTZ(6) NOT NULL,
  GENERATION NUMBER(10,0) NOT NULL, RUN_ID VARCHAR NOT NULL, COMMITTED BOOLEAN NOT NULL, ROW_COUNT NUMBER(38,0) NOT NULL,
  BYTE_COUNT NUMBER(38,0) NOT NULL, FILE_COUNT NUMBER(10,0) NOT NULL, ATTEMPT VARCHAR NOT NULL,
  COMMITTED_BY VARCHAR NOT NULL, COMMITTED_AT TIMESTAMP_NTZ`;

/** The interval's row, with the binds of `keyBinds`. */
const INTERVAL = 'EXPORT_ID = ? AND INTERVAL_START = ?::TIMESTAMP_NTZ(6) AND INTERVAL_END = ?::TIMESTAMP_NTZ(6)';

function keyBinds({ context: { exportId, interval } }: Scope): Bind[] {
  return [exportId, clickhouseTime(interval.startMicros), clickhouseTime(interval.endMicros)];
}

/** The interval's row as the session sees it; undefined when there is none, or no ledger. */
export async function readLedger(scope: Scope): Promise<Found | undefined> {
  // More than one row would be two first attempts at the same moment; they are changed together ever after.
  const sql = `SELECT GENERATION, RUN_ID, COMMITTED, ROW_COUNT, BYTE_COUNT, FILE_COUNT, ATTEMPT, COMMITTED_BY
    FROM ${scope.names.ledger} WHERE ${INTERVAL} ORDER BY COMMITTED DESC, GENERATION DESC LIMIT 1`;
  try {
    const [row] = await rows(scope, { sql, binds: keyBinds(scope), action: 'read the ledger' });
    return row === undefined ? undefined : toFound(row);
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
}

function toFound(row: Row): Found {
  return {
    generation: Number(row['GENERATION']),
    runId: row['RUN_ID'] ?? '',
    committed: row['COMMITTED'] === 'TRUE',
    rows: Number(row['ROW_COUNT']),
    bytes: Number(row['BYTE_COUNT']),
    files: Number(row['FILE_COUNT']),
    attempt: row['ATTEMPT'] ?? '',
    committedBy: row['COMMITTED_BY'] ?? '',
  };
}

/**
 * Makes sure that the interval has its row, and claims it for this generation unless one has committed, so that an
 * older one is refused from now on. Throws run_superseded or destination_generation_taken.
 */
export async function claimInterval(scope: Scope): Promise<{ verdict: LedgerVerdict; found: Found }> {
  const { context } = scope;
  const found = await readLedger(scope);
  const verdict = judgeLedger(found, context);
  if (found !== undefined && (found.committed || found.generation === context.generation)) {
    return { verdict, found };
  }
  await createLedger(scope);
  await claim(scope);
  const claimed = await readLedger(scope);
  if (claimed === undefined) {
    throw new TypeError('the ledger has lost the row that was just written');
  }
  return { verdict: judgeLedger(claimed, context), found: claimed };
}

async function createLedger(scope: Scope): Promise<void> {
  const sql = `CREATE TABLE IF NOT EXISTS ${scope.names.ledger} (${COLUMNS})`;
  await ignoringRace(run(scope, { sql, action: 'create the ledger' }));
}

/** A MERGE, since it locks: of two that insert the row, the second finds it. */
async function claim(scope: Scope): Promise<void> {
  const { generation, runId } = scope.context;
  const sql = `MERGE INTO ${scope.names.ledger} AS l
    USING (SELECT ? AS E, ?::TIMESTAMP_NTZ(6) AS S, ?::TIMESTAMP_NTZ(6) AS T, ?::NUMBER(10,0) AS G, ? AS R) AS c
    ON l.EXPORT_ID = c.E AND l.INTERVAL_START = c.S AND l.INTERVAL_END = c.T
    WHEN MATCHED AND NOT l.COMMITTED AND l.GENERATION < c.G THEN UPDATE SET GENERATION = c.G, RUN_ID = c.R
    WHEN NOT MATCHED THEN INSERT (EXPORT_ID, INTERVAL_START, INTERVAL_END, GENERATION, RUN_ID, COMMITTED, ROW_COUNT,
      BYTE_COUNT, FILE_COUNT, ATTEMPT, COMMITTED_BY) VALUES (c.E, c.S, c.T, c.G, c.R, FALSE, 0, 0, 0, '', '')`;
  await run(scope, {
    sql,
    binds: [...keyBinds(scope), generation, runId],
    action: 'claim the interval in the ledger',
  });
}

/** The first statement of the transaction: whoever else comes waits here. */
export async function lockInterval(scope: Scope, attempt: string): Promise<void> {
  const sql = `UPDATE ${scope.names.ledger} SET ATTEMPT = ? WHERE ${INTERVAL}`;
  await run(scope, { sql, binds: [attempt, ...keyBinds(scope)], action: 'lock the interval in the ledger' });
}

/**
 * A condition that holds only inside the transaction that has locked the interval for this attempt. Every statement
 * has it: after Snowflake has rolled the transaction back behind our back, statements would commit one by one.
 */
export function guardOf(scope: Scope, attempt: string): { sql: string; binds: Bind[] } {
  return {
    sql: `EXISTS (SELECT 1 FROM ${scope.names.ledger} WHERE ${INTERVAL} AND ATTEMPT = ?)`,
    binds: [...keyBinds(scope), attempt],
  };
}

/** The last statement of the transaction. */
export async function recordCommit(
  scope: Scope,
  attempt: string,
  { rows: rowCount, bytes, files }: { rows: number; bytes: number; files: number },
): Promise<void> {
  const { generation, runId } = scope.context;
  const sql = `UPDATE ${scope.names.ledger} SET GENERATION = ?, RUN_ID = ?, COMMITTED = TRUE, ROW_COUNT = ?, BYTE_COUNT = ?,
      FILE_COUNT = ?, COMMITTED_BY = ?, COMMITTED_AT = SYSDATE() WHERE ${INTERVAL} AND ATTEMPT = ?`;
  const binds = [generation, runId, rowCount, bytes, files, attempt, ...keyBinds(scope), attempt];
  await run(scope, { sql, binds, action: 'write the ledger' });
}

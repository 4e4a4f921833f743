import { clickhouseTime, type Micros } from '../../core/time.ts';
import { judgeLedger, type LedgerRow, type LedgerVerdict } from '../table/ledger.ts';
import type { Connection } from './connection.ts';
import type { Scope } from './scope.ts';

/** Bytes and files of the commit, beside what the ledger of every warehouse has. */
export interface Committed extends LedgerRow {
  bytes: number;
  files: number;
}

/** The table's name is in the key: an export that moves to another table starts anew there. */
const COLUMNS = `export_id text NOT NULL, table_name text NOT NULL, interval_start timestamptz NOT NULL,
  interval_end timestamptz NOT NULL, generation integer NOT NULL, run_id text NOT NULL, committed boolean NOT NULL DEFAULT false,
  rows bigint NOT NULL DEFAULT 0, bytes bigint NOT NULL DEFAULT 0, files integer NOT NULL DEFAULT 0, committed_at timestamptz,
  PRIMARY KEY (export_id, table_name, interval_start, interval_end)`;
const KEY =
  'export_id = $1 AND table_name = $2 AND interval_start = $3::timestamptz AND interval_end = $4::timestamptz';
const FOUND = `generation, run_id AS "runId", committed, rows::float8 AS rows, bytes::float8 AS bytes, files`;

function moment(micros: Micros): string {
  return `${clickhouseTime(micros)}+00`;
}

function keyOf({ config, context }: Scope): string[] {
  const { exportId, interval } = context;
  return [exportId, config.table, moment(interval.startMicros), moment(interval.endMicros)];
}

/**
 * Takes the lock on the interval's row, which is created if it is not there, until the end of the transaction; every
 * attempt of the interval waits here for the others. Claims the row for this generation unless one has committed, so
 * that an older one is refused from now on. Throws run_superseded or destination_generation_taken.
 */
export async function lockLedger(
  connection: Connection,
  scope: Scope,
): Promise<{ verdict: LedgerVerdict; found: Committed | undefined }> {
  const { names, context } = scope;
  const key = keyOf(scope);
  const claim = [...key, context.generation, context.runId];
  const action = 'lock the ledger';
  await connection.execute(
    action,
    `INSERT INTO ${names.ledger} (export_id, table_name, interval_start, interval_end, generation, run_id)
      VALUES ($1, $2, $3::timestamptz, $4::timestamptz, $5, $6) ON CONFLICT DO NOTHING`,
    claim,
  );
  const [found] = await connection.rows<Committed>(
    action,
    `SELECT ${FOUND} FROM ${names.ledger} WHERE ${KEY} FOR UPDATE`,
    key,
  );
  const verdict = judgeLedger(found, context);
  await connection.execute(
    action,
    `UPDATE ${names.ledger} SET generation = $5, run_id = $6 WHERE ${KEY} AND NOT committed AND generation < $5`,
    claim,
  );
  return { verdict, found };
}

/** To be called in the transaction that holds the lock. */
export async function recordCommit(
  connection: Connection,
  scope: Scope,
  { rows, bytes, files }: { rows: number; bytes: number; files: number },
): Promise<void> {
  const { names, context } = scope;
  await connection.execute(
    'write the ledger',
    `UPDATE ${names.ledger} SET generation = $5, run_id = $6, committed = true, rows = $7, bytes = $8, files = $9,
      committed_at = pg_catalog.clock_timestamp() WHERE ${KEY}`,
    [...keyOf(scope), context.generation, context.runId, rows, bytes, files],
  );
}

/** The committed row, without a lock; undefined when nothing has committed or there is no ledger. */
export async function readLedger(connection: Connection, scope: Scope): Promise<Committed | undefined> {
  if (!(await ledgerExists(connection, scope))) {
    return undefined;
  }
  const [found] = await connection.rows<Committed>(
    'read the ledger',
    `SELECT ${FOUND} FROM ${scope.names.ledger} WHERE ${KEY} AND committed`,
    keyOf(scope),
  );
  return found;
}

export async function ledgerExists(connection: Connection, { names }: Scope): Promise<boolean> {
  const [found] = await connection.rows<{ there: boolean }>(
    'look for the ledger',
    'SELECT pg_catalog.to_regclass($1) IS NOT NULL AS there',
    [names.ledger],
  );
  return found?.there === true;
}

export async function createLedger(connection: Connection, { names }: Scope): Promise<void> {
  await connection.execute('create the ledger', `CREATE TABLE IF NOT EXISTS ${names.ledger} (${COLUMNS})`);
}

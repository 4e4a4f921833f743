import type pg from 'pg';
import type { Session } from '../database/session.ts';
import { toSqlError } from '../database/sql-errors.ts';
import type { Statement, StatementResult } from '../service/statement.ts';
import { s3ClientFor, type CopySource } from './access.ts';
import { loadFiles, type Loaded, type LoadProblem } from './load.ts';
import type { CopyCommand } from './parse-copy.ts';

/** Runs COPY and writes the system tables about loads, which survive the rollback of a load that failed. */
export function copyRunner(
  admin: pg.Pool,
  source: CopySource,
  superStringBytes: number,
): (session: Session, copy: CopyCommand, statement: Statement) => Promise<StatementResult> {
  return async (session, copy, statement) => {
    let problem: LoadProblem | undefined;
    const log = (loaded: Loaded | undefined, error: string | undefined): Promise<void> =>
      writeHistory(admin, { copy, user: statement.target.dbUser, loaded, error, problem });
    const client = s3ClientFor(copy.access, source);
    try {
      const load = { session, client, copy, signal: statement.cancelled.signal, superStringBytes };
      const loaded = await loadFiles(load, (found) => (problem = found));
      await session.query(`SELECT set_config('redshift.last_copy_count', $1, false)`, [String(loaded.rows)]);
      await log(loaded, undefined);
      return { rowCount: loaded.rows };
    } catch (error: unknown) {
      await log(undefined, toSqlError(error).message);
      throw error;
    } finally {
      client.destroy();
    }
  };
}

interface HistoryEntry {
  copy: CopyCommand;
  user: string;
  loaded: Loaded | undefined;
  error: string | undefined;
  problem: LoadProblem | undefined;
}

async function writeHistory(admin: pg.Pool, { copy, user, loaded, error, problem }: HistoryEntry): Promise<void> {
  const { rows } = await admin.query<{ id: string }>(`SELECT nextval('redshift.query_ids') AS id`);
  const id = rows[0]?.id;
  const status = error === undefined ? 'completed' : 'failed';
  await admin.query(
    `INSERT INTO redshift.sys_load_history (query_id, user_name, status, table_name, data_source, file_format,
       loaded_rows, loaded_bytes, source_file_count, error_message) VALUES ($1, $2, $3, $4, $5, 'parquet', $6, $7, $8, $9)`,
    [
      id,
      user,
      status,
      copy.table.replaceAll('"', ''),
      `s3://${copy.bucket}/${copy.key}`,
      loaded?.rows ?? 0,
      loaded?.bytes ?? 0,
      loaded?.files ?? 0,
      error,
    ],
  );
  if (problem !== undefined) {
    await admin.query(
      `INSERT INTO redshift.sys_load_error_detail (query_id, file_name, line_number, column_name, column_type, error_code,
         error_message) VALUES ($1, $2, 0, $3, $4, 15007, $5)`,
      [id, problem.file, problem.column, problem.type, error],
    );
  }
}

import pg from 'pg';
import { SqlError } from '../errors.ts';
import { quoteIdentifier } from '../sql/tokens.ts';
import type { StatementResult } from '../service/statement.ts';

export type Isolation = 'snapshot' | 'serializable';

export interface SessionSettings {
  url: string;
  user: string;
  isolation: Isolation;
  superStringBytes: number;
}

/** One connection of PostgreSQL, as the database user of a statement. */
export interface Session {
  pid: number;
  begin(): Promise<void>;
  commit(): Promise<void>;
  query(text: string, values?: readonly unknown[]): Promise<StatementResult>;
  /** Waits until no other transaction writes to the table; readers are not held up. */
  lockForWriting(table: string): Promise<void>;
  end(): Promise<void>;
}

const LEVELS = { snapshot: 'REPEATABLE READ', serializable: 'SERIALIZABLE' };

export async function openSession(settings: SessionSettings): Promise<Session> {
  // Values come as PostgreSQL's text: what they become on the wire is the service's affair.
  const types = { getTypeParser: () => (text: unknown) => text };
  const client = new pg.Client({ connectionString: settings.url, types });
  client.on('error', () => undefined);
  await client.connect();
  const asUser = `SET SESSION AUTHORIZATION ${quoteIdentifier(settings.user)}`;
  try {
    await client.query(`${sessionSettings(settings)}; ${asUser}`);
  } catch {
    await client.end();
    throw new SqlError(`FATAL: password authentication failed for user "${settings.user}"`);
  }
  const { rows } = await client.query<{ pid: string }>('SELECT pg_backend_pid() AS pid');
  const run = async (text: string): Promise<void> => {
    await client.query(text);
  };
  return {
    pid: Number(rows[0]?.pid),
    begin: () => run(`BEGIN ISOLATION LEVEL ${LEVELS[settings.isolation]}`),
    commit: () => run('COMMIT'),
    query: (text, values = []) => query(client, text, values),
    // As superuser, because PostgreSQL wants more than INSERT for this lock. None of the three takes the snapshot.
    lockForWriting: (table) =>
      run(`RESET SESSION AUTHORIZATION; LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE; ${asUser}`),
    end: () => client.end(),
  };
}

function sessionSettings({ superStringBytes }: SessionSettings): string {
  const settings = {
    search_path: 'public, redshift',
    timezone: "'UTC'",
    datestyle: "'ISO'",
    standard_conforming_strings: 'off',
    escape_string_warning: 'off',
    'redshift.super_string_bytes': String(superStringBytes),
  };
  return Object.entries(settings)
    .map(([name, value]) => `SET ${name} TO ${value}`)
    .join('; ');
}

async function query(client: pg.Client, text: string, values: readonly unknown[]): Promise<StatementResult> {
  const answer = await client.query<(string | null)[]>({ text, values: [...values], rowMode: 'array' });
  // Several statements in one text answer with an array.
  const result = Array.isArray(answer) ? (answer[0] as typeof answer) : answer;
  const rowCount = result.rowCount ?? -1;
  return result.fields.length === 0 ? { rowCount } : { rowCount, columns: result.fields, rows: result.rows };
}

import type { DuckDBConnection, DuckDBResultReader } from '@duckdb/node-api';
import { randomUUID } from 'node:crypto';
import type { LockHolder, TableLocks } from './locks.ts';
import type { Session } from './session.ts';

const MAX_CONFLICT_RETRIES = 20;

const isConflict = (error: unknown) =>
  error instanceof Error && /conflict|Failed to commit|altered/i.test(error.message);

/**
 * An explicit transaction. Two things differ from DuckDB's: it reads what others have committed until it writes itself
 * (its snapshot is taken at the first write, after the table's lock was granted), and a statement that fails leaves it
 * open. DuckDB aborts on any error, so the statements before the failed one are then run again in a new transaction.
 */
export class Transaction implements LockHolder {
  readonly id = randomUUID();
  idleSince: number | undefined;
  private readonly session: Session;
  private readonly locks: TableLocks;
  private readonly done: string[] = [];
  private readonly undo: (() => void)[] = [];
  private began = false;

  constructor(session: Session, locks: TableLocks) {
    this.session = session;
    this.locks = locks;
  }

  async read(sql: string): Promise<DuckDBResultReader> {
    try {
      return await this.session.connection.runAndReadAll(sql);
    } catch (error) {
      await this.restore();
      throw error;
    }
  }

  /** All or nothing. */
  async write(statements: readonly string[]): Promise<DuckDBResultReader[]> {
    await this.begin();
    try {
      const readers: DuckDBResultReader[] = [];
      for (const sql of statements) {
        readers.push(await this.run(sql, readers.length === 0));
      }
      this.done.push(...statements);
      return readers;
    } catch (error) {
      await this.restore();
      throw error;
    }
  }

  /** `undo` runs when the transaction is rolled back. */
  onRollback(undo: () => void): void {
    this.undo.push(undo);
  }

  async commit(): Promise<void> {
    if (this.began) {
      await this.session.connection.run('COMMIT');
    }
    this.end();
  }

  async rollback(): Promise<void> {
    if (this.began) {
      await this.session.connection.run('ROLLBACK');
    }
    this.undo.forEach((undo) => undo());
    this.end();
  }

  /** For a transaction that nobody speaks to any more; a statement that has just arrived keeps it. */
  async abandon(): Promise<void> {
    await this.session.inTurn(async () => {
      if (this.session.transaction === this && this.idleSince !== undefined) {
        await this.rollback();
      }
    });
  }

  private end(): void {
    this.locks.releaseAll(this);
    this.session.transaction = undefined;
  }

  private async begin(): Promise<void> {
    if (!this.began) {
      await this.session.connection.run('BEGIN');
      this.began = true;
    }
  }

  /** Runs a statement; when others have changed its rows since our snapshot, once more on a fresh one. */
  private async run(sql: string, mayRepeat: boolean): Promise<DuckDBResultReader> {
    try {
      return await this.session.connection.runAndReadAll(sql);
    } catch (error) {
      if (!isConflict(error) || !mayRepeat) {
        throw error;
      }
      await this.restore();
      return await this.session.connection.runAndReadAll(sql);
    }
  }

  private async restore(): Promise<void> {
    if (!this.began) {
      return;
    }
    await this.session.connection.run('ROLLBACK');
    await this.session.connection.run('BEGIN');
    for (const sql of this.done) {
      await this.session.connection.run(sql);
    }
  }
}

async function runAll(connection: DuckDBConnection, statements: readonly string[]): Promise<DuckDBResultReader[]> {
  const readers: DuckDBResultReader[] = [];
  await connection.run('BEGIN');
  try {
    for (const sql of statements) {
      readers.push(await connection.runAndReadAll(sql));
    }
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
  return readers;
}

/** Runs statements that commit together. A conflict with others in DuckDB is none in Snowflake, so they run again. */
async function autocommit(connection: DuckDBConnection, statements: readonly string[]): Promise<DuckDBResultReader[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await runAll(connection, statements);
    } catch (error) {
      if (!isConflict(error) || attempt === MAX_CONFLICT_RETRIES) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 5 * attempt));
    }
  }
}

/** Reads in the session's transaction if it has one. */
export async function read(session: Session, sql: string): Promise<DuckDBResultReader> {
  return session.transaction === undefined
    ? await session.connection.runAndReadAll(sql)
    : await session.transaction.read(sql);
}

/** Runs statements in the session's transaction if it has one, else all or nothing. */
export async function write(session: Session, statements: readonly string[]): Promise<DuckDBResultReader[]> {
  return session.transaction === undefined
    ? await autocommit(session.connection, statements)
    : await session.transaction.write(statements);
}

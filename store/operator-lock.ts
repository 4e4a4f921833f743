import { sql } from 'kysely';
import { SluiceError } from '../core/errors.ts';
import type { Database } from './database.ts';

/** Any number that no other user of the database takes as an advisory lock: "rebuil" in ASCII. */
const LOCK_KEY = 0x72656275696c;

/**
 * Runs what only one operator may do at a time. The lock belongs to a connection: it ends with this process, however
 * that ends. Throws operation_running.
 */
export async function withOperatorLock<Result>(db: Database, work: () => Promise<Result>): Promise<Result> {
  return db.kysely.connection().execute(async (connection) => {
    const { rows } = await sql<{ taken: boolean }>`SELECT pg_try_advisory_lock(${LOCK_KEY}) AS taken`.execute(
      connection,
    );
    if (rows[0]?.taken !== true) {
      throw running();
    }
    try {
      return await work();
    } finally {
      await sql`SELECT pg_advisory_unlock(${LOCK_KEY})`.execute(connection);
    }
  });
}

function running(): SluiceError {
  return new SluiceError({
    code: 'operation_running',
    message: 'another operator runs such a command right now',
    retryable: true,
    fault: 'customer',
    remedy: 'Wait until it has ended.',
  });
}

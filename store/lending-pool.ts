import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type pg from 'pg';
import { errorMessage } from '../core/errors.ts';

/** What pg rejects a query with that got no answer within `query_timeout`. */
const NO_ANSWER = 'Query read timeout';

/**
 * A pool that does not take back a connection on which a query got no answer: pg would send the next query behind it.
 * Whoever has that connection is told at once, without another wait.
 */
export function lendingPool(pool: pg.Pool): PostgresPool {
  return { connect: async () => lend(await pool.connect()), end: () => pool.end() };
}

function lend(client: pg.PoolClient): PostgresPoolClient {
  let silence: Error | undefined;
  const query = async (sql: string, parameters: readonly unknown[]): Promise<pg.QueryResult> => {
    if (silence !== undefined) {
      throw silence;
    }
    try {
      return await client.query(sql, [...parameters]);
    } catch (error) {
      if (errorMessage(error) === NO_ANSWER) {
        silence = error as Error;
      }
      throw error;
    }
  };
  return {
    // Of the two ways to ask, the other one is for cursors, which nobody uses.
    query: query as unknown as PostgresPoolClient['query'],
    release: () => {
      client.release(silence);
    },
  };
}

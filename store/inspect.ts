import { sql } from 'kysely';
import type { Database } from './database.ts';
import { openDestinationConfig } from './destinations.ts';
import { isSluiceError } from '../core/errors.ts';
import type { SecretBox } from './secrets.ts';

/** What the server says of itself; needs no schema. */
export interface DatabaseState {
  /** Such as 180004: major times 10,000. */
  versionNumber: number;
  nowMs: number;
  connections: number;
  maxConnections: number;
}

export async function inspectDatabase(db: Database): Promise<DatabaseState> {
  const { rows } = await sql<DatabaseState>`SELECT
      current_setting('server_version_num')::integer AS version_number,
      floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms,
      (SELECT count(*)::integer FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
      current_setting('max_connections')::integer AS max_connections`.execute(db.kysely);
  const [state] = rows;
  if (state === undefined) {
    throw new Error('PostgreSQL answered nothing');
  }
  return state;
}

/** Exports of all teams that have a Schedule. */
export async function scheduledExports(db: Database): Promise<{ id: string; name: string; paused: boolean }[]> {
  return db.kysely
    .selectFrom('exports')
    .select(['id', 'name', 'paused'])
    .where('deletedAt', 'is', null)
    .where('onDemand', '=', false)
    .orderBy('createdAt')
    .execute();
}

/** How many of the latest sealed configs the key opens. Nothing of them is kept. */
export async function tryKey(
  db: Database,
  box: SecretBox,
  limit: number,
): Promise<{ opened: number; refused: number }> {
  const rows = await db.kysely
    .selectFrom('destinations')
    .select('id')
    .where('deletedAt', 'is', null)
    .where(sql<boolean>`cardinality(secret_names) > 0`)
    .orderBy('updatedAt', 'desc')
    .limit(limit)
    .execute();
  const readable = await Promise.all(rows.map(({ id }) => opens(db, box, id)));
  const opened = readable.filter(Boolean).length;
  return { opened, refused: readable.length - opened };
}

async function opens(db: Database, box: SecretBox, id: string): Promise<boolean> {
  try {
    await openDestinationConfig(db, box, id);
    return true;
  } catch (error) {
    if (isSluiceError(error) && error.code === 'secret_unreadable') {
      return false;
    }
    throw error;
  }
}

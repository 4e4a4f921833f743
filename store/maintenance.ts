import { sql } from 'kysely';
import type { Micros } from '../core/time.ts';
import type { Database } from './database.ts';

/** Up to where a maintenance workflow has looked; undefined before its first look. */
export async function getMaintenancePosition(db: Database, name: string): Promise<Micros | undefined> {
  const row = await db.kysely
    .selectFrom('maintenancePositions')
    .select('positionMicros')
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.positionMicros;
}

/** Never moves back: a dead attempt's late word changes nothing. */
export async function saveMaintenancePosition(db: Database, name: string, positionMicros: Micros): Promise<void> {
  await db.kysely
    .insertInto('maintenancePositions')
    .values({ name, positionMicros })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({
        positionMicros: sql<number>`greatest(maintenance_positions.position_micros, excluded.position_micros)`,
        updatedAt: sql<Date>`now()`,
      }),
    )
    .execute();
}

import { sql } from 'kysely';
import type { Database } from './database.ts';
import { standingsOf, type ExportStanding } from './export-standings.ts';

/** How exports into one destination do: the one that needs somebody most, and how many there are. */
export interface DestinationUse extends ExportStanding {
  exports: number;
}

/** What needs somebody before what does not, as the overview has it. */
const MOST_URGENT_FIRST = ['failing', 'paused_auto', 'degraded', 'healthy', 'idle', 'paused'];

/** Of those of these destinations that scheduled exports go into. Runs count from `since` on. */
export async function destinationUses(
  db: Database,
  { teamId, destinationIds, since }: { teamId: number; destinationIds: readonly string[]; since: Date },
): Promise<DestinationUse[]> {
  if (destinationIds.length === 0) {
    return [];
  }
  const into = await db.kysely
    .selectFrom('exports')
    .select('id')
    .where('teamId', '=', teamId)
    .where('destinationId', 'in', [...destinationIds])
    .where('onDemand', '=', false)
    .where('deletedAt', 'is', null)
    .execute();
  const standings = standingsOf({ teamId, since, ids: into.map(({ id }) => id) });
  const { rows } = await sql<DestinationUse>`
    SELECT DISTINCT ON (s."destinationId") s.*, count(*) OVER (PARTITION BY s."destinationId")::integer AS exports
    FROM (${standings}) s
    ORDER BY s."destinationId", array_position(${MOST_URGENT_FIRST}::text[], s.health), s."createdAt" DESC`.execute(
    db.kysely,
  );
  return rows;
}

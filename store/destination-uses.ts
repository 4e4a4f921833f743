import { sql, type RawBuilder } from 'kysely';
import type { Database } from './database.ts';
import { standingsOf, type ExportStanding, type StandingsQuery } from './export-standings.ts';

/** How exports into one destination do: the one that needs somebody most, and how many there are. */
export interface DestinationUse extends ExportStanding {
  exports: number;
}

/** What needs somebody before what does not, as the overview has it. */
const MOST_URGENT_FIRST = ['failing', 'paused_auto', 'degraded', 'healthy', 'idle', 'paused'];

/** One row for each destination that scheduled exports go into. */
export function worstStandings(query: StandingsQuery): RawBuilder<DestinationUse> {
  return sql<DestinationUse>`
    SELECT DISTINCT ON (s."destinationId") s.*, count(*) OVER (PARTITION BY s."destinationId")::integer AS exports
    FROM (${standingsOf(query)}) s
    ORDER BY s."destinationId", array_position(${MOST_URGENT_FIRST}::text[], s.health), s."createdAt" DESC`;
}

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
  const { rows } = await worstStandings({ teamId, since, ids: into.map(({ id }) => id) }).execute(db.kysely);
  return rows;
}

/**
 * Rows of the newest `limit` runs that have ended, of all scheduled exports into a destination together, oldest first;
 * by destination, those without any are absent. Reads at most `limit` runs of an export, from their index.
 */
export async function destinationTrends(
  db: Database,
  { teamId, destinationIds, limit }: { teamId: number; destinationIds: readonly string[]; limit: number },
): Promise<ReadonlyMap<string, number[]>> {
  const { rows } = await sql<{ destinationId: string; trend: number[] | null }>`
    SELECT d.id AS "destinationId", t.trend
    FROM unnest(${[...destinationIds]}::uuid[]) AS d (id) CROSS JOIN LATERAL (
      SELECT jsonb_agg(newest.rows ORDER BY newest.finished_at, newest.id) AS trend FROM (
        SELECT r.id, r.rows, r.finished_at FROM exports e CROSS JOIN LATERAL (
          SELECT id, rows, finished_at FROM export_runs WHERE export_id = e.id AND finished_at IS NOT NULL
          ORDER BY finished_at DESC LIMIT ${limit}) r
        WHERE e.destination_id = d.id AND e.team_id = ${teamId} AND e.deleted_at IS NULL AND NOT e.on_demand
        ORDER BY r.finished_at DESC, r.id DESC LIMIT ${limit}) newest) t`.execute(db.kysely);
  return new Map(rows.map(({ destinationId, trend }) => [destinationId, trend ?? []]));
}

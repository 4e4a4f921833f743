import { sql, type RawBuilder } from 'kysely';
import type { Database } from './database.ts';
import { worstStandings } from './destination-uses.ts';
import { recordOf, type DestinationRecord } from './destinations.ts';
import type { ExportHealth } from './export-standings.ts';
import { listed, type ListQuery } from './list-query.ts';

export interface DestinationListQuery extends ListQuery {
  /** None: no destination. */
  kinds: readonly string[];
  /** The worst of the scheduled exports into it, by the runs that ended since then; `unused`: there are none. */
  health?: { is: ExportHealth | 'unused'; since: Date };
}

/** The destinations of a team that the query takes; searched in name and kind. */
export async function listDestinations(db: Database, query: DestinationListQuery): Promise<DestinationRecord[]> {
  const { teamId, kinds, health } = query;
  if (kinds.length === 0) {
    return [];
  }
  const ofKinds = db.kysely
    .selectFrom('destinations')
    .selectAll()
    .where('kind', 'in', [...kinds]);
  let rows = listed(ofKinds, query, [sql`name || ' ' || kind`]);
  if (health !== undefined) {
    rows = rows.where(hasHealth(teamId, health));
  }
  return (await rows.execute()).map(recordOf);
}

function hasHealth(teamId: number, { is, since }: NonNullable<DestinationListQuery['health']>): RawBuilder<boolean> {
  // An array is made once; a subquery would be asked for every destination.
  return is === 'unused'
    ? sql<boolean>`NOT EXISTS (
        SELECT 1 FROM exports e WHERE e.destination_id = destinations.id AND NOT e.on_demand AND e.deleted_at IS NULL)`
    : sql<boolean>`id = ANY(ARRAY(
        SELECT w."destinationId" FROM (${worstStandings({ teamId, since })}) w WHERE w.health = ${is}))`;
}

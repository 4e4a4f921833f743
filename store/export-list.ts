import { sql } from 'kysely';
import type { Database } from './database.ts';
import { exportRecordOf, type ExportRecord } from './exports.ts';
import { standingsOf, type ExportHealth } from './export-standings.ts';
import { beyond, holds, orderingOf, type ListQuery } from './list-query.ts';

export const EXPORT_LIST_STATUSES = ['active', 'paused', 'paused_auto'] as const;

export interface ExportListQuery extends ListQuery {
  /** `paused`: by whomever; `paused_auto`: by Sluice. */
  status?: (typeof EXPORT_LIST_STATUSES)[number];
  /** Of the destination. */
  kind?: string;
  destinationId?: string;
  /** By the runs that ended since then. */
  health?: { is: ExportHealth; since: Date };
}

const HAS_STATUS = {
  active: sql<boolean>`NOT paused`,
  paused: sql<boolean>`paused`,
  paused_auto: sql<boolean>`paused_by = 'auto'`,
};

const DESTINATION_NAME = sql`(SELECT d.name FROM destinations d WHERE d.id = destination_id)`;

/** The scheduled exports of a team that the query takes; searched in their name and that of their destination. */
export async function listExports(db: Database, query: ExportListQuery): Promise<ExportRecord[]> {
  const { teamId, sort, after, search, status, kind, destinationId, health } = query;
  const { by, direction } = orderingOf(sort);
  let rows = db.kysely
    .selectFrom('exports')
    .selectAll()
    .where('teamId', '=', teamId)
    .where('onDemand', '=', false)
    .where('deletedAt', 'is', null)
    .orderBy(by, direction)
    .orderBy('id', direction)
    .limit(query.limit);
  if (after) {
    rows = rows.where(beyond(sort, after));
  }
  if (search !== undefined) {
    rows = rows.where((eb) => eb.or([holds(sql`name`, search), holds(DESTINATION_NAME, search)]));
  }
  if (status !== undefined) {
    rows = rows.where(HAS_STATUS[status]);
  }
  if (destinationId !== undefined) {
    rows = rows.where('destinationId', '=', destinationId);
  }
  if (kind !== undefined) {
    rows = rows.where(
      sql<boolean>`destination_id IN (SELECT id FROM destinations WHERE team_id = ${teamId} AND kind = ${kind})`,
    );
  }
  if (health !== undefined) {
    const standings = standingsOf({ teamId, since: health.since });
    rows = rows.where(sql<boolean>`id IN (SELECT s.id FROM (${standings}) s WHERE s.health = ${health.is})`);
  }
  return (await rows.execute()).map(exportRecordOf);
}

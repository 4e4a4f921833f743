import { sql } from 'kysely';
import type { Database } from './database.ts';
import { exportRecordOf, type ExportRecord } from './exports.ts';
import { standingsOf, type ExportHealth } from './export-standings.ts';
import { listed, type ListQuery } from './list-query.ts';

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
  const { teamId, status, kind, destinationId, health } = query;
  const scheduled = db.kysely.selectFrom('exports').selectAll().where('onDemand', '=', false);
  let rows = listed(scheduled, query, [sql`name`, DESTINATION_NAME]);
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
    // An array is made once; a subquery would be asked for every export.
    rows = rows.where(sql<boolean>`id = ANY(ARRAY(SELECT s.id FROM (${standings}) s WHERE s.health = ${health.is}))`);
  }
  return (await rows.execute()).map(exportRecordOf);
}

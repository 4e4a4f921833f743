import { sql } from 'kysely';
import type { Database } from '../../store/database.ts';

/** All that the team has done, and its quota, is a day older. */
export async function aDayLater({ db }: { db: Database }, { teamId }: { teamId: number }): Promise<void> {
  for (const statement of [
    sql`UPDATE teams SET export_rows_set_at = export_rows_set_at - interval '1 day' WHERE id = ${teamId}`,
    sql`UPDATE quota_takings SET day = day - 1 WHERE team_id = ${teamId}`,
    sql`UPDATE export_runs SET started_at = started_at - interval '1 day', finished_at = finished_at - interval '1 day'
      WHERE team_id = ${teamId}`,
    sql`UPDATE backfills SET resumes_at = resumes_at - interval '1 day' WHERE team_id = ${teamId}`,
  ]) {
    await statement.execute(db.kysely);
  }
}

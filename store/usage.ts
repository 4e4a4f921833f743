import { sql } from 'kysely';
import { startOfUtcDay, utcDay } from '../core/quotas.ts';
import { dateOfMicros, microsOf } from '../core/time.ts';
import type { Usage, UsageDay } from '../core/usage.ts';
import type { Database } from './database.ts';
import { getMaintenancePosition, saveMaintenancePosition } from './maintenance.ts';

/** What was used, added up by day; the roll-up of the maintenance writes it. */

const POSITION = 'roll-up-usage';

export type TeamUsage = Usage & { teamId: number };

/** What completed runs of each team have written, by their end, `to` excluded. */
export async function exportedByTeams(
  db: Database,
  { from, to }: { from: Date; to: Date },
): Promise<{ teamId: number; runs: number; rows: number; bytes: number }[]> {
  const { rows } = await sql<{ teamId: number; runs: number; rows: number; bytes: number }>`
    SELECT team_id, count(*)::integer AS runs, sum(rows)::bigint AS rows, sum(bytes)::bigint AS bytes
    FROM export_runs WHERE status = 'completed' AND finished_at >= ${from} AND finished_at < ${to}
    GROUP BY team_id`.execute(db.kysely);
  return rows;
}

/** Takes the place of all that was known of the day. Teams that are unknown are left out. Idempotent. */
export async function replaceUsageDay(db: Database, at: Date, teams: readonly TeamUsage[]): Promise<void> {
  const day = utcDay(at);
  const numbers = (pick: (usage: TeamUsage) => number): number[] => teams.map(pick);
  await db.kysely.transaction().execute(async (tx) => {
    await sql`DELETE FROM usage_days WHERE day = ${day}::date`.execute(tx);
    await sql`
      INSERT INTO usage_days
      SELECT found.team_id, ${day}::date, events, runs, rows, bytes, attempts, delivered FROM unnest(
        ${numbers(({ teamId }) => teamId)}::integer[],
        ${numbers(({ events }) => events)}::bigint[],
        ${numbers((usage) => usage.exports.runs)}::bigint[],
        ${numbers((usage) => usage.exports.rows)}::bigint[],
        ${numbers((usage) => usage.exports.bytes)}::bigint[],
        ${numbers((usage) => usage.webhooks.attempts)}::bigint[],
        ${numbers((usage) => usage.webhooks.delivered)}::bigint[]
      ) AS found (team_id, events, runs, rows, bytes, attempts, delivered) JOIN teams ON teams.id = found.team_id
      ON CONFLICT (team_id, day) DO UPDATE SET events = excluded.events, export_runs = excluded.export_runs,
        export_rows = excluded.export_rows, export_bytes = excluded.export_bytes,
        webhook_attempts = excluded.webhook_attempts, webhook_delivered = excluded.webhook_delivered`.execute(tx);
  });
}

/** Up to when all is added up; undefined before the first roll-up. */
export async function rolledUpUntil(db: Database): Promise<Date | undefined> {
  const micros = await getMaintenancePosition(db, POSITION);
  return micros === undefined ? undefined : dateOfMicros(micros);
}

/** Never moves back. */
export async function noteRolledUp(db: Database, until: Date): Promise<void> {
  await saveMaintenancePosition(db, POSITION, microsOf(until));
}

/** The day of the oldest team: no one has used anything before. Undefined: there is none. */
export async function firstUsageDay(db: Database): Promise<Date | undefined> {
  const oldest = await db.kysely
    .selectFrom('teams')
    .select('createdAt')
    .orderBy('createdAt')
    .limit(1)
    .executeTakeFirst();
  return oldest && startOfUtcDay(oldest.createdAt);
}

interface StoredDay {
  day: string;
  events: number;
  exportRuns: number;
  exportRows: number;
  exportBytes: number;
  webhookAttempts: number;
  webhookDelivered: number;
}

/** Days without anything are absent; oldest first, the day of `to` excluded. */
export async function usageDays(
  db: Database,
  { teamId, from, to }: { teamId: number; from: Date; to: Date },
): Promise<UsageDay[]> {
  const { rows } = await sql<StoredDay>`
    SELECT to_char(day, 'YYYY-MM-DD') AS day, events, export_runs, export_rows, export_bytes, webhook_attempts,
      webhook_delivered
    FROM usage_days
    WHERE team_id = ${teamId} AND day >= ${utcDay(from)}::date AND day < ${utcDay(to)}::date
    ORDER BY usage_days.day`.execute(db.kysely);
  return rows.map((row) => ({
    ...{ day: row.day, events: row.events },
    exports: { runs: row.exportRuns, rows: row.exportRows, bytes: row.exportBytes },
    webhooks: { attempts: row.webhookAttempts, delivered: row.webhookDelivered },
  }));
}

import { z } from 'zod';
import { getExportQuota, quotasVersion } from '../store/quotas.ts';
import type { ApiDeps } from './deps.ts';
import { recordFields, timestamp } from './schemas.ts';

export const rowsPerDay = z
  .int()
  .min(0)
  .nullable()
  .describe('Rows that all exports of the team together may load in a UTC day; null: any number.');

export const quotasSchema = z
  .object({
    version: recordFields.version,
    export_rows: z
      .object({
        limit: rowsPerDay,
        used: z.number().int().describe('By runs that are completed or open, with the rows of their plans.'),
        renews_at: timestamp.describe('Runs that have met the quota are repeated then.'),
      })
      .describe('Of today, in UTC.'),
  })
  .meta({ id: 'Quotas' });

export async function quotasView(deps: ApiDeps, teamId: number): Promise<z.output<typeof quotasSchema>> {
  // Read first: a change in between makes the version that is answered an old one, which no change is made to.
  const version = await quotasVersion(deps.db, teamId);
  const { limit, used, renewsAt } = await getExportQuota(deps.db, teamId, deps.now?.() ?? new Date());
  return { version, export_rows: { limit, used, renews_at: renewsAt.toISOString() } };
}

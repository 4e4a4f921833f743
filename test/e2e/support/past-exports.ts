import { Client } from 'pg';
import type { ApiCall } from '../../../dev/api-client.ts';
import type { TestSystem } from '../../support/test-system.ts';
import type { ExportPlace } from './export-places.ts';
import { createExport, type PastMinute } from './export-runs.ts';

/** One statement, behind the product's back. */
export async function inPostgres({ config }: TestSystem, text: string, values: readonly unknown[]): Promise<void> {
  const client = new Client({ connectionString: config.postgres.url });
  await client.connect();
  try {
    await client.query(text, [...values]);
  } finally {
    await client.end();
  }
}

/**
 * An export that was created, and paused, before the first of the minutes, given from old to new, had ended; its schedule
 * ends with the last.
 */
export async function exportOfThen(
  system: TestSystem,
  { api, place, ends }: { api: ApiCall; place: ExportPlace; ends: readonly PastMinute[] },
): Promise<string> {
  const id = await createExport(api, place, { end_at: ends.at(-1)?.end });
  const then = new Date((ends[0]?.endMicros ?? 0) / 1_000 - 30_000);
  await inPostgres(system, 'UPDATE exports SET created_at = $2 WHERE id = $1', [id, then]);
  await inPostgres(system, 'UPDATE export_schedules SET since = $2 WHERE export_id = $1', [id, then]);
  await inPostgres(system, 'UPDATE export_pauses SET paused_at = $2 WHERE export_id = $1', [id, then]);
  return id;
}

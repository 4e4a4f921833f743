import { z } from 'zod';
import { getDestination, DOWNLOAD_KIND, WEBHOOK_KIND, type DestinationRecord } from '../store/destinations.ts';
import { notFound } from '../store/errors.ts';
import { toSnakeCase } from './config-case.ts';
import type { ApiDeps } from './deps.ts';
import { recordFields, recordView } from './schemas.ts';

export const configSchema = z.record(z.string(), z.unknown()).describe('Fields of the kind; see its documentation.');

export const destinationSchema = z
  .object({
    ...recordFields,
    kind: z.string(),
    name: z.string(),
    config: configSchema.describe('Secrets read { "configured": true }.'),
  })
  .meta({ id: 'Destination' });

export function destinationView(record: DestinationRecord): z.output<typeof destinationSchema> {
  return { ...recordView(record), kind: record.kind, name: record.name, config: toSnakeCase(record.config) };
}

/** The team's own batch destination, or `destination_not_found`. */
export async function findDestinationRecord(
  deps: ApiDeps,
  key: { teamId: number; id: string },
): Promise<DestinationRecord> {
  const record = await getDestination(deps.db, key);
  if (!record || record.kind === WEBHOOK_KIND || record.kind === DOWNLOAD_KIND) {
    throw notFound('destination', key.id);
  }
  return record;
}

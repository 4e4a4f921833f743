import { sql } from 'kysely';
import type { EndpointHealth } from '../core/endpoint-health.ts';
import { PROBED_HEALTHS } from '../core/probe-pace.ts';
import type { Database } from './database.ts';

/** A suspended webhook that nobody probes although it is time. */
export interface OverdueProbe {
  destinationId: string;
  teamId: number;
  name: string;
  health: EndpointHealth;
  evidence: Record<string, unknown>;
}

/** Nothing changes for an endpoint that is not suspended any more. */
export async function noteNextProbe(db: Database, destinationId: string, inMs: number): Promise<void> {
  await db.kysely
    .updateTable('endpointStates')
    .set({ nextProbeAt: new Date(Date.now() + inMs) })
    .where('destinationId', '=', destinationId)
    .where('health', 'in', PROBED_HEALTHS)
    .execute();
}

/** Those whose next probe was due so long ago, the longest suspended first. */
export async function listOverdueProbes(
  db: Database,
  { overdueMs, limit }: { overdueMs: number; limit: number },
): Promise<OverdueProbe[]> {
  return db.kysely
    .selectFrom('endpointStates')
    .innerJoin('destinations', 'destinations.id', 'endpointStates.destinationId')
    .select(['destinationId', 'teamId', 'name', 'health', 'evidence'])
    .where('status', '=', 'active')
    .where('deletedAt', 'is', null)
    .where('health', 'in', PROBED_HEALTHS)
    .where(sql<Date>`coalesce(next_probe_at, since)`, '<', new Date(Date.now() - overdueMs))
    .orderBy('since')
    .limit(limit)
    .execute();
}

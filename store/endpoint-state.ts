import { sql } from 'kysely';
import type { Database, Queries } from './database.ts';
import type { OperationalEventType } from '../core/operational-events.ts';
import { tellsOfThrottling } from '../core/throttled-endpoint.ts';
import { notifyDestination } from './notify.ts';
import { tellOperations } from './operational-events.ts';
import type { EndpointHealth } from './delivery-tables.ts';
import type { Row } from './tables.ts';
import { json } from './values.ts';

/** What Sluice thinks of a webhook's endpoint. A user's pause is the destination's `status`, not a health. */
export interface EndpointState {
  destinationId: string;
  health: EndpointHealth;
  since: Date;
  /** Why it is in this health: what the breaker or the probe saw. */
  evidence: Record<string, unknown>;
  /** Grows whenever deliveries may start again, so that waiting retries notice a pause that came and went. */
  resumeEpoch: number;
  nextProbeAt: Date | null;
  /** `retryDelivery` workflows that are thought to be open. */
  openRetries: number;
}

export type EndpointTransition = Row<'endpointTransitions'>;

export interface HealthChange {
  destinationId: string;
  /** Expected present health; absent: any. */
  from?: readonly EndpointHealth[];
  to: EndpointHealth;
  evidence: Record<string, unknown>;
  /** Absent: no probe is due. */
  nextProbeAt?: Date | null;
}

/** Idempotent. */
export async function createEndpointState(tx: Queries, destinationId: string): Promise<void> {
  await tx
    .insertInto('endpointStates')
    .values({ destinationId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function getEndpointState(db: Database, destinationId: string): Promise<EndpointState | undefined> {
  return db.kysely
    .selectFrom('endpointStates')
    .selectAll()
    .where('destinationId', '=', destinationId)
    .executeTakeFirst();
}

/**
 * Compare and set. False, and nothing changed, when the present health is not in `from` or is `to` already, unless it is
 * `degraded` for a new reason. Otherwise records the transition with its evidence and notifies the shard when the
 * transaction commits.
 */
export async function setHealth(db: Database, change: HealthChange): Promise<boolean> {
  return db.kysely.transaction().execute(async (tx) => {
    const before = await tx
      .selectFrom('endpointStates')
      .select(['health', 'evidence'])
      .where('destinationId', '=', change.destinationId)
      .forUpdate()
      .executeTakeFirst();
    if (!before || isSame(before, change) || change.from?.includes(before.health) === false) {
      return false;
    }
    await moveTo(tx, change);
    const { id } = await tx
      .insertInto('endpointTransitions')
      .values({
        destinationId: change.destinationId,
        fromHealth: before.health,
        toHealth: change.to,
        evidence: json(change.evidence),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await tellHealth(tx, change, { id, before });
    await notifyDestination(tx, change.destinationId);
    return true;
  });
}

type Before = Pick<EndpointState, 'health' | 'evidence'>;

function isSame(before: Before, { to, evidence }: HealthChange): boolean {
  const isNewReason = to === 'degraded' && tellsOfThrottling(evidence) && !tellsOfThrottling(before.evidence);
  return before.health === to && !isNewReason;
}

const TOLD: Partial<Record<EndpointHealth, OperationalEventType & `destination.${string}`>> = {
  paused_auto: 'destination.paused',
  misconfigured: 'destination.misconfigured',
  gone: 'destination.gone',
  healthy: 'destination.recovered',
};

/** A webhook of which only some requests failed is not told of, and has not recovered from anything that was. */
function toldAs({ to, evidence }: HealthChange, before: Before): (typeof TOLD)[EndpointHealth] {
  if (to === 'degraded') {
    return tellsOfThrottling(evidence) ? 'destination.throttled' : undefined;
  }
  const wasUntold = before.health === 'degraded' && !tellsOfThrottling(before.evidence);
  return to === 'healthy' && wasUntold ? undefined : TOLD[to];
}

async function tellHealth(
  tx: Queries,
  change: HealthChange,
  { id, before }: { id: number; before: Before },
): Promise<void> {
  const { destinationId, to, evidence } = change;
  const type = toldAs(change, before);
  if (type === undefined) {
    return;
  }
  const webhook = await tx
    .selectFrom('destinations')
    .select(['teamId', 'name'])
    .where('id', '=', destinationId)
    .executeTakeFirst();
  if (webhook !== undefined) {
    await tellOperations(tx, {
      ...{ teamId: webhook.teamId, type, key: `health/${String(id)}`, aboutWebhook: destinationId },
      payload: { webhook_id: destinationId, webhook_name: webhook.name, from: before.health, to, evidence },
    });
  }
}

async function moveTo(tx: Queries, change: HealthChange): Promise<void> {
  const resumes = change.to === 'healthy' || change.to === 'recovering' ? 1 : 0;
  await tx
    .updateTable('endpointStates')
    .set((eb) => ({
      health: change.to,
      since: sql<Date>`now()`,
      evidence: json(change.evidence),
      nextProbeAt: change.nextProbeAt ?? null,
      resumeEpoch: eb('resumeEpoch', '+', resumes),
    }))
    .where('destinationId', '=', change.destinationId)
    .execute();
}

/**
 * Adds to the count of open retries, never below zero. False, and nothing added, when the count would pass `cap`:
 * the event is parked instead.
 */
export async function addOpenRetries(
  db: Database,
  destinationId: string,
  delta: number,
  cap: number,
): Promise<boolean> {
  const result = await db.kysely
    .updateTable('endpointStates')
    .set({ openRetries: sql<number>`greatest(0, open_retries + ${delta}::integer)` })
    .where('destinationId', '=', destinationId)
    .where((eb) => eb.or([eb.val(delta <= 0), eb(sql<number>`open_retries + ${delta}::integer`, '<=', cap)]))
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Puts the count right after it was compared with what really is open. */
export async function setOpenRetries(db: Database, destinationId: string, openRetries: number): Promise<void> {
  await db.kysely
    .updateTable('endpointStates')
    .set({ openRetries })
    .where('destinationId', '=', destinationId)
    .execute();
}

/** Newest first. */
export async function listTransitions(
  db: Database,
  page: { destinationId: string; limit: number; beforeId?: number },
): Promise<EndpointTransition[]> {
  let query = db.kysely
    .selectFrom('endpointTransitions')
    .selectAll()
    .where('destinationId', '=', page.destinationId)
    .orderBy('id', 'desc')
    .limit(page.limit);
  if (page.beforeId !== undefined) {
    query = query.where('id', '<', page.beforeId);
  }
  return query.execute();
}

import { sql } from 'kysely';
import type { EndpointHealth } from '../core/endpoint-health.ts';
import { tellsOfThrottling } from '../core/throttled-endpoint.ts';
import type { Database, Queries } from './database.ts';
import type { ChangedBy } from './delivery-tables.ts';
import { recordTransition, tellPeople } from './endpoint-transitions.ts';
import type { NoticeSend } from './notices.ts';
import { notifyDestination } from './notify.ts';
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

export interface HealthChange {
  destinationId: string;
  /** Expected present health; absent: any. */
  from?: readonly EndpointHealth[];
  to: EndpointHealth;
  evidence: Record<string, unknown>;
  /** Absent: no probe is due. */
  nextProbeAt?: Date | null;
  /** Absent: Sluice itself. */
  by?: ChangedBy | undefined;
}

export interface HealthOutcome {
  isChanged: boolean;
  /** Notices to be sent: each needs its workflow, or a sweep finds it later. */
  sends: NoticeSend[];
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

const NOT_CHANGED: HealthOutcome = { isChanged: false, sends: [] };

/**
 * Compare and set. Nothing is changed when the present health is not in `from` or is `to` already, unless it is
 * `degraded` for a new reason. Otherwise records the transition with its evidence, tells of it and, unless the shard has found it
 * out, notifies the shard when the transaction commits.
 */
export async function setHealth(db: Database, change: HealthChange): Promise<HealthOutcome> {
  return db.kysely.transaction().execute(async (tx) => {
    const before = await tx
      .selectFrom('endpointStates')
      .select(['health', 'evidence'])
      .where('destinationId', '=', change.destinationId)
      .forUpdate()
      .executeTakeFirst();
    if (!before || change.from?.includes(before.health) === false) {
      return NOT_CHANGED;
    }
    if (isSame(before, change)) {
      return { isChanged: false, sends: await tellPeople(tx, change) };
    }
    await moveTo(tx, change);
    const sends = await recordTransition(tx, { ...change, from: before.health });
    // The shard that has the webhook is who finds it degraded: fifty at once would make every shard read its webhooks again.
    if (change.to !== 'degraded') {
      await notifyDestination(tx, change.destinationId);
    }
    return { isChanged: true, sends };
  });
}

function isSame(
  before: Pick<EndpointState, 'health' | 'evidence'>,
  { to, evidence }: Pick<HealthChange, 'to' | 'evidence'>,
): boolean {
  const isNewReason = to === 'degraded' && tellsOfThrottling(evidence) && !tellsOfThrottling(before.evidence);
  return before.health === to && !isNewReason;
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

import type { Actor } from '../core/access.ts';
import { SUSPENDED_HEALTHS } from '../core/endpoint-health.ts';
import type { ChangedBy } from '../store/delivery-tables.ts';
import type { DestinationRecord } from '../store/destinations.ts';
import { setHealth } from '../store/endpoint-state.ts';
import type { WebhookChange } from './control-plane.ts';
import type { ApiDeps } from './deps.ts';
import { steering } from './temporal-errors.ts';

/** Who is named in the history of an endpoint. */
export function changedBy(actor: Actor | null): ChangedBy | undefined {
  return actor ? { kind: actor.kind, name: actor.name } : undefined;
}

/** Tells the webhook's entity workflow. Shards hear of a change from Postgres, with or without this. */
export async function tellTemporal(
  deps: ApiDeps,
  record: Pick<DestinationRecord, 'id' | 'teamId' | 'name'>,
  change: WebhookChange['change'],
): Promise<void> {
  const { id: destinationId, teamId, name } = record;
  await steering(deps.controlPlane.destinationChanged({ destinationId, teamId, name, change }));
}

/** A user who changes, resumes or has tested a webhook that Sluice has stopped serving expects it to be tried again. */
export async function webhookChanged(
  deps: ApiDeps,
  record: DestinationRecord,
  { change, actor }: { change: WebhookChange['change']; actor: Actor | null },
): Promise<DestinationRecord> {
  if (change === 'updated' || change === 'resumed' || change === 'check_passed') {
    // Before Temporal hears of it: waiting retries look here whether they may go on.
    const evidence = { reason: change === 'check_passed' ? 'a test was delivered' : `the webhook was ${change}` };
    await tryAgain(deps, record, { evidence, actor });
  }
  await tellTemporal(deps, record, change);
  return record;
}

/** Like one that is resumed. Its workflow has ended, or is about to. */
export async function webhookRestored(
  deps: ApiDeps,
  record: DestinationRecord,
  actor: Actor | null,
): Promise<DestinationRecord> {
  await tryAgain(deps, record, { evidence: { reason: 'the webhook was restored' }, actor });
  await tellTemporal(deps, record, 'restored');
  if (record.status === 'paused') {
    await tellTemporal(deps, record, 'paused');
  }
  return record;
}

async function tryAgain(
  deps: ApiDeps,
  { id: destinationId }: DestinationRecord,
  { evidence, actor }: { evidence: Record<string, unknown>; actor: Actor | null },
): Promise<void> {
  const by = changedBy(actor);
  await setHealth(deps.db, { destinationId, from: SUSPENDED_HEALTHS, to: 'recovering', evidence, by });
}

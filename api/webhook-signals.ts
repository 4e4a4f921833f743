import type { DestinationRecord } from '../store/destinations.ts';
import { setHealth, type EndpointState } from '../store/endpoint-state.ts';
import type { WebhookChange } from './control-plane.ts';
import type { ApiDeps } from './deps.ts';
import { steering } from './temporal-errors.ts';

/** Health in which an endpoint gets no ordinary traffic. */
export const SUSPENDED: readonly EndpointState['health'][] = ['paused_auto', 'probing', 'gone', 'misconfigured'];

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
  change: WebhookChange['change'],
): Promise<DestinationRecord> {
  if (change === 'updated' || change === 'resumed' || change === 'check_passed') {
    // Before Temporal hears of it: waiting retries look here whether they may go on.
    const evidence = { reason: change === 'check_passed' ? 'a test was delivered' : `the webhook was ${change}` };
    await setHealth(deps.db, { destinationId: record.id, from: SUSPENDED, to: 'recovering', evidence });
  }
  await tellTemporal(deps, record, change);
  return record;
}

/** Like one that is resumed. Its workflow has ended, or is about to. */
export async function webhookRestored(deps: ApiDeps, record: DestinationRecord): Promise<DestinationRecord> {
  const evidence = { reason: 'the webhook was restored' };
  await setHealth(deps.db, { destinationId: record.id, from: SUSPENDED, to: 'recovering', evidence });
  await tellTemporal(deps, record, 'restored');
  if (record.status === 'paused') {
    await tellTemporal(deps, record, 'paused');
  }
  return record;
}

import type { DestinationRecord } from '../store/destinations.ts';
import type { WebhookChange } from './control-plane.ts';
import type { ApiDeps } from './deps.ts';
import { steering } from './temporal-errors.ts';

/** Tells the webhook's entity workflow. Shards hear of a change from Postgres, with or without this. */
export async function tellTemporal(
  deps: ApiDeps,
  record: DestinationRecord,
  change: WebhookChange['change'],
): Promise<void> {
  const { id: destinationId, teamId, name } = record;
  await steering(deps.controlPlane.destinationChanged({ destinationId, teamId, name, change }));
}

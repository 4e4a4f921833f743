import { LOG_KEPT_MS } from '../core/log-reach.ts';
import { dateOfMicros, MICROS_PER_MS, type Micros } from '../core/time.ts';
import { isSuspended, type LaneConfig } from '../delivery/shard/lane-config.ts';
import type { LostSpan } from '../store/log-ends.ts';
import type { DestinationStatus } from '../store/tables.ts';
import type { ActivityDeps } from './deps.ts';
import { notify } from './notify.ts';
import { operationalEvent } from './operations.ts';

const MS_PER_DAY = 24 * 60 * 60_000;

/** Tells of a webhook for which events wait that the log is about to forget: people and programs, once a day while it lasts. */
export async function tellOfLogEnd(
  deps: ActivityDeps,
  { destinationId, teamId, name, health }: LaneConfig,
  { status, oldestMicros, nowMs }: { status: DestinationStatus; oldestMicros: Micros; nowMs: number },
): Promise<void> {
  const sinceMs = oldestMicros / MICROS_PER_MS;
  const [waitingSince, keptUntil] = [sinceMs, sinceMs + LOG_KEPT_MS].map((ms) => new Date(ms).toISOString());
  const remedy = remedyOf(status, health);
  const ids = { webhook_id: destinationId, webhook_name: name };
  const payload = { ...ids, waiting_since: waitingSince ?? '', kept_until: keptUntil ?? '', remedy };
  deps.logger.warn(
    { destinationId, waitingSince, keptUntil },
    'the event log will soon forget what this webhook lacks',
  );
  await operationalEvent(deps, {
    ...{ teamId, type: 'destination.near_log_ttl', aboutWebhook: destinationId, payload },
    key: `near_log_end/${destinationId}/${new Date(nowMs).toISOString().slice(0, 10)}`,
  });
  await notify(deps, {
    ...{ teamId, event: 'destination.near_log_ttl', subject: `webhook/${destinationId}` },
    ...{ topic: 'log_end', state: 'near_log_end' },
    title: `Events have waited for webhook "${name}" for ${String(Math.floor((nowMs - sinceMs) / MS_PER_DAY))} days`,
    text: `The oldest is of ${payload.waiting_since}, and the event log forgets it after ${payload.kept_until}. ${remedy}`,
    details: payload,
  });
}

function remedyOf(status: DestinationStatus, health: LaneConfig['health']): string {
  if (status === 'paused') {
    return 'Resume the webhook before that, or delete it if nobody needs what waits.';
  }
  return isSuspended(health)
    ? 'Repair the endpoint, or correct the settings of the webhook, before that; what waits is sent then.'
    : 'See in its deliveries why it takes less than comes; a higher rate limit or concurrency, or a narrower filter, lets it catch up.';
}

/** Tells people of what nobody can deliver any more; programs were told with its record. */
export async function tellOfLoss(
  deps: ActivityDeps,
  { destinationId, teamId, name, range, events }: LostSpan,
): Promise<void> {
  const [from, until] = [range.startMicros, range.endMicros].map((micros) => dateOfMicros(micros).toISOString());
  deps.logger.warn({ destinationId, from, until, events }, 'the event log has forgotten events before their webhook');
  await notify(deps, {
    ...{ teamId, event: 'webhook.events_lost', subject: `webhook/${destinationId}` },
    ...{ topic: 'lost', state: `lost_until_${until ?? ''}` },
    title: `Webhook "${name}" was never sent ${String(events)} events`,
    text: `They were captured from ${from ?? ''} until ${until ?? ''}, and the event log has forgotten them. An export of that time still has them.`,
    details: { webhook_id: destinationId, webhook_name: name, events, from, until },
  });
}

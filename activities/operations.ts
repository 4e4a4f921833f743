import type { AttemptRecord } from '../core/attempts.ts';
import type { OperationalEvent, OperationalEventType } from '../core/operational-events.ts';
import { tellOperations } from '../store/operational-events.ts';
import type { ActivityDeps } from './deps.ts';

/** Event uuids that one message about given up deliveries names. */
const NAMED = 100;

/** Never throws: what is told of goes on whether somebody hears of it or not. */
export async function operationalEvent<Type extends OperationalEventType>(
  deps: Pick<ActivityDeps, 'db' | 'logger'>,
  event: OperationalEvent<Type>,
): Promise<void> {
  try {
    await tellOperations(deps.db.kysely, event);
  } catch (error) {
    deps.logger.warn({ err: error, type: event.type, key: event.key }, 'an operational event could not be told');
  }
}

/** Tells of deliveries that were given up, once the log has them: one message for a webhook and flush. */
export async function tellExhausted(
  deps: Pick<ActivityDeps, 'db' | 'logger'>,
  rows: readonly AttemptRecord[],
): Promise<void> {
  for (const given of groupByWebhook(rows.filter(({ outcome }) => outcome === 'discarded'))) {
    const [first] = given;
    if (first !== undefined) {
      const { teamId, destinationId, eventUuid, attempt, errorCode } = first;
      await operationalEvent(deps, {
        ...{ teamId, type: 'delivery.exhausted', aboutWebhook: destinationId },
        key: `exhausted/${eventUuid}/${String(attempt)}`,
        payload: {
          ...{ webhook_id: destinationId, count: given.length, error_code: errorCode },
          event_uuids: given.slice(0, NAMED).map((row) => row.eventUuid),
        },
      });
    }
  }
}

function groupByWebhook(rows: readonly AttemptRecord[]): AttemptRecord[][] {
  const groups = new Map<string, AttemptRecord[]>();
  for (const row of rows) {
    groups.set(row.destinationId, [...(groups.get(row.destinationId) ?? []), row]);
  }
  return [...groups.values()];
}

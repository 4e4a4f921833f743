import { newestMatching } from '../clickhouse/newest-matching.ts';
import { isSluiceError } from '../core/errors.ts';
import type { WebhookPreview, WebhookPreviewRequest } from '../core/explanation.ts';
import { NO_PERSON } from '../core/person.ts';
import type { TailEvent } from '../core/webhook-event.ts';
import { prepareAttempt } from '../delivery/attempt.ts';
import type { LaneConfig } from '../delivery/shard/lane-config.ts';
import type { ActivityDeps } from './deps.ts';
import { laneConfig } from './lane-configs.ts';
import { sampleEvent } from './sample-event.ts';
import { shownRequest } from './shown-request.ts';

/** Some of the newest may be events that were captured before, which are sent once only. */
const LOOKED_AT = 5;
/** Of a webhook that has none yet. */
const NO_ID = NO_PERSON;

type Deps = Pick<ActivityDeps, 'clickhouse'>;

/**
 * The newest captured event that a webhook would take, as the request that it would make of it; an example where there is
 * no such event. Sends and stores nothing; no activity, since it shows an event.
 */
export async function previewWebhook(deps: Deps, request: WebhookPreviewRequest): Promise<WebhookPreview> {
  const { teamId, name, config: settings } = request;
  const config = laneConfig({ id: NO_ID, teamId, name, config: settings, version: 1, health: 'healthy' });
  const nowMs = Date.now();
  const found = await newestEvent(deps, config, request);
  const event = typeof found === 'string' ? sampleEvent({ teamId, ...request.example }, nowMs) : found;
  const { uuid, distinctId, insertedAtMicros } = event;
  return {
    event: { uuid, name: event.event, distinctId, insertedAtMicros },
    exampleBecause: typeof found === 'string' ? found : null,
    request: shownRequest(prepareAttempt({ config, event, attempt: 1, via: 'live' }, nowMs)),
  };
}

/** Or why there is none. */
async function newestEvent(
  { clickhouse }: Deps,
  { filter }: LaneConfig,
  { teamId, range }: WebhookPreviewRequest,
): Promise<TailEvent | NonNullable<WebhookPreview['exampleBecause']>> {
  if (filter.nothing === true) {
    return 'takes_no_events';
  }
  try {
    const { events } = await newestMatching(clickhouse, { teamId, filters: [filter], range, limit: LOOKED_AT });
    return events.at(-1) ?? 'none_matches';
  } catch (error) {
    if (isSluiceError(error) && error.code === 'simulation_timeout') {
      return 'search_timeout';
    }
    throw error;
  }
}

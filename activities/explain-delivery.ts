import { listAttempts } from '../clickhouse/attempt-queries.ts';
import { batchMembers } from '../clickhouse/batch-members.ts';
import { findEvents } from '../clickhouse/replay-range.ts';
import { nowMicros } from '../clickhouse/tail.ts';
import type { AttemptRecord } from '../core/attempts.ts';
import { SluiceError } from '../core/errors.ts';
import type { DeliveryExplanation, DeliveryState, ExplainRequest } from '../core/explanation.ts';
import { filterToPredicate, type EventFilter } from '../core/filters.ts';
import { retryDeliveryWorkflowId } from '../core/ids.ts';
import { microsOf, type Micros } from '../core/time.ts';
import type { TailEvent } from '../core/webhook-event.ts';
import { prepareAttempt } from '../delivery/attempt.ts';
import { EventClock } from '../delivery/event-clock.ts';
import { webhookIdOf } from '../delivery/identity.ts';
import { isSuspended, type LaneConfig } from '../delivery/shard/lane-config.ts';
import { expiresAtMs } from '../delivery/time-to-live.ts';
import { readCursors } from '../store/delivery.ts';
import { getEndpointState } from '../store/endpoint-state.ts';
import { getWebhookRuntime, type WebhookRuntime } from '../store/webhooks.ts';
import type { ActivityDeps } from './deps.ts';
import { LIMITED, limitOf } from './delivery-limit.ts';
import { laneConfig } from './lane-configs.ts';
import { readDeliverables } from './messages.ts';
import { shownRequest } from './shown-request.ts';

type Deps = Pick<ActivityDeps, 'db' | 'box' | 'clickhouse'>;
type Webhook = WebhookRuntime & { status: string };

const ATTEMPTS_SHOWN = 100;
const BATCH_SHOWN = 100;

/**
 * Tells what became of one event at one webhook, and what will. Not an activity, since it shows an event. Throws
 * `webhook_not_found` and `event_not_found`.
 */
export async function explainDelivery(
  deps: Deps,
  { teamId, destinationId, uuid }: ExplainRequest,
): Promise<DeliveryExplanation> {
  const webhook = await getWebhookRuntime(deps.db, deps.box, destinationId);
  if (webhook?.teamId !== teamId) {
    throw notFound('webhook', destinationId, 'Use the id of one of your webhooks.');
  }
  const eventClock = new EventClock(() => nowMicros(deps.clickhouse));
  const event = await findEvent({ ...deps, eventClock }, teamId, uuid);
  const nowMs = await eventClock.recentMs();
  const ofEvent = { teamId, destinationId, eventUuid: uuid, limit: ATTEMPTS_SHOWN };
  const attempts = await listAttempts(deps.clickhouse, ofEvent);
  // A receiver that asks for patience for days leaves more rows than are shown.
  const isAll = attempts.length < ATTEMPTS_SHOWN;
  const owners = isAll ? attempts : await listAttempts(deps.clickhouse, { ...ofEvent, naming: 'owner' });
  const position = (await readCursors(deps.db, [destinationId])).get(destinationId)?.positionMicros ?? 0;
  const batch = await batchOf(deps, destinationId, attempts);
  const healthEvidence = (await getEndpointState(deps.db, destinationId))?.evidence ?? {};
  const explained = explanationOf({ webhook, event, attempts, owners, position, nowMs });
  const limitedBy = explained.state === 'waiting' ? await limitOf(deps, { webhook, position, nowMs }) : null;
  const next = limitedBy === null ? NEXT[explained.state] : LIMITED[limitedBy](webhook);
  return { ...explained, limitedBy, next, batch, healthEvidence };
}

/** The latest request that the event shared with others. */
async function batchOf(
  { clickhouse }: Deps,
  destinationId: string,
  attempts: readonly AttemptRecord[],
): Promise<DeliveryExplanation['batch']> {
  const shared = attempts.find(({ eventUuid, webhookId }) => webhookId !== webhookIdOf(destinationId, eventUuid));
  if (shared === undefined) {
    return null;
  }
  const { webhookId, attemptedAt } = shared;
  const members = { destinationId, webhookId, attemptedAt, limit: BATCH_SHOWN };
  return { webhookId, ...(await batchMembers(clickhouse, members)) };
}

async function findEvent(
  deps: Deps & Pick<ActivityDeps, 'eventClock'>,
  teamId: number,
  uuid: string,
): Promise<TailEvent> {
  const known = await findEvents(deps.clickhouse, teamId, [uuid]);
  const keys = known.length === 0 ? [{ uuid, insertedAtMicros: 0 }] : known;
  const [event] = await readDeliverables(deps, teamId, keys);
  if (event === undefined) {
    throw notFound('event', uuid, 'Use the uuid of an event that was captured in the last 30 days.');
  }
  return event;
}

interface Facts {
  webhook: Webhook;
  event: TailEvent;
  attempts: AttemptRecord[];
  /** At least those that name an owner of the delivery, newest first. */
  owners: AttemptRecord[];
  /** Live delivery is beyond everything before this. */
  position: Micros;
  /** By the clock that stamps events. */
  nowMs: number;
}

function explanationOf(facts: Facts): Omit<DeliveryExplanation, 'batch' | 'healthEvidence' | 'limitedBy' | 'next'> {
  const { webhook, event, attempts, owners } = facts;
  const config = laneConfig(webhook);
  const unmatchedBy = firstRefusing(config.filter, event);
  const settled = settledBy(owners);
  const state = stateOf(facts, settled, { config, matched: unmatchedBy === null });
  const prepared = prepareAttempt({ config, event, attempt: (attempts[0]?.attempt ?? 0) + 1, via: 'live' }, Date.now());
  const { uuid, distinctId, timestamp, insertedAtMicros } = event;
  return {
    event: { uuid, name: event.event, distinctId, timestamp, insertedAtMicros },
    ...{ matched: unmatchedBy === null, unmatchedBy, state },
    maskedBy: state === 'masked' ? (settled?.maskedBy ?? null) : null,
    nextAttemptAt: state === 'parked' ? (settled?.nextAttemptAt ?? null) : null,
    health: webhook.status === 'paused' ? 'paused_user' : config.health,
    webhookId: prepared.webhookId,
    request: shownRequest(prepared),
    attempts,
    workflowId: wasRetried(owners) ? retryDeliveryWorkflowId(webhook.id, uuid) : null,
  };
}

/** What was ever sent counts more than that a replay was masked. */
function settledBy(owners: readonly AttemptRecord[]): AttemptRecord | undefined {
  const owned = owners.filter(({ outcome }) => outcome !== 'failed_attempt');
  return owned.find(({ outcome }) => outcome !== 'masked') ?? owned[0];
}

/** By a workflow of its own; parked deliveries come back without one. */
function wasRetried(attempts: readonly AttemptRecord[]): boolean {
  const parked = attempts.some(({ outcome }) => outcome === 'parked');
  return attempts.some(({ outcome, via }) => outcome === 'retry_scheduled' || (via === 'retry' && !parked));
}

/** The first part of the filter that does not want the event. */
function firstRefusing(filter: EventFilter, event: TailEvent): string | null {
  if (event.message !== undefined) {
    return null;
  }
  const { nothing, includeEvents, excludeEvents, properties, sample } = filter;
  const parts: [string, EventFilter][] = [
    ['source', nothing === undefined ? {} : { nothing }],
    ['events', includeEvents === undefined ? {} : { includeEvents }],
    ['exclude_events', excludeEvents === undefined ? {} : { excludeEvents }],
    ...(properties ?? []).map((one, index): [string, EventFilter] => [
      `properties.${String(index)}`,
      { properties: [one] },
    ]),
    ['sample', sample === undefined ? {} : { sample }],
  ];
  return parts.find(([, part]) => !filterToPredicate(part)(event))?.[0] ?? null;
}

function stateOf(
  facts: Facts,
  settled: AttemptRecord | undefined,
  { config, matched }: { config: LaneConfig; matched: boolean },
): DeliveryState {
  const state = stateWithoutEnd(facts, settled, { config, matched });
  const endedAsLate = state === 'given_up' && settled !== undefined && OF_TIME.has(settled.errorCode);
  return endedAsLate || (MAY_EXPIRE.has(state) && isLate(facts, config)) ? 'expired' : state;
}

/** Somebody who has replayed an event has asked for it, however old it is. */
function isLate({ event, owners, nowMs }: Facts, config: LaneConfig): boolean {
  const replayed = event.message === undefined && owners.some(({ via }) => via === 'replay');
  return !replayed && expiresAtMs(config, event) <= nowMs;
}

function stateWithoutEnd(
  { webhook, event, position }: Facts,
  settled: AttemptRecord | undefined,
  { config, matched }: { config: LaneConfig; matched: boolean },
): DeliveryState {
  if (settled !== undefined && settled.outcome !== 'failed_attempt') {
    return SETTLED[settled.outcome];
  }
  if (!matched) {
    return 'not_matched';
  }
  if (event.message === undefined && event.insertedAtMicros < position) {
    return event.insertedAtMicros < microsOf(webhook.createdAt) ? 'too_early' : 'passed';
  }
  return webhook.status === 'paused' || isSuspended(config.health) ? 'held' : 'waiting';
}

/** Error codes of what was given up because its time to live was over. */
const OF_TIME: ReadonlySet<string> = new Set(['event_expired', 'message_expired']);
const MAY_EXPIRE: ReadonlySet<DeliveryState> = new Set(['waiting', 'held', 'retrying', 'parked']);

const SETTLED = {
  delivered: 'delivered',
  discarded: 'given_up',
  parked: 'parked',
  retry_scheduled: 'retrying',
  masked: 'masked',
} as const;

const NEXT: Readonly<Record<DeliveryState, string>> = {
  waiting: 'It is sent when its turn comes, within seconds unless the webhook has a backlog.',
  held: 'It is sent once the webhook takes events again; see its health.',
  retrying: 'It is sent again by the retry schedule.',
  parked: 'It is sent again at the time of the next attempt.',
  delivered: 'Nothing: the endpoint has it.',
  given_up: 'Nothing by itself. Replay it once the cause is mended.',
  expired: 'Nothing: its time to live is over. Replay it if it still matters; a message has to be sent again.',
  masked: 'Nothing: another event was sent in its place. Replay it by its uuid to send it too.',
  not_matched: 'Nothing. Change the filter and replay the event to send it.',
  too_early: 'Nothing. Replay it to send it.',
  passed: 'Nothing. Replay it to send it.',
};

function notFound(what: 'webhook' | 'event', id: string, remedy: string): SluiceError {
  return new SluiceError({
    ...{ code: what === 'webhook' ? 'webhook_not_found' : 'event_not_found', message: `there is no ${what} ${id}` },
    ...{ retryable: false, fault: 'customer', remedy },
  });
}

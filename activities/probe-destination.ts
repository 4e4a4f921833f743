import { Context } from '@temporalio/activity';
import { appendAttempts } from '../clickhouse/attempt-log.ts';
import { settledEvents } from '../clickhouse/attempt-queries.ts';
import { lastFailedEvent } from '../clickhouse/failed-events.ts';
import { readTail } from '../clickhouse/tail.ts';
import type { AttemptRecord } from '../core/attempts.ts';
import type { TailEvent } from '../core/webhook-event.ts';
import { attemptDelivery } from '../delivery/attempt.ts';
import { PageSize } from '../delivery/page-size.ts';
import { isSuspended, type LaneConfig } from '../delivery/shard/lane-config.ts';
import { readCursors } from '../store/delivery.ts';
import { setHealth } from '../store/endpoint-state.ts';
import { getWebhookRuntime } from '../store/webhooks.ts';
import { systemClock } from './clock.ts';
import type { ActivityDeps } from './deps.ts';
import { laneConfig } from './lane-configs.ts';
import { withoutMasked } from './masks.ts';
import { readDeliverables } from './messages.ts';
import type { ProbeResult } from './types.ts';

const PROBE_PAGE_ROWS = 200;
/** The first that no other event masks is sent. */
const PROBE_CANDIDATES = 20;

/**
 * Sends one real event to a suspended destination: the oldest of its backlog, else one that failed before. A success
 * counts as that event's delivery and lets traffic in again, paced.
 */
export async function probeDestination(
  deps: ActivityDeps,
  input: { destinationId: string; teamId: number },
): Promise<ProbeResult> {
  const webhook = await getWebhookRuntime(deps.db, deps.box, input.destinationId);
  if (webhook === undefined || webhook.status === 'paused') {
    return { outcome: 'inactive', evidence: { reason: 'the destination is paused by its owner or deleted' } };
  }
  const config = laneConfig(webhook);
  if (!isSuspended(config.health)) {
    return { outcome: 'recovered', evidence: { reason: `the destination is ${config.health} already` } };
  }
  const probe = await findProbeEvent(deps, config);
  if (probe === undefined) {
    return recover(deps, config, { reason: 'nothing is waiting; the next event decides' });
  }
  return sendProbe(deps, config, probe);
}

interface ProbeEvent {
  event: TailEvent;
  /** From the backlog: a success settles it. Otherwise its owner is a retry workflow, which finds it delivered. */
  attempt: number;
}

async function sendProbe(deps: ActivityDeps, config: LaneConfig, probe: ProbeEvent): Promise<ProbeResult> {
  const { classification, record } = await attemptDelivery(
    { send: deps.send, clock: systemClock },
    { config, ...probe, via: 'probe' },
    Context.current().cancellationSignal,
  );
  const ok = classification.class === 'delivered';
  const row: AttemptRecord = ok ? { ...record, outcome: 'delivered' } : record;
  deps.metrics.attempt(row);
  await appendAttempts(deps.clickhouse, [row]);
  const evidence = { probe: probe.event.uuid, status: record.statusCode, error: classification.errorCode ?? null };
  return ok ? recover(deps, config, evidence) : { outcome: 'still_failing', evidence };
}

async function recover(
  deps: ActivityDeps,
  config: LaneConfig,
  evidence: Record<string, unknown>,
): Promise<ProbeResult> {
  await setHealth(deps.db, {
    destinationId: config.destinationId,
    from: ['paused_auto', 'probing', 'misconfigured'],
    to: 'recovering',
    evidence,
  });
  return { outcome: 'recovered', evidence };
}

async function findProbeEvent(deps: ActivityDeps, config: LaneConfig): Promise<ProbeEvent | undefined> {
  const waiting = await oldestWaiting(deps, config);
  if (waiting !== undefined) {
    return { event: waiting, attempt: 1 };
  }
  const failed = await lastFailedEvent(deps.clickhouse, config.destinationId);
  if (failed === undefined) {
    return undefined;
  }
  const key = { uuid: failed.eventUuid, insertedAtMicros: failed.eventInsertedAtMicros };
  const [event] = await readDeliverables(deps, config.teamId, [key]);
  return event && { event, attempt: failed.attempt + 1 };
}

async function oldestWaiting(deps: ActivityDeps, config: LaneConfig): Promise<TailEvent | undefined> {
  const position = (await readCursors(deps.db, [config.destinationId])).get(config.destinationId);
  if (position === undefined) {
    return undefined;
  }
  const { destinationId } = config;
  const all = await settledEvents(deps.clickhouse, [{ destinationId, fromMicros: position.positionMicros }]);
  const settled = all.get(destinationId);
  const waiting = {
    teamIds: [config.teamId],
    fromMicros: position.positionMicros,
    ...(position.afterUuid === null ? {} : { afterUuid: position.afterUuid }),
    filter: config.filter,
  };
  const { events } = await new PageSize(PROBE_PAGE_ROWS).read((limit) =>
    readTail(deps.clickhouse, { ...waiting, limit }),
  );
  const unsettled = events.filter((event) => settled?.has(event.uuid) !== true).slice(0, PROBE_CANDIDATES);
  const [first] = await withoutMasked(deps, config, unsettled, 'probe');
  return first;
}

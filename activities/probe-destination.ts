import { Context } from '@temporalio/activity';
import { retriedEvents, settledEvents } from '../clickhouse/attempt-queries.ts';
import { failedEvents } from '../clickhouse/failed-events.ts';
import { TailScans, type ScannedPage } from '../clickhouse/tail-scans.ts';
import type { AttemptOutcome, AttemptRecord } from '../core/attempts.ts';
import { nextProbeMs, PROBED_HEALTHS } from '../core/probe-pace.ts';
import { MICROS_PER_MS } from '../core/time.ts';
import type { TailEvent } from '../core/webhook-event.ts';
import { concludeAttempt, momentOf, prepareAttempt, type AttemptResult } from '../delivery/attempt.ts';
import { PageSize } from '../delivery/page-size.ts';
import { isSuspended, type LaneConfig } from '../delivery/shard/lane-config.ts';
import { Traffic } from '../delivery/shard/traffic.ts';
import { expiresAtMs } from '../delivery/time-to-live.ts';
import { readCursors, type CursorPosition } from '../store/delivery.ts';
import { setHealth } from '../store/endpoint-state.ts';
import { noteNextProbe } from '../store/probes.ts';
import { getWebhookRuntime } from '../store/webhooks.ts';
import { systemClock } from './clock.ts';
import type { ActivityDeps } from './deps.ts';
import { healthChanges } from './health-changes.ts';
import { laneConfig } from './lane-configs.ts';
import { logAttempt } from './log-attempt.ts';
import { withoutMasked } from './masks.ts';
import { readDeliverables } from './messages.ts';
import type { ProbeInput, ProbeResult } from './types.ts';
import { logUnlogged } from './unlogged-attempts.ts';

const PROBE_PAGE_ROWS = 200;
/** Of the backlog, the oldest that no other event masks; probes take them in turn. */
const PROBE_CANDIDATES = 20;
/** With fewer, events that failed before take their turn too. */
const ENOUGH_CANDIDATES = 5;
/** For finding them: where few events of a long backlog match, the ones that are found by then have to do. */
const SEARCH_MS = 10_000;
const SEARCH_SECONDS = 5;
/** Of a workflow that does not count its probes yet. */
const MANY_PROBES = 10;

interface ProbeEvent {
  event: TailEvent;
  attempt: number;
  /** From the backlog: what is settled here is not sent again. Otherwise it is parked, or a retry owns it. */
  isWaiting: boolean;
  /** A workflow of its own will find it delivered, and tell so. */
  hasRetry: boolean;
}

type SentProbe = ProbeEvent & AttemptResult;

/**
 * Sends one real event to a suspended destination, another one each time: an event that this endpoint never takes must
 * not keep it suspended. A success is that event's delivery and lets traffic in again, paced; a failure is charged to
 * nothing. An event that can never be sent is set aside, as live delivery would.
 */
export async function probeDestination(deps: ActivityDeps, input: ProbeInput): Promise<ProbeResult> {
  const webhook = await getWebhookRuntime(deps.db, deps.box, input.destinationId);
  if (webhook === undefined || webhook.status === 'paused') {
    return { outcome: 'inactive', evidence: { reason: 'the destination is paused by its owner or deleted' } };
  }
  const config = laneConfig(webhook);
  if (!isSuspended(config.health)) {
    return { outcome: 'recovered', evidence: { reason: `the destination is ${config.health} already` } };
  }
  await logUnlogged(deps);
  const traffic = new Traffic();
  const probe = await sendFirst(deps, config, inTurn(await candidates(deps, config), input.probe ?? 1), traffic);
  const result =
    probe === undefined
      ? await recover(deps, config, { reason: 'nothing is waiting; the next event decides' })
      : await conclude(deps, config, { probes: input.probe ?? MANY_PROBES, probe, traffic });
  const report = traffic.take();
  return { ...result, ...(report && { traffic: report }) };
}

/** All of them; the n-th probe begins with the n-th. */
function inTurn(events: readonly ProbeEvent[], probe: number): ProbeEvent[] {
  const first = events.length === 0 ? 0 : (probe - 1) % events.length;
  return [...events.slice(first), ...events.slice(0, first)];
}

/** Sends the first that can be sent; undefined when none can. */
async function sendFirst(
  deps: ActivityDeps,
  config: LaneConfig,
  probes: readonly ProbeEvent[],
  traffic: Traffic,
): Promise<SentProbe | undefined> {
  const clocks = { clock: systemClock, eventClock: deps.eventClock };
  for (const probe of probes) {
    const { event, attempt, isWaiting } = probe;
    const prepared = prepareAttempt({ config, event, attempt, via: 'probe' }, Date.now());
    const { refusal } = prepared;
    if (refusal === undefined) {
      const outcome = await deps.send(prepared.request, Context.current().cancellationSignal);
      return { ...probe, ...concludeAttempt(prepared, outcome, momentOf(clocks)) };
    }
    if (isWaiting && refusal.class === 'rejected') {
      const { record } = concludeAttempt(prepared, undefined, momentOf(clocks));
      await settle(deps, { record: { ...record, outcome: 'discarded' }, hasRetry: probe.hasRetry, traffic });
    }
  }
  return undefined;
}

async function conclude(
  deps: ActivityDeps,
  config: LaneConfig,
  { probes, probe, traffic }: { probes: number; probe: SentProbe; traffic: Traffic },
): Promise<ProbeResult> {
  const { destinationId, health } = config;
  const { classification, record } = probe;
  await settle(deps, { record: { ...record, outcome: outcomeOf(probe) }, hasRetry: probe.hasRetry, traffic });
  const evidence = { probe: probe.event.uuid, status: record.statusCode, error: classification.errorCode ?? null };
  if (classification.class === 'delivered') {
    return recover(deps, config, evidence);
  }
  const { retryAfterMs: askedMs } = classification;
  if (classification.class === 'gone') {
    const reason = 'the endpoint answered 410 Gone to a probe';
    await healthChanges(deps).transition(destinationId, 'gone', { ...evidence, reason });
  } else {
    await noteNextProbe(deps.db, destinationId, nextProbeMs({ health, probes, askedMs }) ?? 0);
  }
  return { outcome: 'still_failing', evidence, ...(askedMs === undefined ? {} : { retryAfterMs: askedMs }) };
}

/** Puts it on record, and counts what nobody else tells the history. */
async function settle(
  deps: ActivityDeps,
  { record, hasRetry, traffic }: { record: AttemptRecord; hasRetry: boolean; traffic: Traffic },
): Promise<void> {
  await logAttempt(deps, record);
  if (record.outcome !== 'delivered' || !hasRetry) {
    traffic.count(record);
  }
}

function outcomeOf({ classification, isWaiting }: SentProbe): AttemptOutcome {
  if (classification.class === 'delivered') {
    return 'delivered';
  }
  return classification.class === 'rejected' && isWaiting ? 'discarded' : 'failed_attempt';
}

async function recover(
  deps: ActivityDeps,
  { destinationId }: LaneConfig,
  evidence: Record<string, unknown>,
): Promise<ProbeResult> {
  await setHealth(deps.db, {
    destinationId,
    from: PROBED_HEALTHS,
    to: 'recovering',
    evidence,
  });
  return { outcome: 'recovered', evidence };
}

async function candidates(deps: ActivityDeps, config: LaneConfig): Promise<ProbeEvent[]> {
  const backlog = await oldestWaiting(deps, config);
  const waiting = backlog.map((event) => ({ event, attempt: 1, isWaiting: true, hasRetry: false }));
  if (waiting.length >= ENOUGH_CANDIDATES) {
    return waiting;
  }
  const known = new Set(waiting.map(({ event }) => event.uuid));
  const failed = await failedBefore(deps, config);
  return [...waiting, ...failed.filter(({ event }) => !known.has(event.uuid))];
}

async function failedBefore(deps: ActivityDeps, config: LaneConfig): Promise<ProbeEvent[]> {
  const failed = await failedEvents(deps.clickhouse, config.destinationId, ENOUGH_CANDIDATES);
  const keys = failed.map((row) => ({ uuid: row.eventUuid, insertedAtMicros: row.eventInsertedAtMicros }));
  const events = keys.length === 0 ? [] : await readDeliverables(deps, config.teamId, keys);
  const nowMs = await deps.eventClock.recentMs();
  const wanted = events.filter((event) => expiresAtMs(config, event) > nowMs);
  const { destinationId } = config;
  const eventUuids = wanted.map(({ uuid }) => uuid);
  const retried = await retriedEvents(deps.clickhouse, { destinationId, eventUuids });
  const byUuid = new Map(wanted.map((event) => [event.uuid, event]));
  return failed.flatMap(({ eventUuid, attempt }) => {
    const event = byUuid.get(eventUuid);
    const hasRetry = retried.has(eventUuid);
    return event === undefined ? [] : [{ event, attempt: attempt + 1, isWaiting: false, hasRetry }];
  });
}

async function oldestWaiting(deps: ActivityDeps, config: LaneConfig): Promise<TailEvent[]> {
  const position = (await readCursors(deps.db, [config.destinationId])).get(config.destinationId);
  if (position === undefined) {
    return [];
  }
  const { destinationId } = config;
  const all = await settledEvents(deps.clickhouse, [{ destinationId, fromMicros: position.positionMicros }]);
  const settled = all.get(destinationId);
  // What is older is not sent any more: live delivery sets it aside once the endpoint is back.
  const nowMs = await deps.eventClock.recentMs();
  const oldestMicros = config.ttlMs === undefined ? 0 : Math.floor((nowMs - config.ttlMs) * MICROS_PER_MS);
  const isOld = oldestMicros > position.positionMicros;
  const events = await matching(deps, config, isOld ? { positionMicros: oldestMicros, afterUuid: null } : position);
  const unsettled = events.filter((event) => settled?.has(event.uuid) !== true).slice(0, PROBE_CANDIDATES);
  return withoutMasked(deps, config, unsettled, 'probe');
}

/** A page of the oldest from the position on; fewer also when finding more takes too long. */
async function matching(
  { clickhouse }: ActivityDeps,
  { teamId, filter }: LaneConfig,
  position: CursorPosition,
): Promise<TailEvent[]> {
  const scans = new TailScans(clickhouse, { maxSeconds: SEARCH_SECONDS });
  const pageSize = new PageSize(PROBE_PAGE_ROWS);
  const endMs = performance.now() + SEARCH_MS;
  const events: TailEvent[] = [];
  let next: CursorPosition | undefined = position;
  while (next !== undefined && events.length < PROBE_PAGE_ROWS && performance.now() < endMs) {
    const { positionMicros: fromMicros, afterUuid } = next;
    const query = { teamId, filter, fromMicros, ...(afterUuid === null ? {} : { afterUuid }) };
    const page: ScannedPage = await pageSize.page((limit) => scans.read({ ...query, limit }));
    events.push(...page.events);
    next = page.next;
  }
  return events;
}

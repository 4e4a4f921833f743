import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { startExportRun } from '../../client/export-runs.ts';
import { reconcileExport } from '../../client/reconcile.ts';
import {
  deliveryShardWorkflowId,
  erasureWorkflowId,
  MAINTENANCE_SCHEDULES,
  notificationWorkflowId,
  retryDeliveryWorkflowId,
  webhookWorkflowId,
} from '../../core/ids.ts';
import { clickhouseTime } from '../../core/time.ts';
import type { ErasureResult, WebhookState } from '../../workflows/messages.ts';
import { triggeredRun } from '../../test/support/schedules.ts';
import { backfill } from './backfilled.ts';
import { continued } from './continued.ts';
import { found, type History, type Recorded, type RecordedWebhook, type Stage } from './stage.ts';

const MINUTE_MS = 60_000;
const ROWS = 500;
const OUTAGE = { status: 500 };

type Scenario = (stage: Stage) => Promise<Recorded[]>;

/** The shard is last: its slice ends with its worker. */
export const SCENARIOS: readonly Scenario[] = [
  exported,
  scheduledExport,
  refusedExport,
  notified,
  backfilled,
  continued,
  retried,
  probed,
  deleted,
  reconciled,
  replayed,
  maintained,
  erased,
  slice,
];

/** An interval of an hour ago, so that nothing has to be waited for. */
function pastInterval(): { intervalStart: Date; intervalEnd: Date } {
  const end = Math.floor(Date.now() / MINUTE_MS - 60) * MINUTE_MS;
  return { intervalStart: new Date(end - MINUTE_MS), intervalEnd: new Date(end) };
}

async function storeRows({ clickhouse, teamId }: Stage, start: Date): Promise<void> {
  const inserted_at = clickhouseTime(start.getTime() * 1_000);
  const rows = Array.from({ length: ROWS }, () => ({
    ...{ team_id: teamId, inserted_at, timestamp: inserted_at, uuid: randomUUID() },
    ...{ event: 'exported', distinct_id: 'd', properties: '{}', person_id: randomUUID() },
  }));
  await clickhouse.insert('event_log', Object.keys(rows[0] ?? {}), rows);
}

async function newExport(stage: Stage, kind: string, config: Record<string, unknown>): Promise<ExportPlace> {
  const destination = await stage.api<{ id: string }>('POST', '/destinations', { kind, name: kind, config });
  const body = { name: `to ${kind}`, destination_id: destination.id, interval: '1m', paused: true };
  const created = await stage.api<{ id: string }>('POST', '/exports', body);
  return { kind, destinationId: destination.id, exportId: created.id };
}

interface ExportPlace {
  kind: string;
  destinationId: string;
  exportId: string;
}

/** Runs the interval to its end, with the input that the API gives. */
async function run(stage: Stage, place: ExportPlace): Promise<{ history: History; status: string }> {
  const { workflowId } = await startExportRun(stage.temporal, {
    ...{ exportId: place.exportId, teamId: stage.teamId, destinationId: place.destinationId },
    ...{ name: `to ${place.kind}`, destinationKind: place.kind, interval: '1m', force: false },
    ...pastInterval(),
  });
  const handle = stage.temporal.client.workflow.getHandle(workflowId);
  const { status } = (await handle.result()) as { status: string };
  return { history: await handle.fetchHistory(), status };
}

function recordedRun({ history, status }: { history: History; status: string }, expected: string): Recorded {
  if (status !== expected) {
    throw new Error(`the run is ${status}, expected ${expected}`);
  }
  return { workflow: 'batchExport', scenario: status, history };
}

async function exported(stage: Stage): Promise<Recorded[]> {
  await storeRows(stage, pastInterval().intervalStart);
  const place = await newExport(stage, 'file', { directory: join(stage.directory, 'exports') });
  const completed = recordedRun(await run(stage, place), 'completed');
  return [completed, recordedRun(await run(stage, place), 'skipped')];
}

/** What the export's own Schedule starts, at the end of the next minute. */
async function scheduledExport(stage: Stage): Promise<Recorded[]> {
  const { exportId } = await newExport(stage, 'file', { directory: join(stage.directory, 'scheduled') });
  await stage.api('POST', `/exports/${exportId}/resume`);
  const run = await found('scheduled run', () => completedRun(stage, exportId), { timeoutMs: 5 * MINUTE_MS });
  await stage.api('DELETE', `/exports/${exportId}`);
  return [{ workflow: 'batchExport', scenario: 'scheduled', history: await stage.history(run.workflow_id) }];
}

async function completedRun({ api }: Stage, exportId: string): Promise<{ workflow_id: string } | undefined> {
  const { items } = await api<{ items: { status: string; workflow_id: string }[] }>('GET', `/exports/${exportId}/runs`);
  return items.find(({ status }) => status === 'completed');
}

/** A customer's mistake: the bucket does not exist. */
async function refusedExport(stage: Stage): Promise<Recorded[]> {
  const { endpoint, accessKeyId, secretAccessKey, region } = stage.system.stack.s3 ?? {};
  const place = await newExport(stage, 's3', {
    ...{ endpoint, region, access_key_id: accessKeyId, secret_access_key: secretAccessKey },
    ...{ bucket: 'missing', force_path_style: true },
  });
  return [recordedRun(await run(stage, place), 'failed')];
}

/** One channel takes the notice of a run that has failed, another refuses it. */
async function notified(stage: Stage): Promise<Recorded[]> {
  const webhook = await stage.webhook('notified');
  const workflows: Record<string, string> = {};
  for (const [name, url] of Object.entries({ sent: webhook.receiver.url, failed: `${stage.system.apiUrl}/nowhere` })) {
    const channel = { kind: 'webhook', name, config: { url }, events: ['export.failed'] };
    const { id, secret } = await stage.api<{ id: string; secret: string }>('POST', '/notification-channels', channel);
    stage.secrets.push(secret);
    workflows[id] = name;
  }
  await refusedExport(stage);
  const { items } = await stage.api<{ items: { id: string }[] }>('GET', '/notifications?limit=1');
  const recorded: Recorded[] = [];
  for (const [channelId, scenario] of Object.entries(workflows)) {
    const workflowId = notificationWorkflowId(items[0]?.id ?? '', channelId);
    const handle = stage.temporal.client.workflow.getHandle(workflowId);
    await handle.result();
    recorded.push({ workflow: 'notification', scenario, history: await handle.fetchHistory() });
  }
  return recorded;
}

async function backfilled(stage: Stage): Promise<Recorded[]> {
  const { intervalStart: start, intervalEnd } = pastInterval();
  const { exportId } = await newExport(stage, 'file', { directory: join(stage.directory, 'backfilled') });
  for (const minute of [0, 1, 2]) {
    await storeRows(stage, new Date(start.getTime() + minute * MINUTE_MS));
  }
  return backfill(stage, exportId, { start, end: new Date(intervalEnd.getTime() + 2 * MINUTE_MS) });
}

async function retried(stage: Stage): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  for (const scenario of ['delivered', 'discarded']) {
    const webhook = await stage.webhook(scenario, { retry_schedule_ms: [1_000, 2_000, 3_000] });
    webhook.react = OUTAGE;
    await stage.capture(scenario);
    const handle = stage.temporal.client.workflow.getHandle(await retryWorkflowId(webhook));
    await found('third attempt', async () => webhook.receiver.requests.find(({ attempt }) => attempt === 3));
    webhook.react = scenario === 'delivered' ? { status: 200 } : OUTAGE;
    const { outcome } = (await handle.result()) as { outcome: string };
    if (outcome !== scenario) {
      throw new Error(`the delivery is ${outcome}, expected ${scenario}`);
    }
    recorded.push({ workflow: 'retryDelivery', scenario, history: await handle.fetchHistory() });
  }
  return recorded;
}

async function retryWorkflowId({ id, receiver }: RecordedWebhook): Promise<string> {
  const request = await found('second attempt', async () => receiver.requests.find(({ attempt }) => attempt === 2));
  const { data } = JSON.parse(request.body) as { data: { uuid: string } };
  return retryDeliveryWorkflowId(id, data.uuid);
}

/** An outage of a minute pauses the destination; the second probe finds it recovered; then its owner deletes it. */
async function probed(stage: Stage): Promise<Recorded[]> {
  const webhook = await stage.webhook('probed', { retry_schedule_ms: [MINUTE_MS] });
  const path = `/webhooks/${webhook.id}`;
  const handle = stage.temporal.client.workflow.getHandle(webhookWorkflowId(webhook.id));
  await stage.capture('probed');
  await found('delivery', async () => webhook.receiver.requests.at(0));
  webhook.react = OUTAGE;
  const outage = { timeoutMs: 5 * MINUTE_MS, intervalMs: 2_000 };
  await found('pause', () => withTraffic(stage, () => healthIs(stage, path, 'paused_auto')), outage);
  await found('failed probe', async () => (await handle.query<WebhookState>('state')).probes || undefined, outage);
  webhook.react = { status: 200 };
  await found('recovery', () => withTraffic(stage, () => healthIs(stage, path, 'healthy')), outage);
  await stage.api('POST', `${path}/pause`);
  await stage.api('POST', `${path}/resume`);
  await stage.api('DELETE', path);
  await handle.result();
  return [{ workflow: 'webhook', scenario: 'probed', history: await handle.fetchHistory() }];
}

/** A webhook with a waiting retry, which its deletion drops. */
async function deleted(stage: Stage): Promise<Recorded[]> {
  const webhook = await stage.webhook('deleted', { retry_schedule_ms: [60 * MINUTE_MS] });
  webhook.react = OUTAGE;
  await stage.capture('deleted');
  const retry = stage.temporal.client.workflow.getHandle(await retryWorkflowId(webhook));
  const handle = stage.temporal.client.workflow.getHandle(webhookWorkflowId(webhook.id));
  await found('retry', () => retry.describe().catch(() => undefined));
  await stage.api('DELETE', `/webhooks/${webhook.id}`);
  await Promise.all([handle.result(), retry.result()]);
  return [
    { workflow: 'webhook', scenario: 'deleted', history: await handle.fetchHistory() },
    { workflow: 'retryDelivery', scenario: 'dropped', history: await retry.fetchHistory() },
  ];
}

/** Two replays of what was there before the webhook: one runs to its end, one is paused, resumed and cancelled. */
async function replayed(stage: Stage): Promise<Recorded[]> {
  const from = new Date(Date.now() - MINUTE_MS).toISOString();
  await stage.capture('replayed');
  const webhook = await stage.webhook('replayed');
  const begin = async (): Promise<{ id: string; workflow_id: string }> =>
    stage.api('POST', `/webhooks/${webhook.id}/replays`, { scope: 'matched', from });
  const completed = await begin();
  await stage.temporal.client.workflow.getHandle(completed.workflow_id).result();
  const cancelled = await begin();
  const handle = stage.temporal.client.workflow.getHandle(cancelled.workflow_id);
  await handle.signal('pause');
  await handle.signal('resume');
  await stage.api('POST', `/replays/${cancelled.id}/cancel`);
  await handle.result();
  return [
    { workflow: 'replay', scenario: 'completed', history: await stage.history(completed.workflow_id) },
    { workflow: 'replay', scenario: 'cancelled', history: await stage.history(cancelled.workflow_id) },
  ];
}

async function withTraffic<T>(stage: Stage, look: () => Promise<T>): Promise<T> {
  await stage.capture('probed');
  return look();
}

async function healthIs({ api }: Stage, path: string, wanted: string): Promise<true | undefined> {
  const { health } = await api<{ health: string }>('GET', `${path}/state`);
  return health === wanted ? true : undefined;
}

/** Rows came late to one of two intervals, and are loaded. */
async function reconciled(stage: Stage): Promise<Recorded[]> {
  const { intervalStart, intervalEnd } = pastInterval();
  await storeRows(stage, intervalStart);
  const place = await newExport(stage, 'file', { directory: join(stage.directory, 'reconciled') });
  recordedRun(await run(stage, place), 'completed');
  await storeRows(stage, intervalStart);
  const { exportId, destinationId, kind: destinationKind } = place;
  const { workflowId } = await reconcileExport(stage.temporal, {
    ...{ exportId, teamId: stage.teamId, name: `to ${destinationKind}`, destinationId, destinationKind },
    ...{ interval: '1m', from: intervalStart, to: intervalEnd, dryRun: false },
  });
  const handle = stage.temporal.client.workflow.getHandle(workflowId);
  const { repaired } = (await handle.result()) as { repaired: number };
  if (repaired !== 1) {
    throw new Error(`${String(repaired)} intervals are repaired, expected one`);
  }
  return [{ workflow: 'reconcileExport', scenario: 'repaired', history: await handle.fetchHistory() }];
}

/** What each Schedule starts when there is nothing to repair. */
async function maintained(stage: Stage): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  for (const [workflow, scheduleId] of Object.entries(MAINTENANCE_SCHEDULES)) {
    const handle = await triggeredRun(stage.temporal, scheduleId);
    await handle.result();
    recorded.push({ workflow, scenario: 'clean', history: await handle.fetchHistory() });
  }
  return recorded;
}

/** A person with one event; the recorder sees to it that no history names it. */
async function erased(stage: Stage): Promise<Recorded[]> {
  const distinctId = `person-${randomUUID()}`;
  stage.secrets.push(distinctId);
  const inserted_at = clickhouseTime((Date.now() - MINUTE_MS) * 1_000);
  const row = { team_id: stage.teamId, inserted_at, timestamp: inserted_at, uuid: randomUUID(), event: 'erased' };
  const events = [{ ...row, distinct_id: distinctId, properties: '{}', person_id: randomUUID() }];
  await stage.clickhouse.insert('event_log', Object.keys(events[0] ?? {}), events);
  const { id } = await stage.api<{ id: string }>('POST', '/erasures', { distinct_ids: [distinctId] });
  const handle = stage.temporal.client.workflow.getHandle(erasureWorkflowId(id));
  const { erased: counted } = (await handle.result()) as ErasureResult;
  if (counted.event_log !== 1) {
    throw new Error(`erased ${JSON.stringify(counted)}, expected one event`);
  }
  return [{ workflow: 'erasePerson', scenario: 'completed', history: await handle.fetchHistory() }];
}

async function slice(stage: Stage): Promise<Recorded[]> {
  const workflowId = deliveryShardWorkflowId(0);
  await stage.system.worker.stop();
  await stage.system.startWorker('worker-2');
  const history = await found('second slice', async () => {
    const current = await stage.history(workflowId);
    return scheduledSlices(current) > 1 ? current : undefined;
  });
  return [{ workflow: 'deliverShard', scenario: 'slice-ended', history }];
}

function scheduledSlices({ events }: History): number {
  return events?.filter((event) => event.activityTaskScheduledEventAttributes).length ?? 0;
}

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { AuditResult } from '../../activities/types.ts';
import { appendAttempts } from '../../clickhouse/attempt-log.ts';
import { listLogEntries } from '../../clickhouse/log-entries.ts';
import { nowMicros } from '../../clickhouse/tail.ts';
import { startRetryDelivery } from '../../client/deliveries.ts';
import { executionState } from '../../client/executions.ts';
import { MAINTENANCE_SCHEDULES, retryDeliveryWorkflowId, TASK_QUEUES } from '../../core/ids.ts';
import { insertAt } from '../clickhouse/events.ts';
import { eventually } from '../support/eventually.ts';
import { byHand } from '../support/schedules.ts';
import { startTestSystem, TEST_VISIBILITY_BOUND_MS, type TestSystem } from '../support/test-system.ts';
import { inPostgres } from './support/past-exports.ts';
import { insertedAt } from './support/webhook-source.ts';
import { untilAccepted, WebhookTeam, type Hook } from './support/webhook-team.ts';

jest.setTimeout(240_000);

/** An audit takes what has settled: twice the bound. */
const AUDITED_WITHIN_MS = 60_000;

let system: TestSystem;
let team: WebhookTeam;
/** In the same shard. Its events are wanted by nobody: they move the cursors of the others, which follow the log. */
let ticking: WebhookTeam;
let audit: () => Promise<AuditResult>;

beforeAll(async () => {
  system = await startTestSystem({ env: { SLUICE_DELIVERY_SHARDS: '1' } });
  audit = await byHand(system.temporal, MAINTENANCE_SCHEDULES.auditDeliveries);
  team = await WebhookTeam.create(system);
  ticking = await WebhookTeam.create(system);
  await ticking.hook({ events: ['never'] });
});
afterAll(async () => {
  await Promise.all([team.close(), ticking.close()]);
  await system.stop();
});

/** Audits until so many events were compared in all; answers the sums. */
async function auditUntilCompared(events: number): Promise<Pick<AuditResult, 'compared' | 'missed' | 'retried'>> {
  const total = { compared: 0, missed: 0, retried: 0 };
  await eventually(
    async () => {
      await ticking.capture([{ event: 'tick' }]);
      const { compared, missed, retried } = await audit();
      total.compared += compared;
      total.missed += missed;
      total.retried += retried;
      expect(total.compared).toBeGreaterThanOrEqual(events);
    },
    { timeoutMs: AUDITED_WITHIN_MS, intervalMs: 1_000 },
  );
  return total;
}

async function forgetDelivery(hook: Hook, uuid: string): Promise<void> {
  // Logged a moment after it was received.
  await eventually(async () => {
    expect(await team.attempts(hook, `&event_uuid=${uuid}`)).toMatchObject([{ outcome: 'delivered' }]);
  });
  await system.clickhouse.command({
    sql: `ALTER TABLE delivery_attempts DELETE
      WHERE destination_id = {hook:UUID} AND event_uuid = {uuid:UUID} AND outcome = 'delivered'`,
    params: { hook: hook.id, uuid },
    settings: { mutations_sync: '1' },
  });
}

/** As if Temporal had lost the retry that the log names. */
async function replaceByLostRetry(hook: Hook, uuid: string): Promise<void> {
  const [event] = await system.clickhouse.rows<{ micros: number }>({
    sql: 'SELECT toUnixTimestamp64Micro(min(inserted_at)) AS micros FROM event_log WHERE uuid = {uuid:UUID}',
    params: { uuid },
  });
  await forgetDelivery(hook, uuid);
  await appendAttempts(system.clickhouse, [
    {
      ...{ teamId: team.team.teamId, destinationId: hook.id, eventUuid: uuid, webhookId: `lost ${uuid}` },
      ...{ eventInsertedAtMicros: event?.micros ?? 0, attempt: 2, attemptedAt: new Date(), outcome: 'retry_scheduled' },
      ...{ statusCode: 500, errorCode: 'http_500', errorMessage: '', durationMs: 1, latencyMs: 1, responseBody: '' },
      ...{ nextAttemptAt: null, shard: 0, epoch: 1, via: 'live' },
    },
  ]);
}

const sentTo = (hook: Hook, uuid: string): number => {
  const ids = hook.idsOf([uuid]);
  return hook.receiver.requests.filter(({ webhookId }) => ids.has(webhookId)).length;
};

test('what nobody has delivered is found, delivered, and not found again', async () => {
  const { teamId } = team.team;
  const all = await team.hook({ retry_schedule_ms: [1_000, 1_000] });
  const chosen = await team.hook({ events: ['wanted'], retry_schedule_ms: [1_000, 1_000] });
  const changed = await team.hook({ events: ['wanted'] });
  const masked = await team.hook({ events: ['wanted'], mask: { every_seconds: 86_400, by: { path: ['order'] } } });
  const wanted = await team.capture(Array.from({ length: 20 }, () => ({ event: 'wanted', properties: '{"order":7}' })));
  const others = await team.capture(Array.from({ length: 10 }, () => ({ event: 'other' })));
  // Late duplicates, which nobody delivers by design.
  await team.capture(wanted.slice(0, 5).map((uuid) => ({ event: 'wanted', uuid })));
  await untilAccepted(all, [...wanted, ...others]);
  await untilAccepted(chosen, wanted);
  await untilAccepted(changed, wanted);
  const takenMicros = await insertedAt(system, wanted[0] ?? '');
  await team.team.api('PATCH', `/webhooks/${changed.id}`, { events: ['other'] });

  const [forgotten = '', lostRetry = ''] = others;
  await forgetDelivery(all, forgotten);
  await replaceByLostRetry(all, lostRetry);
  // Visible so much later than stamped that no shard looks there any more.
  const skipped = randomUUID();
  await eventually(
    async () => {
      await ticking.capture([{ event: 'tick' }]);
      const ageMs = ((await nowMicros(system.clickhouse)) - takenMicros) / 1_000;
      expect(ageMs).toBeGreaterThan(4 * TEST_VISIBILITY_BOUND_MS);
    },
    { timeoutMs: 60_000, intervalMs: 500 },
  );
  await insertAt(system.clickhouse, [
    {
      teamId,
      uuid: skipped,
      event: 'wanted',
      propertiesJson: '{"order":7}',
      insertedAtMicros: takenMicros + 1,
    },
  ]);

  // 36 stored rows for one webhook, 26 for each of two others; the filter of one was changed. What a mask holds back is not missed.
  expect(await auditUntilCompared(88)).toEqual({ compared: 88, missed: 4, retried: 4 });
  expect(masked.receiver.requests).toHaveLength(1);
  expect(await team.attempts(masked, `&event_uuid=${skipped}`)).toMatchObject([{ outcome: 'masked', via: 'live' }]);
  await untilAccepted(all, [skipped]);
  await untilAccepted(chosen, [skipped]);
  await eventually(() => {
    expect([forgotten, lostRetry].map((uuid) => sentTo(all, uuid))).toEqual([2, 2]);
  });
  expect(all.receiver.requests).toHaveLength(33);
  expect(chosen.receiver.requests).toHaveLength(21);
  expect(new Set((await team.attempts(changed)).map(({ outcome }) => outcome))).toEqual(new Set(['delivered']));
  const logged = await listLogEntries(system.clickhouse, { teamId, source: 'delivery', sourceId: chosen.id, limit: 9 });
  expect(logged).toMatchObject([{ level: 'warn', fields: { retried: [skipped], known: [], abandoned: [] } }]);
  expect((await team.attempts(chosen, `&event_uuid=${skipped}`)).map(({ outcome }) => outcome)).toEqual([
    'delivered',
    'retry_scheduled',
  ]);

  const later = await team.capture([{ event: 'wanted' }]);
  await untilAccepted(all, later);
  expect(await auditUntilCompared(3)).toEqual({ compared: 3, missed: 0, retried: 0 });
});

/** As Temporal has it of an event whose next try is an hour away. */
function retryOf(hook: Hook, eventUuid: string) {
  const ids = { destinationId: hook.id, teamId: team.team.teamId, eventUuid };
  return { ...ids, eventInsertedAtMicros: Date.now() * 1_000, attemptsMade: 2, scheduleMs: [3_600_000] };
}

async function endRetry(hook: Hook, uuid: string, how: 'terminated' | 'timed_out'): Promise<void> {
  const workflowId = retryDeliveryWorkflowId(hook.id, uuid);
  const { workflow } = system.temporal.client;
  await workflow.getHandle(workflowId).terminate('by an operator');
  if (how === 'timed_out') {
    const options = { workflowId, taskQueue: TASK_QUEUES.workflows, workflowRunTimeout: '1s' as const };
    const reuse = { workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const };
    await workflow.start('retryDelivery', { ...options, ...reuse, args: [retryOf(hook, uuid)] });
  }
  await eventually(async () => expect(await executionState(system.temporal, workflowId)).toBe(how));
}

test('retries that end in Temporal long after the audit of their events are started again, or given up and told', async () => {
  const { teamId } = team.team;
  const hook = await team.hook({ events: ['ended'], retry_schedule_ms: [1_000, 3_600_000] });
  hook.react(() => ({ status: 500 }));
  const [terminated = '', failed = ''] = await team.capture([{ event: 'ended' }, { event: 'ended' }]);
  await eventually(async () => {
    const third = (await team.attempts(hook)).filter(({ attempt }) => attempt === 3);
    expect(third.map(({ event_uuid: uuid }) => uuid).sort()).toEqual([terminated, failed].sort());
  });
  const audited = 'UPDATE delivery_audits SET audited_micros = $2 WHERE destination_id = $1';
  await inPostgres(system, audited, [hook.id, Date.now() * 1_000 + 3_600_000_000]);
  // Temporal has as many open retries as the log has waiting ones: the number tells nothing.
  for (let nth = 0; nth < 2; nth += 1) {
    await startRetryDelivery(system.temporal, retryOf(hook, randomUUID()));
  }
  await endRetry(hook, terminated, 'terminated');
  await endRetry(hook, failed, 'timed_out');
  hook.react(() => ({ status: 200 }));

  const total = { missed: 0, retried: 0 };
  await eventually(
    async () => {
      const { missed, retried } = await audit();
      total.missed += missed;
      total.retried += retried;
      expect(total).toEqual({ missed: 2, retried: 1 });
    },
    { timeoutMs: AUDITED_WITHIN_MS, intervalMs: 1_000 },
  );
  await untilAccepted(hook, [failed]);
  expect(hook.receiver.requests.at(-1)).toMatchObject({ attempt: 4 });
  expect(sentTo(hook, terminated)).toBe(3);
  expect((await team.attempts(hook, `&event_uuid=${terminated}`))[0]).toMatchObject({
    ...{ outcome: 'discarded', attempt: 3, error: { code: 'retry_terminated' } },
  });
  const logged = await listLogEntries(system.clickhouse, { teamId, source: 'delivery', sourceId: hook.id, limit: 9 });
  expect(logged.flatMap(({ fields }) => fields['abandoned'])).toEqual([terminated]);
  expect(await audit()).toMatchObject({ missed: 0, retried: 0 });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { startRetryDelivery } from '../../client/deliveries.ts';
import { retryDeliveryWorkflowId, webhookWorkflowId } from '../../core/ids.ts';
import type { ReceivedWebhook } from '../../dev/receiver.ts';
import { webhookStateQuery } from '../../workflows/messages.ts';
import { eventually } from '../support/eventually.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { untilAccepted, uuids, WebhookTeam, type Hook } from '../e2e/support/webhook-team.ts';

jest.setTimeout(180_000);

/** How long a broken destination may hang before it is cut off. */
const TIMEOUT_MS = 6_000;
/**
 * What the healthy destination may take beside a broken one: a poll, an insert and the answer, on a machine that does
 * other things too. Half of the events stay well below one time-out of a broken destination, each below two.
 */
const UNDISTURBED_P50_MS = TIMEOUT_MS / 2;
const UNDISTURBED_P99_MS = TIMEOUT_MS * 2;
const OPEN_RETRIES_CAP = 5;
/** More than a worker would have under way if it let them in as they come: others would wait for their time-outs. */
const OPEN_RETRIES = 120;
const AT_A_TIME = 4;
/** What comes earlier is beside the first requests, none of which has reached its time-out of 30 s yet. */
const BEFORE_TIME_OUT_MS = 25_000;

let system: TestSystem;
let team: WebhookTeam;
/** In the same shard as every broken destination, and sent the same events. */
let healthy: Hook;

beforeAll(async () => {
  system = await startTestSystem({
    env: {
      SLUICE_DELIVERY_SHARDS: '1',
      SLUICE_BREAKER_MIN_FAILING_MS: '2000',
      SLUICE_OPEN_RETRIES_CAP: String(OPEN_RETRIES_CAP),
    },
  });
});
afterAll(() => system.stop());
beforeEach(async () => {
  team = await WebhookTeam.create(system);
  healthy = await team.hook({ name: 'healthy' });
});
afterEach(() => team.close());

describe('an endpoint that', () => {
  test('hangs or cuts connections for a while gets everything in the end', async () => {
    const hanging = await team.hook({ timeout_ms: TIMEOUT_MS, retry_schedule_ms: [1_000, 1_000, 1_000] });
    const resetting = await team.hook({ retry_schedule_ms: [1_000, 1_000, 1_000] });
    const silent = await team.hook({ headers_timeout_ms: 1_000, retry_schedule_ms: [1_000, 1_000, 1_000] });
    hanging.react(once('hang'));
    resetting.react(once('reset'));
    silent.react(once('hang'));
    const events = await captureSlowly(30);
    await untilHealthyHasAll(events);
    for (const [hook, code] of [
      [hanging, 'total_timeout'],
      [resetting, 'connection_reset'],
      [silent, 'headers_timeout'],
    ] as const) {
      await untilAccepted(hook, events, 90_000);
      expect(hook.accepted()).toEqual(hook.idsOf(events));
      await eventually(async () => {
        const failed = (await team.attempts(hook)).filter(({ outcome }) => outcome !== 'delivered');
        expect(new Set(failed.map(({ error }) => error?.code))).toEqual(new Set([code]));
      });
    }
  });

  test('hangs does not hold up the others while it is paused or changed', async () => {
    const hook = await team.hook({ timeout_ms: 2 * TIMEOUT_MS });
    hook.react(() => 'hang');
    const early = await captureSlowly(3);
    await eventually(() => {
      expect(hook.receiver.requests).toHaveLength(early.length);
    });
    await team.team.api('PATCH', `/webhooks/${hook.id}`, { name: 'renamed' });
    const late = await captureSlowly(20);
    await untilHealthyHasAll([...early, ...late]);
    hook.react(() => ({ status: 200 }));
    await untilAccepted(hook, [...early, ...late]);
    expect(hook.receiver.deliveredIds()).toHaveLength(early.length + late.length);
  });

  test('refuses one event sees it retried by a workflow of its own, then discarded', async () => {
    const hook = await team.hook({ retry_schedule_ms: [1_000, 1_000] });
    const [poison = ''] = uuids(1);
    const [poisonId = ''] = hook.idsOf([poison]);
    hook.react(({ webhookId }) => ({ status: webhookId === poisonId ? 500 : 200 }));
    const events = await captureSlowly(20);
    await team.capture([{ uuid: poison }]);
    await untilHealthyHasAll([...events, poison]);
    await untilAccepted(hook, events);

    const workflow = system.temporal.client.workflow.getHandle(retryDeliveryWorkflowId(hook.id, poison));
    await eventually(async () => {
      expect((await workflow.describe()).status.name).toMatch(/RUNNING|COMPLETED/);
    });
    expect(await workflow.result()).toEqual({ outcome: 'discarded', attempts: 4 });
    const attempts = await team.attempts(hook, `&event_uuid=${poison}`);
    expect(attempts.reverse().map(({ attempt, outcome, via }) => [attempt, outcome, via])).toEqual([
      [1, 'failed_attempt', 'live'],
      [2, 'retry_scheduled', 'live'],
      [3, 'failed_attempt', 'retry'],
      [4, 'discarded', 'retry'],
    ]);
    expect(hook.receiver.requests.filter(({ webhookId }) => webhookId === poisonId)).toHaveLength(4);
    const query = `SluiceKind = 'delivery' AND SluiceDestinationId = '${hook.id}' AND SluiceOutcome = 'discarded'`;
    await eventually(async () => {
      expect((await system.temporal.client.workflow.count(query)).count).toBe(1);
    });
    expect(await team.state(hook)).toMatchObject({ open_retries: 0 });
  });

  test('fails every event is paused with evidence, keeps its backlog, and recovers by a probe', async () => {
    const hook = await team.hook({ retry_schedule_ms: Array.from({ length: 20 }, () => 1_000) });
    hook.react(() => ({ status: 500 }));
    const early = await captureSlowly(30);
    const paused = await team.untilHealth(hook, 'paused_auto');
    expect(paused.transitions.map(({ to }) => to)).toEqual(['paused_auto', 'degraded']);
    expect(paused.evidence).toMatchObject({ lastError: 'http_500', failureRate: 1 });
    expect(paused.evidence['consecutiveFailures']).toBeGreaterThanOrEqual(10);
    expect(paused.evidence['failingForMs']).toBeGreaterThanOrEqual(2_000);
    const failedBefore = hook.receiver.requests.length;
    const late = await captureSlowly(30);
    await untilHealthyHasAll([...early, ...late]);
    expect(hook.receiver.requests.length - failedBefore).toBeLessThan(5);

    hook.react(() => ({ status: 200 }));
    await untilAccepted(hook, [...early, ...late], 60_000);
    expect(hook.accepted()).toEqual(hook.idsOf([...early, ...late]));
    expect(hook.receiver.deliveredIds()).toHaveLength(early.length + late.length);
    await team.untilHealth(hook, 'healthy');
    const { transitions } = await team.state(hook);
    expect(transitions.map(({ to }) => to)).toEqual(['healthy', 'recovering', 'paused_auto', 'degraded']);
    expect(transitions[1]?.evidence).toMatchObject({ status: 200 });
    const workflow = system.temporal.client.workflow.getHandle(webhookWorkflowId(hook.id));
    await eventually(async () => {
      const state = await workflow.query(webhookStateQuery);
      expect(state.transitions.map(({ to }) => to)).toEqual(['degraded', 'paused_auto', 'recovering', 'healthy']);
    });
    hook.receiver.verifyAll(hook.secret);
  });

  test('answers 429 with Retry-After is left alone for so long, and nothing is charged', async () => {
    const hook = await team.hook({ max_concurrency: 4 });
    // Of the three seconds that it asks for; clocks may differ by a little.
    const WAIT_MS = 2_900;
    let refusedAtMs: number | undefined;
    hook.react(() => {
      refusedAtMs ??= Date.now();
      return Date.now() - refusedAtMs < WAIT_MS ? { status: 429, headers: { 'retry-after': '3' } } : { status: 200 };
    });
    const events = await captureSlowly(20);
    await untilHealthyHasAll(events);
    await untilAccepted(hook, events);
    const refused = hook.receiver.requests.filter(({ status }) => status === 429);
    // Those that were under way when it said so: what comes too early is refused, and would be one more.
    expect(refused.length).toBeLessThanOrEqual(4);
    await eventually(async () => {
      expect(await team.stats(hook)).toMatchObject({ delivered: events.length });
    });
    const attempts = await team.attempts(hook);
    expect(new Set(attempts.map(({ attempt }) => attempt))).toEqual(new Set([1]));
    expect(new Set(attempts.map(({ outcome }) => outcome))).toEqual(new Set(['failed_attempt', 'delivered']));
    expect(await team.state(hook)).toMatchObject({ health: 'healthy', open_retries: 0, transitions: [] });
  });

  test('answers 410 is gone: no more traffic, until its owner resumes it', async () => {
    const hook = await team.hook({ max_concurrency: 1 });
    hook.react(() => ({ status: 410 }));
    const [first = ''] = await team.capture([{}]);
    await team.untilHealth(hook, 'gone');
    const events = await captureSlowly(20);
    await untilHealthyHasAll([first, ...events]);
    expect(hook.receiver.requests).toHaveLength(1);
    hook.react(() => ({ status: 200 }));
    await team.team.api('POST', `/webhooks/${hook.id}/resume`);
    await untilAccepted(hook, [first, ...events]);
    await team.untilHealth(hook, 'healthy');
    expect(hook.receiver.deliveredIds()).toHaveLength(events.length + 1);
  });

  test('refuses the credentials is misconfigured, until they are changed', async () => {
    const hook = await team.hook({ headers: { authorization: 'Bearer old' } });
    hook.react(({ headers }) => ({ status: headers['authorization'] === 'Bearer new' ? 200 : 401 }));
    const events = await captureSlowly(30);
    const state = await team.untilHealth(hook, 'misconfigured');
    expect(state.evidence).toMatchObject({ lastError: 'http_401', failureRate: 1 });
    await untilHealthyHasAll(events);
    await team.team.api('PATCH', `/webhooks/${hook.id}`, { headers: { authorization: 'Bearer new' } });
    await untilAccepted(hook, events);
    await team.untilHealth(hook, 'healthy');
    expect(hook.accepted()).toEqual(hook.idsOf(events));
  });

  test('fails more events than may have a workflow has the others parked, and delivered when it heals', async () => {
    const hook = await team.hook({ retry_schedule_ms: Array.from({ length: 30 }, () => 1_000) });
    const bad = uuids(12);
    const badIds = hook.idsOf(bad);
    hook.react(({ webhookId }) => ({ status: badIds.has(webhookId) ? 500 : 200 }));
    const good = uuids(48);
    // One in five fails: too few for a pause.
    for (const [index, uuid] of bad.entries()) {
      await team.capture([{ uuid }, ...good.slice(4 * index, 4 * index + 4).map((other) => ({ uuid: other }))]);
    }
    await untilHealthyHasAll([...bad, ...good]);
    await eventually(
      async () => {
        const parked = new Set((await team.attempts(hook, '&outcome=parked')).map((attempt) => attempt.event_uuid));
        expect(parked.size).toBe(bad.length - OPEN_RETRIES_CAP);
      },
      { timeoutMs: 60_000 },
    );
    expect(await team.state(hook)).toMatchObject({ open_retries: OPEN_RETRIES_CAP });
    hook.react(() => ({ status: 200 }));
    await untilAccepted(hook, [...bad, ...good], 60_000);
    expect(hook.receiver.deliveredIds()).toHaveLength(bad.length + good.length);
    await eventually(async () => {
      expect(await team.state(hook)).toMatchObject({ open_retries: 0 });
      expect(await team.stats(hook)).toMatchObject({ delivered: bad.length + good.length, discarded: 0 });
    });
  });
});

describe('many open retries to an endpoint that hangs', () => {
  test('use no more of it than its concurrency, and hold up no retries of another', async () => {
    const hanging = await team.hook({ events: ['nothing'], timeout_ms: 30_000, max_concurrency: AT_A_TIME });
    hanging.react(() => 'hang');
    const failing = await team.hook({ events: ['wanted'], retry_schedule_ms: [1_000, 1_000, 1_000] });
    failing.react(({ attempt }) => ({ status: attempt < 4 ? 500 : 200 }));
    await team.capture(Array.from({ length: OPEN_RETRIES }, () => ({ event: 'stuck' })));
    await retryAll(hanging, 'stuck');
    await eventually(
      async () => {
        expect(await gaveWay()).toBeGreaterThanOrEqual(OPEN_RETRIES - AT_A_TIME);
      },
      { timeoutMs: 100_000, intervalMs: 200 },
    );
    const wanted = await team.capture([{ event: 'wanted' }, { event: 'wanted' }, { event: 'wanted' }]);
    await untilAccepted(failing, wanted, 45_000);
    expect(failing.receiver.requests.map(({ attempt }) => attempt).sort()).toEqual([
      1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4,
    ]);

    const times = hanging.receiver.requests.map(({ receivedAtMs }) => receivedAtMs);
    const first = times.filter((ms) => ms < Math.min(...times) + BEFORE_TIME_OUT_MS);
    expect(first).toHaveLength(AT_A_TIME);
    // What gave way was no attempt.
    expect(new Set(hanging.receiver.requests.map(({ attempt }) => attempt))).toEqual(new Set([3]));
    expect((await team.stats(hanging)).attempts).toBeLessThanOrEqual(hanging.receiver.requests.length);
  });
});

/** How often retries of the system's worker have found no place. */
async function gaveWay(): Promise<number> {
  const text = await (await fetch(system.system.metricsUrls['worker'] ?? '')).text();
  return Number(/^sluice_delivery_gave_way_total (\d+)/m.exec(text)?.[1]);
}

/** As if both attempts of the hot path had failed, for each of these events. */
async function retryAll(hook: Hook, event: string): Promise<void> {
  const { teamId } = team.team;
  const events = await system.clickhouse.rows<{ uuid: string; micros: number }>({
    sql: `SELECT toString(uuid) AS uuid, toUnixTimestamp64Micro(inserted_at) AS micros FROM event_log
      WHERE team_id = {teamId:UInt64} AND event = {event:String}`,
    params: { teamId, event },
  });
  expect(events).toHaveLength(OPEN_RETRIES);
  const due = { destinationId: hook.id, teamId, attemptsMade: 2, scheduleMs: [1_000, 1_000] };
  await Promise.all(
    events.map(({ uuid, micros }) =>
      startRetryDelivery(system.temporal, { ...due, eventUuid: uuid, eventInsertedAtMicros: micros }),
    ),
  );
}

/** Each delivery's first attempt meets the fault, the next ones 200. */
function once(
  fault: 'hang' | 'reset',
): (request: Omit<ReceivedWebhook, 'status'>) => 'hang' | 'reset' | { status: 200 } {
  const met = new Set<string>();
  return ({ webhookId }) => {
    if (met.has(webhookId)) {
      return { status: 200 };
    }
    met.add(webhookId);
    return fault;
  };
}

/** One at a time, so that the latency of each is that of a single event. */
async function captureSlowly(count: number): Promise<string[]> {
  const captured: string[] = [];
  for (let index = 0; index < count; index += 1) {
    captured.push(...(await team.capture([{}])));
  }
  return captured;
}

/** Everything, once, and in time. */
async function untilHealthyHasAll(events: readonly string[]): Promise<void> {
  await untilAccepted(healthy, events);
  expect(healthy.receiver.requests).toHaveLength(events.length);
  await eventually(async () => {
    const stats = await team.stats(healthy);
    expect(stats).toMatchObject({ delivered: events.length, attempts: events.length });
    expect(stats.p50_ms).toBeLessThan(UNDISTURBED_P50_MS);
    expect(stats.p99_ms).toBeLessThan(UNDISTURBED_P99_MS);
  });
}

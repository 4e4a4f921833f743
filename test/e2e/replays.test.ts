import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { Service } from '../../dev/service.ts';
import { eventually } from '../support/eventually.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { unloggedAttempts, untilAccepted, uuids, WebhookTeam, type Hook } from './support/webhook-team.ts';

jest.setTimeout(180_000);

interface Replay {
  id: string;
  status: string;
  planned: number;
  delivered: number;
  failed: number;
  skipped: number;
  percent: number;
  workflow_id: string;
}

let system: TestSystem;
let team: WebhookTeam;
let worker: Service;
let startedAt: string;

beforeAll(async () => {
  system = await startTestSystem();
  worker = system.system.worker;
});
afterAll(() => system.stop());
beforeEach(async () => {
  startedAt = new Date(Date.now() - 60_000).toISOString();
  team = await WebhookTeam.create(system);
});
afterEach(() => team.close());

function replay<Answer = Replay>(hook: Hook, body: Record<string, unknown>): Promise<Answer> {
  return team.team.api<Answer>('POST', `/webhooks/${hook.id}/replays`, body);
}

function look(id: string): Promise<Replay> {
  return team.team.api<Replay>('GET', `/replays/${id}`);
}

async function untilStatus(id: string, status: string, timeoutMs = 60_000): Promise<Replay> {
  return eventually(
    async () => {
      const found = await look(id);
      expect(found).toMatchObject({ status });
      return found;
    },
    { timeoutMs, intervalMs: 100 },
  );
}

async function answerAfter(ms: number): Promise<{ status: number }> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return { status: 200 };
}

test('what matched before the webhook existed is sent, and the workflow is its record', async () => {
  const wanted = await team.capture(Array.from({ length: 250 }, () => ({ event: 'wanted' })));
  await team.capture([{ event: 'unwanted' }]);
  const hook = await team.hook({ events: ['wanted'] });
  const body = { scope: 'matched', from: startedAt };
  expect(await replay(hook, { ...body, dry_run: true })).toMatchObject({ dry_run: true, planned: 250 });
  expect(hook.receiver.requests).toHaveLength(0);

  const { id, workflow_id } = await replay(hook, { ...body, idempotency_key: 'once' });
  expect(await replay(hook, { ...body, idempotency_key: 'once' })).toMatchObject({ id });
  await untilAccepted(hook, wanted);
  expect(await untilStatus(id, 'completed')).toMatchObject({ delivered: 250, failed: 0, skipped: 0, percent: 100 });
  expect(hook.receiver.requests).toHaveLength(250);
  hook.receiver.verifyAll(hook.secret);
  expect((await team.attempts(hook)).every(({ via, attempt }) => via === 'replay' && attempt === 1)).toBe(true);
  expect(await team.stats(hook)).toMatchObject({ delivered: 250, p99_ms: null });
  expect(await system.temporal.client.workflow.getHandle(workflow_id).result()).toMatchObject({
    status: 'completed',
    delivered: 250,
  });
});

test('only what was given up is sent again, then one event by its uuid, each with the id that it had', async () => {
  const hook = await team.hook({ retry_schedule_ms: [1_000] });
  const bad = new Set(hook.idsOf(uuids(0)));
  const events = uuids(12);
  const poisoned = events.slice(0, 3);
  hook.idsOf(poisoned).forEach((id) => bad.add(id));
  hook.react(({ webhookId }) => ({ status: bad.has(webhookId) ? 500 : 200 }));
  await team.capture(events.map((uuid) => ({ uuid })));
  await eventually(async () => expect(await team.stats(hook)).toMatchObject({ delivered: 9, discarded: 3 }), {
    timeoutMs: 90_000,
  });
  bad.clear();
  const before = hook.receiver.requests.length;
  const { id } = await replay(hook, { scope: 'failed', from: startedAt });
  expect(await untilStatus(id, 'completed')).toMatchObject({ planned: 3, delivered: 3, failed: 0 });
  const sent = hook.receiver.requests.slice(before);
  expect(new Set(sent.map(({ webhookId }) => webhookId))).toEqual(hook.idsOf(poisoned));
  expect(sent.map(({ attempt }) => attempt)).toEqual([4, 4, 4]);

  const [one = ''] = events.slice(-1);
  const [unknown = ''] = uuids(1);
  const named = await replay(hook, { scope: 'event', event_uuids: [one, unknown] });
  expect(await untilStatus(named.id, 'completed')).toMatchObject({ planned: 1, delivered: 1 });
  expect(hook.receiver.requests.at(-1)).toMatchObject({ webhookId: [...hook.idsOf([one])][0], attempt: 2 });
  expect(hook.receiver.requests).toHaveLength(before + 4);
  await expect(replay(hook, { scope: 'event', event_uuids: [unknown] })).rejects.toThrow('replay_event_unknown');
});

test('a large replay to a slow endpoint does not delay live events; it is paused, resumed and cancelled', async () => {
  await team.capture(Array.from({ length: 600 }, () => ({})));
  const hook = await team.hook({ max_concurrency: 4 });
  hook.react(() => answerAfter(200));
  const { id, workflow_id } = await replay(hook, { scope: 'matched', from: startedAt });
  await eventually(() => expect(hook.receiver.requests.length).toBeGreaterThan(4), { timeoutMs: 60_000 });
  const live = uuids(5);
  const capturedAtMs = Date.now();
  await team.capture(live.map((uuid) => ({ uuid })));
  await untilAccepted(hook, live);
  // Alone they take 0.4 s, behind what the replay has queued 15 s and behind all of it 60 s.
  expect(Date.now() - capturedAtMs).toBeLessThan(10_000);
  expect(await look(id)).toMatchObject({ status: 'running' });

  await team.team.api('POST', `/replays/${id}/pause`);
  const atRest = await untilQuiet(hook);
  await system.temporal.client.workflow.getHandle(workflow_id).signal('resume');
  await eventually(() => expect(hook.receiver.requests.length).toBeGreaterThan(atRest + 4));
  await team.team.api('POST', `/replays/${id}/cancel`);
  expect(await untilQuiet(hook)).toBeLessThan(600);
  expect(await system.temporal.client.workflow.getHandle(workflow_id).result()).toMatchObject({ status: 'cancelled' });
  const ids = hook.receiver.requests.map(({ webhookId }) => webhookId);
  expect(new Set(ids).size).toBe(ids.length);
});

/** Returns the requests so far once none has come for a second, five times what one takes. */
async function untilQuiet({ receiver }: Hook): Promise<number> {
  await eventually(() => expect(Date.now() - (receiver.requests.at(-1)?.receivedAtMs ?? 0)).toBeGreaterThan(1_000), {
    timeoutMs: 20_000,
  });
  return receiver.requests.length;
}

test('after kill -9 of its worker a replay loses nothing and repeats what was not logged', async () => {
  const concurrency = 8;
  const events = uuids(1_000);
  await team.capture(events.map((uuid) => ({ uuid })));
  const hook = await team.hook({ max_concurrency: concurrency });
  hook.react(() => answerAfter(10));
  const { id } = await replay(hook, { scope: 'matched', from: startedAt });
  await eventually(() => expect(hook.receiver.requests.length).toBeGreaterThan(200), {
    timeoutMs: 60_000,
    intervalMs: 10,
  });
  process.kill(worker.pid ?? 0, 'SIGKILL');
  const unlogged = await unloggedAttempts(team, hook);
  worker = await system.system.startWorker('second worker');
  expect(await untilStatus(id, 'completed', 120_000)).toMatchObject({ delivered: 1_000, failed: 0, skipped: 0 });
  expect(hook.accepted()).toEqual(hook.idsOf(events));
  expect(hook.receiver.requests.length - events.length).toBeLessThanOrEqual(concurrency + unlogged);
});

test('a mask holds for a replay too, and an event that is named is sent whatever masks it', async () => {
  const mask = { every_seconds: 3_600, by: { path: ['order', 'id'] } };
  const hook = await team.hook({ events: ['wanted'], mask });
  const orders = [1, 1, 2, 2, 3].map((id) => ({ event: 'wanted', properties: `{"order":{"id":${String(id)}}}` }));
  await team.capture(orders);
  const attempts = await eventually(async () => {
    const rows = await team.attempts(hook);
    expect(rows.map(({ outcome }) => outcome).toSorted()).toEqual([
      ...['delivered', 'delivered', 'delivered', 'masked', 'masked'],
    ]);
    return rows;
  });
  expect(hook.receiver.requests).toHaveLength(3);
  const masked = attempts.find(({ outcome }) => outcome === 'masked')?.event_uuid ?? '';
  const story = (): Promise<{ state: string; masked_by: string | null }> =>
    team.team.api('GET', `/webhooks/${hook.id}/events/${masked}`);
  const { state, masked_by: sent } = await story();
  expect(state).toBe('masked');
  expect(attempts.find(({ event_uuid: uuid }) => uuid === sent)).toMatchObject({ outcome: 'delivered' });

  const body = { scope: 'matched', from: startedAt };
  expect(await replay(hook, { ...body, dry_run: true })).toMatchObject({ planned: 5, masked: 2 });
  const { id } = await replay(hook, body);
  expect(await untilStatus(id, 'completed')).toMatchObject({ delivered: 3, failed: 0, skipped: 2 });
  expect(hook.receiver.requests).toHaveLength(6);

  const named = await replay(hook, { scope: 'event', event_uuids: [masked] });
  expect(await untilStatus(named.id, 'completed')).toMatchObject({ delivered: 1 });
  await untilAccepted(hook, [masked]);
  await eventually(async () => {
    expect(await story()).toMatchObject({ state: 'delivered', masked_by: null });
    expect(await team.stats(hook)).toMatchObject({ delivered: 4, attempts: 7 });
  });
});

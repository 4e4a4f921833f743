import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { Service } from '../../dev/service.ts';
import { eventually } from '../support/eventually.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { untilAccepted, WebhookTeam, type Hook } from './support/webhook-team.ts';

jest.setTimeout(180_000);

interface Message {
  id: string;
  state: string;
  attempts: number;
  delivery_attempts: { outcome: string; status_code: number | null; via: string }[];
}

let system: TestSystem;
let team: WebhookTeam;
let worker: Service;

beforeAll(async () => {
  system = await startTestSystem();
  worker = system.system.worker;
});
afterAll(() => system.stop());
beforeEach(async () => {
  team = await WebhookTeam.create(system);
});
afterEach(() => team.close());

function send(hook: Hook, payload: unknown, more: Record<string, unknown> = {}): Promise<Message> {
  const body = { event_type: 'invoice.paid', payload, ...more };
  return team.team.api('POST', `/webhooks/${hook.id}/messages`, body);
}

async function newWorkerAfterKill(): Promise<void> {
  process.kill(worker.pid ?? 0, 'SIGKILL');
  worker = await system.system.startWorker('second worker');
}

/** A pause acts within a second; captures events for another webhook meanwhile, and waits until that has got them. */
async function untilPauseActs(other: Hook): Promise<string[]> {
  const [pausedAtMs, events] = [Date.now(), [] as string[]];
  while (Date.now() < pausedAtMs + 2_000) {
    events.push(...(await team.capture([{}])));
  }
  await untilAccepted(other, events);
  return events;
}

function untilState(hook: Hook, id: string, state: string): Promise<Message> {
  return eventually(
    async () => {
      const message = await team.team.api<Message>('GET', `/webhooks/${hook.id}/messages/${id}`);
      expect(message.state).toBe(state);
      return message;
    },
    { timeoutMs: 60_000, intervalMs: 100 },
  );
}

test('messages are delivered like events: signed, to one webhook, held while it is paused, each once over a kill', async () => {
  const [hook, other] = [await team.hook({ source: 'messages' }), await team.hook()];
  const payload = { amount: 12, big: 'ä\u0000', lines: [null] };
  const first = await send(hook, payload);
  await untilAccepted(hook, [first.id]);
  hook.receiver.verifyAll(hook.secret);
  const [request] = hook.receiver.requests;
  expect(JSON.parse(request!.body)).toEqual({ type: 'invoice.paid', timestamp: expect.any(String), data: payload });
  await untilState(hook, first.id, 'delivered');
  // Its attempts are read before its state.
  expect(await untilState(hook, first.id, 'delivered')).toMatchObject({
    attempts: 1,
    delivery_attempts: [{ outcome: 'delivered', status_code: 200, via: 'live' }],
  });

  await team.team.api('POST', `/webhooks/${hook.id}/pause`);
  const events = await untilPauseActs(other);
  const waiting = await Promise.all(Array.from({ length: 30 }, (_, index) => send(hook, index)));
  await untilState(hook, waiting[0]!.id, 'held');
  expect(hook.receiver.requests).toHaveLength(1);
  await newWorkerAfterKill();
  await team.team.api('POST', `/webhooks/${hook.id}/resume`);
  await untilAccepted(
    hook,
    waiting.map(({ id }) => id),
    60_000,
  );
  for (const { id } of waiting) {
    await untilState(hook, id, 'delivered');
  }
  expect(hook.receiver.requests).toHaveLength(31);
  expect(other.accepted()).toEqual(other.idsOf(events));
});

test('what fails is retried by its own workflow, explained, given up, and sent again by a replay', async () => {
  const hook = await team.hook({ source: 'messages', retry_schedule_ms: [1_000] });
  hook.react(({ attempt }) => ({ status: attempt < 3 ? 500 : 200 }));
  const late = await send(hook, 1);
  // Its state is read after its attempts: an answer in between has the one without the other.
  await eventually(async () => {
    const { delivery_attempts: attempts } = await untilState(hook, late.id, 'delivered');
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['delivered', 'retry_scheduled', 'failed_attempt']);
  });
  const answered = { first_byte_ms: expect.any(Number), response_headers: { date: expect.any(String) } };
  expect(await team.team.api('GET', `/webhooks/${hook.id}/events/${late.id}`)).toMatchObject({
    ...{ state: 'delivered', matched: true, workflow_id: `delivery/${hook.id}/${late.id}` },
    attempts: [answered, answered, answered],
    event: { event: 'invoice.paid' },
  });

  const startedAt = new Date(Date.now() - 60_000).toISOString();
  let broken = true;
  hook.react(() => ({ status: broken ? 500 : 200 }));
  const [lost, named] = [await send(hook, 2), await send(hook, 3)];
  await untilState(hook, lost.id, 'given_up');
  await untilState(hook, named.id, 'given_up');
  broken = false;
  const again = await team.team.api('POST', `/webhooks/${hook.id}/retry`, { event_uuids: [named.id] });
  expect(again).toMatchObject({ replayed: [named.id], left: [] });
  await untilState(hook, named.id, 'delivered');
  await eventually(
    async () => {
      // A range is replayed as far as live delivery is done with it.
      await team.team.api('POST', `/webhooks/${hook.id}/replays`, { scope: 'failed', from: startedAt });
    },
    { timeoutMs: 60_000, intervalMs: 500 },
  );
  await untilState(hook, lost.id, 'delivered');
});

test('a hook whose address is gone is unsubscribed, and webhooks for operations hear of it', async () => {
  const operations = await team.hook({ source: 'operations' });
  const zap = await team.hook({ source: 'messages' });
  zap.react(({ headers }) => ({ status: 200, headers: { 'x-hook-secret': headers['x-hook-secret'] ?? '' } }));
  const subscription = { target_url: zap.receiver.url, event: 'order placed', handshake: true };
  const { id, secret } = await team.team.api<{ id: string; secret: string }>('POST', '/hooks/subscribe', subscription);
  expect(zap.receiver.requests).toHaveLength(1);
  zap.receiver.requests.splice(0);

  const [uuid] = await team.capture([{ event: 'order placed', properties: '{"amount":12}' }]);
  await eventually(() => expect(zap.receiver.requests).toHaveLength(1), { timeoutMs: 60_000 });
  zap.receiver.verifyAll(secret);
  const sent: unknown = JSON.parse(zap.receiver.requests[0]!.body);
  expect(sent).toMatchObject({ id: uuid, event: 'order placed', properties: { amount: 12 } });
  expect(await team.team.api('GET', '/hooks/sample?event=order%20placed')).toEqual([sent]);

  zap.react(() => ({ status: 410 }));
  await team.capture([{ event: 'order placed' }]);
  await eventually(async () => expect(await team.team.api('GET', `/hooks/${id}`)).toMatchObject({ state: 'gone' }), {
    timeoutMs: 60_000,
    intervalMs: 100,
  });
  await eventually(() => expect(operations.receiver.requests).toHaveLength(1), { timeoutMs: 60_000 });
  operations.receiver.verifyAll(operations.secret);
  expect(JSON.parse(operations.receiver.requests[0]!.body)).toMatchObject({
    type: 'destination.gone',
    data: { webhook_id: id, to: 'gone' },
  });
  await team.capture([{ event: 'order placed' }]);
  await expect(team.team.api('GET', `/webhooks/${id}`)).rejects.toThrow('webhook_not_found');
});

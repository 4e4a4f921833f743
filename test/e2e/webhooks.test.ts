import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { webhookWorkflowId } from '../../core/ids.ts';
import { batchIdOf } from '../../delivery/identity.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { webhookStateQuery } from '../../workflows/messages.ts';
import { eventually } from '../support/eventually.ts';
import { startTestSystem, TEST_VISIBILITY_BOUND_MS, type TestSystem } from '../support/test-system.ts';
import { insertedAt, insertStampedAt, untilCheckpointAfter } from './support/webhook-source.ts';
import { untilAccepted, uuids, WebhookTeam, type Hook } from './support/webhook-team.ts';

jest.setTimeout(180_000);

/**
 * A pause or a deletion acts within this time: notification, and requests that are on their way. On a busy machine;
 * what no notification has told of acts after ten seconds.
 */
const ACTS_WITHIN_MS = 7_000;

let system: TestSystem;
let db: Database;
let team: WebhookTeam;

beforeAll(async () => {
  system = await startTestSystem({ env: { SLUICE_DELIVERY_REPORT_EVERY_MS: '1000' } });
  db = openDatabase(system.config.postgres);
});
afterAll(async () => {
  await db.close();
  await system.stop();
});
beforeEach(async () => {
  team = await WebhookTeam.create(system);
});
afterEach(() => team.close());

describe('delivery', () => {
  test('brings every matching event to each of several destinations, once and signed', async () => {
    const all = await team.hook();
    const orders = await team.hook({ events: ['order placed', 'order paid'] });
    const quiet = await team.hook({ exclude_events: ['page viewed'] });
    const names = ['page viewed', 'order placed', 'order paid', 'signed up'];
    const events = uuids(400).map((uuid, index) => ({ uuid, event: names[index % names.length] ?? '' }));
    await team.captureWithSdk(events);

    const named = (...wanted: string[]): string[] =>
      events.filter(({ event }) => wanted.includes(event)).map(({ uuid }) => uuid);
    for (const [hook, matched] of [
      [all, named(...names)],
      [orders, named('order placed', 'order paid')],
      [quiet, named('order placed', 'order paid', 'signed up')],
    ] as const) {
      await untilAccepted(hook, matched);
      expect(hook.accepted()).toEqual(hook.idsOf(matched));
      expect(hook.receiver.requests).toHaveLength(matched.length);
      hook.receiver.verifyAll(hook.secret);
      expect(() => hook.receiver.verifyAll(`whsec_${Buffer.alloc(24).toString('base64')}`)).toThrow('signature');
      await eventually(async () => {
        expect(await team.stats(hook)).toMatchObject({ delivered: matched.length, attempts: matched.length });
      });
    }
  });

  test('carries properties as they were captured: integers beyond 2^53, repeated keys, escapes', async () => {
    const hook = await team.hook();
    const properties = String.raw`{"big":9007199254740993,"least":-9223372036854775808,"exact":1.10,"text":"Zoë \"☃\"\n\u0000"}`;
    const [uuid] = await team.capture([{ event: 'order placed', properties }]);
    await untilAccepted(hook, [String(uuid)]);
    const [request] = hook.receiver.requests;
    expect(request?.body).toContain(properties.slice(1, -1));
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      type: 'order placed',
      data: { uuid, event: 'order placed', distinct_id: 'user', properties: { text: 'Zoë "☃"\n\0' } },
    });
    expect(request?.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': request?.webhookId });
    hook.receiver.verifyAll(hook.secret);
  });

  test('sends the body that its template makes, signed', async () => {
    const template = { order: '{{ event.properties.id }}', by: 'user {{ event.distinct_id }}' };
    const hook = await team.hook({ method: 'PUT', payload: { template } });
    const [uuid] = await team.capture([{ event: 'order placed', properties: '{"id":9007199254740993}' }]);
    await untilAccepted(hook, [String(uuid)]);
    const body = hook.receiver.requests[0]?.body ?? '';
    expect(Object.keys(JSON.parse(body) as object).sort()).toEqual(['by', 'order']);
    expect(body).toContain('"order":9007199254740993');
    expect(body).toContain('"by":"user user"');
    hook.receiver.verifyAll(hook.secret);
  });

  test('brings an event whose uuid is captured again, early or late, once', async () => {
    const hook = await team.hook();
    const [uuid = '', neighbour = ''] = await team.capture([{}, {}]);
    await untilAccepted(hook, [uuid, neighbour]);
    // A repeated request, a copy within one request, and a copy that was stamped earlier but becomes visible later.
    await team.capture([{ uuid }]);
    await team.capture([{ uuid }, { uuid: neighbour }, { uuid: neighbour }]);
    const atMicros = await insertedAt(system, uuid);
    await insertStampedAt(system, { teamId: team.team.teamId, uuid, atMicros: atMicros - 1_000 });
    const later = await team.capture([{}]);
    await untilCheckpointAfter(db, hook.id, await insertedAt(system, later[0] ?? ''), async () => {
      later.push(...(await team.capture([{}])));
    });
    await untilAccepted(hook, later);
    expect(hook.receiver.deliveredIds().sort()).toEqual([...hook.idsOf([uuid, neighbour, ...later])].sort());
  });

  test('brings batches to an endpoint that fails and comes back, each event once', async () => {
    const hook = await team.hook({
      batch: { max_events: 20, max_wait_seconds: 0.5 },
      retry_schedule_ms: [1_000, 1_000, 1_000],
    });
    hook.react(() => ({ status: 503 }));
    const events = await team.capture(Array.from({ length: 60 }, () => ({})));
    await eventually(
      async () => {
        const parked = await team.attempts(hook, '&outcome=parked');
        expect(new Set(parked.map(({ event_uuid: uuid }) => uuid)).size).toBe(60);
      },
      { timeoutMs: 60_000, intervalMs: 200 },
    );
    hook.react(() => ({ status: 200 }));
    events.push(...(await team.capture(Array.from({ length: 10 }, () => ({})))));

    const uuidsOf = (body: string): string[] =>
      (JSON.parse(body) as { data: { uuid: string } }[]).map(({ data }) => data.uuid);
    const delivered = (): string[] =>
      hook.receiver.requests.filter(({ status }) => status === 200).flatMap(({ body }) => uuidsOf(body));
    await eventually(() => expect(new Set(delivered())).toEqual(new Set(events)), { timeoutMs: 60_000 });
    expect(delivered()).toHaveLength(events.length);
    hook.receiver.verifyAll(hook.secret);
    // The id follows from the events, whichever request has them.
    for (const { webhookId, body } of hook.receiver.requests) {
      expect(webhookId).toBe(batchIdOf(hook.id, uuidsOf(body)));
    }
    const failedIds = (nth: number): Set<string> =>
      new Set(
        hook.receiver.requests
          .filter(({ status, attempt }) => status === 503 && attempt === nth)
          .map(({ webhookId }) => webhookId),
      );
    expect(failedIds(2)).toEqual(failedIds(1));
    await eventually(async () => {
      expect(await team.stats(hook)).toMatchObject({ delivered: events.length, discarded: 0 });
    });
  });

  test('brings a row that becomes visible after rows stamped later', async () => {
    const hook = await team.hook();
    const [first = ''] = await team.capture([{}]);
    await untilAccepted(hook, [first]);
    const all = [first];
    // As late as it must be, and no later than a row may be: again where a busy machine has taken longer for what is between.
    const late = await eventually(async () => {
      const [begunMs, [uuid = '']] = [performance.now(), uuids(1)];
      const [second = ''] = await team.capture([{}]);
      await untilAccepted(hook, [second]);
      const atMicros = (await insertedAt(system, second)) - 1;
      await insertStampedAt(system, { teamId: team.team.teamId, uuid, atMicros });
      all.push(second, uuid);
      expect(performance.now() - begunMs).toBeLessThan(TEST_VISIBILITY_BOUND_MS - 1_000);
      return uuid;
    });
    await untilAccepted(hook, [late]);
    const [delivered, ids] = [hook.receiver.deliveredIds(), hook.idsOf(all)];
    expect(delivered.filter((id) => !ids.has(id))).toEqual([]);
    expect(new Set(delivered).size).toBe(delivered.length);
  });
});

describe('a user', () => {
  test('pauses a webhook at once, keeps its backlog, and resumes it', async () => {
    const [paused, other] = [await team.hook(), await team.hook()];
    const before = await team.capture([{}, {}, {}]);
    await untilAccepted(paused, before);
    await team.team.api('POST', `/webhooks/${paused.id}/pause`);
    const pausedAtMs = Date.now();
    const during: string[] = [];
    // For longer than rows may become visible late, so that the webhook is really behind.
    while (Date.now() < pausedAtMs + Math.max(TEST_VISIBILITY_BOUND_MS, ACTS_WITHIN_MS) + 1_000) {
      during.push(...(await team.capture([{}, {}])));
    }
    await untilAccepted(other, during);
    const afterPause = paused.receiver.requests.filter((request) => request.receivedAtMs > pausedAtMs + ACTS_WITHIN_MS);
    expect(afterPause).toEqual([]);
    await team.team.api('POST', `/webhooks/${paused.id}/resume`);
    await untilAccepted(paused, [...before, ...during]);
    const after = await untilPrompt(paused);
    expect(paused.receiver.requests).toHaveLength(before.length + during.length + after.length);
    expect(await team.state(paused)).toMatchObject({
      health: 'healthy',
      transitions: [
        { from: 'paused_user', to: 'healthy', by: { kind: 'key' } },
        { from: 'healthy', to: 'paused_user', by: { kind: 'key' } },
      ],
    });
    const workflow = system.temporal.client.workflow.getHandle(webhookWorkflowId(paused.id));
    const { transitions } = await workflow.query(webhookStateQuery);
    expect(transitions.map(({ to }) => to)).toEqual(['paused_user', 'healthy']);
  });

  test('changes a webhook: the next events follow the new settings', async () => {
    const [hook, moved] = [await team.hook(), await team.hook({ events: ['nothing'] })];
    const before = await team.capture([{}]);
    await untilAccepted(hook, before);
    await team.team.api('PATCH', `/webhooks/${hook.id}`, { url: moved.receiver.url, headers: { 'X-Tag': 'new' } });
    await eventually(
      async () => {
        await team.capture([{}]);
        expect(moved.receiver.requests.length).toBeGreaterThan(0);
      },
      { timeoutMs: ACTS_WITHIN_MS * 2, intervalMs: 200 },
    );
    expect(moved.receiver.requests[0]?.headers).toMatchObject({ 'x-tag': 'new' });
    moved.receiver.verifyAll(hook.secret);
  });

  test('deletes a webhook: nothing more is sent and its workflow ends', async () => {
    const [deleted, other] = [await team.hook(), await team.hook()];
    await untilAccepted(deleted, await team.capture([{}, {}]));
    await team.team.api('DELETE', `/webhooks/${deleted.id}`);
    const deletedAtMs = Date.now();
    const workflow = system.temporal.client.workflow.getHandle(webhookWorkflowId(deleted.id));
    expect(await workflow.result()).toBeUndefined();
    while (Date.now() < deletedAtMs + ACTS_WITHIN_MS) {
      await team.capture([{}]);
    }
    await untilAccepted(other, await team.capture([{}, {}, {}]));
    expect(deleted.receiver.requests.filter(({ receivedAtMs }) => receivedAtMs > deletedAtMs + ACTS_WITHIN_MS)).toEqual(
      [],
    );
    await expect(team.state(deleted)).rejects.toThrow('webhook_not_found');
  });
});

/** Captures one event after the other until one arrives sooner than a webhook that is still behind could bring it. */
async function untilPrompt(hook: Hook): Promise<string[]> {
  const captured: string[] = [];
  await eventually(async () => {
    const sentAtMs = Date.now();
    captured.push(...(await team.capture([{}])));
    await untilAccepted(hook, captured);
    expect(Date.now() - sentAtMs).toBeLessThan(TEST_VISIBILITY_BOUND_MS / 2);
  });
  return captured;
}

test('the history of a webhook can be read in Temporal: traffic, state and search attributes', async () => {
  const hook = await team.hook({ name: 'orders to the warehouse' });
  const delivered = await team.capture(Array.from({ length: 30 }, () => ({})));
  await untilAccepted(hook, delivered);
  const workflow = system.temporal.client.workflow.getHandle(webhookWorkflowId(hook.id));
  const state = await eventually(async () => {
    const read = await workflow.query(webhookStateQuery);
    expect(read.totals.delivered).toBe(delivered.length);
    return read;
  });
  expect(state).toMatchObject({ health: 'healthy', totals: { matched: 30, failedAttempts: 0, retried: 0, parked: 0 } });
  expect(Object.values(state.totals.latencyBuckets).reduce((sum, count) => sum + count, 0)).toBe(30);
  const query = `SluiceKind = 'webhook' AND SluiceDestinationId = '${hook.id}' AND SluiceOutcome = 'healthy'`;
  await eventually(async () => {
    const found = [];
    for await (const { workflowId, status } of system.temporal.client.workflow.list({ query })) {
      found.push({ workflowId, status: status.name });
    }
    expect(found).toEqual([{ workflowId: webhookWorkflowId(hook.id), status: 'RUNNING' }]);
  });
});

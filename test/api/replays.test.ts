import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { runningReplays } from '../../store/replays.ts';
import { createdId, NOW, startApi, WEBHOOK, type ApiFixture, type Caller } from './fixtures.ts';

/** The clock of the events stands at 2023-11-14T22:13:20.000001Z. */
const FROM = '2023-11-14T22:00:00Z';

let api: ApiFixture;
let caller: Caller;
let url: string;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  caller = await api.newCaller();
  url = `/api/v1/webhooks/${await createdId(caller, '/api/v1/webhooks', WEBHOOK)}/replays`;
  api.controlPlane.calls = [];
});

describe('a replay', () => {
  test('is begun once for a key, told to Temporal, listed and steered', async () => {
    const body = { scope: 'matched', from: FROM, until: '2099-01-01T00:00:00Z', idempotency_key: 'k' };
    const first = await caller.call('POST', url, body);
    const { id } = first.json<{ id: string }>();
    expect([first.statusCode, first.json()]).toMatchObject([
      201,
      {
        ...{ status: 'running', planned: 4_000, delivered: 0, percent: 0, eta_seconds: null, begun_at: null },
        ...{ from: '2023-11-14T22:00:00.000000Z', until: '2023-11-14T22:13:20.000001Z' },
        workflow_id: `replay/${id}`,
      },
    ]);
    expect((await caller.call('POST', url, body)).json()).toMatchObject({ id });
    expect((await caller.call('POST', url, { scope: 'failed', from: FROM })).json().id).not.toBe(id);
    const started = api.controlPlane.calls.filter(([name]) => name === 'startReplay');
    expect(started.map(([, replay]) => replay)).toMatchObject([
      { replayId: id, scope: 'matched', teamId: caller.teamId, name: 'Hook' },
      { replayId: id },
      { scope: 'failed' },
    ]);
    const list = await caller.call('GET', `${url}?limit=1`);
    expect(list.json()).toMatchObject({ items: [{ scope: 'failed' }], next_cursor: expect.any(String) });
    const next = await caller.call('GET', `${url}?limit=1&cursor=${String(list.json().next_cursor)}`);
    expect(next.json()).toMatchObject({ items: [{ id }], next_cursor: null });

    const statuses: string[] = [];
    for (const change of ['pause', 'pause', 'resume', 'cancel', 'resume']) {
      statuses.push((await caller.call('POST', `/api/v1/replays/${id}/${change}`)).json().status);
    }
    expect(statuses).toEqual(['paused', 'paused', 'running', 'cancelled', 'cancelled']);
    expect((await caller.call('GET', `/api/v1/replays/${id}`)).json()).toMatchObject({
      status: 'cancelled',
      ended_at: expect.any(String),
    });
  });

  test('can be counted first: nothing is begun', async () => {
    const known = randomUUID();
    const unknown = randomUUID();
    const range = await caller.call('POST', url, { scope: 'matched', from: FROM, dry_run: true });
    // 8 of 16 requests at the same time, 0.1 s each: 80 a second.
    expect([range.statusCode, range.json()]).toMatchObject([200, { dry_run: true, planned: 4_000, eta_seconds: 50 }]);
    const named = await caller.call('POST', url, { scope: 'event', event_uuids: [known, unknown], dry_run: true });
    expect(named.json()).toMatchObject({ planned: 1, unknown_event_uuids: [unknown], sample: [{ event_uuid: known }] });
    expect((await caller.call('GET', url)).json().items).toEqual([]);
    expect(api.controlPlane.calls).toEqual([]);
  });

  test('of a range that is too wide to be counted says so, and goes by time', async () => {
    api.events.countsInPart = true;
    const body = { scope: 'matched', from: FROM, until: '2023-11-14T22:10:00Z' };
    const plan = await caller.call('POST', url, { ...body, dry_run: true });
    const replay = await caller.call('POST', url, body);
    api.events.countsInPart = false;
    expect(plan.json()).toMatchObject({ planned: 4_000, planned_is_minimum: true });
    expect(replay.json()).toMatchObject({ planned: 4_000, planned_is_minimum: true, percent: 0 });
    const { id } = replay.json<{ id: string }>();
    const begunAt = new Date(NOW.getTime() - 60_000);
    await api.store.db.kysely
      .updateTable('replays')
      .set((eb) => ({ begunAt, delivered: 9_000, positionMicros: eb('fromMicros', '+', 150_000_000) }))
      .where('id', '=', id)
      .execute();
    // A quarter of ten minutes in one minute; the count says nothing.
    expect((await caller.call('GET', `/api/v1/replays/${id}`)).json()).toMatchObject({ percent: 25, eta_seconds: 180 });
  });

  test.each([
    ['a range without a beginning', { scope: 'failed' }, 'replay_range_invalid'],
    ['a range and events', { scope: 'matched', from: FROM, event_uuids: [randomUUID()] }, 'replay_range_invalid'],
    ['events and a range', { scope: 'event', from: FROM, event_uuids: [randomUUID()] }, 'replay_range_invalid'],
    ['no events', { scope: 'event' }, 'replay_range_invalid'],
    ['a future', { scope: 'matched', from: '2023-11-15T00:00:00Z' }, 'replay_range_invalid'],
    ['an empty range', { scope: 'matched', from: FROM, until: FROM }, 'replay_range_invalid'],
    ['what the log has forgotten', { scope: 'matched', from: '2023-10-01T00:00:00Z' }, 'replay_range_too_old'],
    ['an unknown scope', { scope: 'all', from: FROM }, 'validation_failed'],
  ])('is refused with a remedy: %s', async (_name, body, code) => {
    const response = await caller.call('POST', url, body);
    expect([response.statusCode, response.json()]).toMatchObject([422, { code, remedy: expect.any(String) }]);
  });

  test('is asked for with its key as it was: another one is refused, whatever the log holds by then', async () => {
    const uuid = randomUUID();
    const range = { scope: 'matched', from: FROM, until: '2023-11-14T22:10:00Z', idempotency_key: 'k' };
    const named = { scope: 'event', event_uuids: [uuid], idempotency_key: 'e' };
    const ids = [(await caller.call('POST', url, range)).json().id, (await caller.call('POST', url, named)).json().id];
    const again = [
      range,
      { ...range, until: undefined },
      { ...named, event_uuids: [uuid.toUpperCase(), randomUUID()] },
    ];
    for (const [index, body] of again.entries()) {
      expect((await caller.call('POST', url, body)).json()).toMatchObject({ id: ids[index === 2 ? 1 : 0] });
    }
    for (const body of [
      { ...range, scope: 'failed' },
      { ...range, from: '2023-11-14T22:01:00Z' },
      { ...range, until: '2023-11-14T22:09:00Z' },
      { ...range, until: '2023-11-14T22:11:00Z' },
      { ...named, event_uuids: [randomUUID()] },
      { ...named, idempotency_key: 'k' },
    ]) {
      const refused = await caller.call('POST', url, body);
      expect([refused.statusCode, refused.json().code]).toEqual([422, 'idempotency_key_reused']);
    }
    const { clockMicros } = api.events;
    api.events.clockMicros += 40 * 86_400_000_000;
    const late = (await caller.call('POST', url, range)).json();
    api.events.clockMicros = clockMicros;
    expect(late).toMatchObject({ id: ids[0] });
  });

  test('is not begun before its workflow; the key of one that could not be started begins it', async () => {
    const statuses: string[] = [];
    const shard = { shard: 0, shardCount: 1 };
    const running = async (): Promise<number> =>
      (await runningReplays(api.store.db, shard)).filter(({ teamId }) => teamId === caller.teamId).length;
    api.controlPlane.whileStarting = async () => {
      statuses.push(String(await running()));
    };
    const body = { scope: 'matched', from: FROM, idempotency_key: 'k' };
    api.controlPlane.failure = new Error('Temporal is away');
    expect((await caller.call('POST', url, body)).statusCode).toBe(503);
    expect(await running()).toBe(0);
    expect((await caller.call('POST', url, body)).json()).toMatchObject({ status: 'running' });
    expect([statuses, await running()]).toEqual([['0', '0'], 1]);
    api.controlPlane.whileStarting = () => Promise.resolve();
    const [only] = (await caller.call('GET', url)).json().items;
    await caller.call('POST', `/api/v1/replays/${String(only.id)}/cancel`);
    expect((await caller.call('POST', url, body)).json()).toMatchObject({ id: only.id, status: 'cancelled' });
  });

  test('whose workflow could not be started is none', async () => {
    api.controlPlane.failure = new Error('Temporal is away');
    const response = await caller.call('POST', url, { scope: 'matched', from: FROM });
    expect([response.statusCode, response.json().code]).toEqual([503, 'control_plane_unavailable']);
    expect((await caller.call('GET', url)).json().items).toEqual([]);
  });
});

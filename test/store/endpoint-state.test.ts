import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { setDestinationStatus } from '../../store/destinations.ts';
import { addOpenRetries, getEndpointState, setHealth } from '../../store/endpoint-state.ts';
import { listTransitions } from '../../store/endpoint-transitions.ts';
import { noticesOfLongDegraded } from '../../store/long-degraded.ts';
import { listNotices } from '../../store/notices.ts';
import { createChannel } from '../../store/notification-channels.ts';
import { newTeam, newWebhook, startStore, type StoreFixture } from './fixtures.ts';

let store: StoreFixture;
let teamId: number;
let destinationId: string;

beforeAll(async () => {
  store = await startStore();
  teamId = await newTeam(store);
});
afterAll(() => store.stop());
beforeEach(async () => {
  destinationId = (await newWebhook(store, teamId)).id;
});

describe('health', () => {
  test('starts healthy and keeps the history of its transitions with evidence', async () => {
    expect(await getEndpointState(store.db, destinationId)).toMatchObject({
      health: 'healthy',
      resumeEpoch: 0,
      openRetries: 0,
    });
    const nextProbeAt = new Date('2026-11-21T12:00:30Z');
    const failures = { failures: 20, lastError: 'http_500' };
    const paused = await setHealth(store.db, { destinationId, to: 'paused_auto', evidence: failures, nextProbeAt });
    expect(paused.isChanged).toBe(true);
    expect(await getEndpointState(store.db, destinationId)).toMatchObject({
      health: 'paused_auto',
      nextProbeAt,
      evidence: failures,
    });
    await setHealth(store.db, { destinationId, from: ['paused_auto'], to: 'recovering', evidence: { status: 200 } });
    expect(await getEndpointState(store.db, destinationId)).toMatchObject({ resumeEpoch: 1, nextProbeAt: null });
    expect(
      (await listTransitions(store.db, { destinationId, limit: 10 })).map((row) => [
        row.fromHealth,
        row.toHealth,
        row.evidence,
      ]),
    ).toEqual([
      ['paused_auto', 'recovering', { status: 200 }],
      ['healthy', 'paused_auto', failures],
    ]);
  });

  test('that is degraded is so again when it has long been throttled, once', async () => {
    const throttled = { throttledSince: '2026-11-21T12:00:00.000Z' };
    const degrade = async (evidence: object): Promise<boolean> =>
      (await setHealth(store.db, { destinationId, to: 'degraded', evidence: { ...evidence } })).isChanged;
    expect(await degrade({ failures: 5 })).toBe(true);
    expect(await degrade({ failures: 6 })).toBe(false);
    expect(await degrade(throttled)).toBe(true);
    expect(await degrade({ throttledSince: '2026-11-21T13:00:00.000Z' })).toBe(false);
    expect(await getEndpointState(store.db, destinationId)).toMatchObject({ health: 'degraded', evidence: throttled });
    const transitions = await listTransitions(store.db, { destinationId, limit: 10 });
    expect(transitions.map((row) => [row.fromHealth, row.toHealth])).toEqual([
      ['degraded', 'degraded'],
      ['healthy', 'degraded'],
    ]);
  });

  test('changes only from an expected state, once', async () => {
    const from = ['paused_auto'] as const;
    expect(await setHealth(store.db, { destinationId, from, to: 'recovering', evidence: {} })).toEqual({
      isChanged: false,
      sends: [],
    });
    const trips = Array.from({ length: 8 }, () =>
      setHealth(store.db, { destinationId, from: ['healthy', 'degraded'], to: 'paused_auto', evidence: {} }),
    );
    expect((await Promise.all(trips)).filter(({ isChanged }) => isChanged)).toHaveLength(1);
    expect(await listTransitions(store.db, { destinationId, limit: 10 })).toHaveLength(1);
  });

  test('has a pause by a user and its end in its history, with who did it, and keeps its state', async () => {
    const key = { teamId, id: destinationId };
    const [ada, deploy] = [
      { kind: 'user', name: 'ada@example.com' } as const,
      { kind: 'key', name: 'deploy' } as const,
    ];
    await setHealth(store.db, { destinationId, to: 'paused_auto', evidence: { failures: 20 } });
    await setDestinationStatus(store.db, { ...key, status: 'paused', by: ada });
    await setDestinationStatus(store.db, { ...key, status: 'paused', by: deploy });
    await setDestinationStatus(store.db, { ...key, status: 'active', by: deploy });
    const transitions = await listTransitions(store.db, { destinationId, limit: 10 });
    expect(transitions.map((row) => [row.fromHealth, row.toHealth, row.changedBy])).toEqual([
      ['paused_user', 'paused_auto', deploy],
      ['paused_auto', 'paused_user', ada],
      ['healthy', 'paused_auto', null],
    ]);
    expect(await getEndpointState(store.db, destinationId)).toMatchObject({
      health: 'paused_auto',
      evidence: { failures: 20 },
    });
  });

  test('and its pauses change at the same time: neither waits for the other for ever', async () => {
    const key = { teamId, id: destinationId };
    const pauses = [1, 2, 3, 4].flatMap(() => [
      setDestinationStatus(store.db, { ...key, status: 'paused' }),
      setHealth(store.db, { destinationId, to: 'degraded', evidence: {} }),
      setDestinationStatus(store.db, { ...key, status: 'active' }),
      setHealth(store.db, { destinationId, to: 'healthy', evidence: {} }),
    ]);
    const settled = await Promise.allSettled(pauses);
    expect(settled.filter(({ status }) => status === 'rejected')).toEqual([]);
  });
});

describe('people are told', () => {
  const MINUTE_MS = 60_000;
  let ownTeam: number;
  beforeEach(async () => {
    ownTeam = await newTeam(store);
    destinationId = (await newWebhook(store, ownTeam)).id;
    const config = { kind: 'email', to: ['ops@example.com'] } as const;
    await createChannel(store.db, store.box, { teamId: ownTeam, name: 'ops', config, events: null, enabled: true });
  });

  const events = async (): Promise<string[]> =>
    (await listNotices(store.db, { teamId: ownTeam, limit: 10 })).map(({ event }) => event).reverse();

  test('in the transaction of the change, by a notice for each channel, with its remedy', async () => {
    const evidence = { lastError: 'http_500' };
    const { sends } = await setHealth(store.db, { destinationId, to: 'paused_auto', evidence });
    expect(sends).toHaveLength(1);
    const [notice] = await listNotices(store.db, { teamId: ownTeam, limit: 1 });
    expect(notice).toMatchObject({
      event: 'webhook.paused',
      text: expect.stringContaining('Repair the endpoint'),
      details: { webhook_id: destinationId, health: 'paused_auto', evidence },
      sends: [{ status: 'pending' }],
    });
  });

  test('or nothing is changed: there is no change that nobody hears of', async () => {
    const { kysely } = store.db;
    await sql`ALTER TABLE notices ADD CONSTRAINT refused CHECK (event <> 'webhook.gone') NOT VALID`.execute(kysely);
    try {
      await expect(setHealth(store.db, { destinationId, to: 'gone', evidence: {} })).rejects.toThrow('refused');
    } finally {
      await sql`ALTER TABLE notices DROP CONSTRAINT refused`.execute(kysely);
    }
    expect((await getEndpointState(store.db, destinationId))?.health).toBe('healthy');
    expect(await listTransitions(store.db, { destinationId, limit: 10 })).toEqual([]);
  });

  test('of one that fails and is well again by turns, nothing; of one that is degraded for half an hour, once', async () => {
    const become = (to: 'degraded' | 'healthy'): Promise<unknown> =>
      setHealth(store.db, { destinationId, to, evidence: { failures: 5 } });
    for (let turn = 0; turn < 5; turn += 1) {
      await become('degraded');
      await become('healthy');
    }
    await become('degraded');
    expect(await noticesOfLongDegraded(store.db, new Date(Date.now() + 29 * MINUTE_MS))).toEqual([]);
    expect(await events()).toEqual([]);
    const later = new Date(Date.now() + 31 * MINUTE_MS);
    expect(await noticesOfLongDegraded(store.db, later)).toHaveLength(1);
    expect(await noticesOfLongDegraded(store.db, later)).toEqual([]);
    await become('healthy');
    expect(await events()).toEqual(['webhook.degraded', 'webhook.recovered']);
    expect(await noticesOfLongDegraded(store.db, later)).toEqual([]);
  });
});

describe('open retries', () => {
  test('never pass the cap, however many ask at once', async () => {
    const asks = Array.from({ length: 20 }, () => addOpenRetries(store.db, destinationId, 1, 7));
    expect((await Promise.all(asks)).filter(Boolean)).toHaveLength(7);
    expect((await getEndpointState(store.db, destinationId))?.openRetries).toBe(7);
  });

  test('never fall below zero, and fall even above the cap', async () => {
    await addOpenRetries(store.db, destinationId, 5, 10);
    expect(await addOpenRetries(store.db, destinationId, -1, 2)).toBe(true);
    expect((await getEndpointState(store.db, destinationId))?.openRetries).toBe(4);
    await addOpenRetries(store.db, destinationId, -9, 2);
    expect((await getEndpointState(store.db, destinationId))?.openRetries).toBe(0);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { addOpenRetries, getEndpointState, listTransitions, setHealth } from '../../store/endpoint-state.ts';
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
    expect(await setHealth(store.db, { destinationId, to: 'paused_auto', evidence: failures, nextProbeAt })).toBe(true);
    expect(await getEndpointState(store.db, destinationId)).toMatchObject({
      health: 'paused_auto',
      nextProbeAt,
      evidence: failures,
    });
    await setHealth(store.db, { destinationId, from: ['paused_auto'], to: 'probing', evidence: {} });
    await setHealth(store.db, { destinationId, from: ['probing'], to: 'recovering', evidence: { status: 200 } });
    expect(await getEndpointState(store.db, destinationId)).toMatchObject({ resumeEpoch: 1, nextProbeAt: null });
    expect(
      (await listTransitions(store.db, { destinationId, limit: 10 })).map((row) => [
        row.fromHealth,
        row.toHealth,
        row.evidence,
      ]),
    ).toEqual([
      ['probing', 'recovering', { status: 200 }],
      ['paused_auto', 'probing', {}],
      ['healthy', 'paused_auto', failures],
    ]);
  });

  test('that is degraded is so again when it has long been throttled, once', async () => {
    const throttled = { throttledSince: '2026-11-21T12:00:00.000Z' };
    const degrade = (evidence: object): Promise<boolean> =>
      setHealth(store.db, { destinationId, to: 'degraded', evidence: { ...evidence } });
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
    expect(await setHealth(store.db, { destinationId, from: ['probing'], to: 'recovering', evidence: {} })).toBe(false);
    const trips = Array.from({ length: 8 }, () =>
      setHealth(store.db, { destinationId, from: ['healthy', 'degraded'], to: 'paused_auto', evidence: {} }),
    );
    expect((await Promise.all(trips)).filter(Boolean)).toHaveLength(1);
    expect(await listTransitions(store.db, { destinationId, limit: 10 })).toHaveLength(1);
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

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  acquireLease,
  advanceGeneration,
  commitLedger,
  getLedger,
  releaseLease,
  renewLease,
  type Lease,
  type LedgerKey,
} from '../../store/ledger.ts';
import { INTERVAL, newExport, newTeam, startStore, type StoreFixture } from './fixtures.ts';

const MINUTE_MS = 60_000;
const COUNTS = { rows: 7, bytes: 70, hash: '18446744073709551615' };

let store: StoreFixture;
let teamId: number;
let key: LedgerKey;

beforeAll(async () => {
  store = await startStore();
  teamId = await newTeam(store);
});
afterAll(() => store.stop());
beforeEach(async () => {
  key = { exportId: (await newExport(store, teamId)).id, intervalEnd: INTERVAL.intervalEnd };
});

function acquire(runId: string, options: { ttlMs?: number; force?: boolean } = {}): Promise<Lease> {
  return acquireLease(store.db, { ...key, intervalStart: INTERVAL.intervalStart, runId, ttlMs: MINUTE_MS, ...options });
}

async function acquired(
  runId: string,
  options: { ttlMs?: number; force?: boolean } = {},
): Promise<{ epoch: number; generation: number }> {
  const lease = await acquire(runId, options);
  if (!lease.acquired) {
    throw new Error(`not acquired: ${lease.reason}`);
  }
  return lease;
}

describe('the lease of an interval', () => {
  test('has exactly one winner among concurrent runs', async () => {
    const leases = await Promise.all(Array.from({ length: 12 }, () => acquire(randomUUID())));
    const winners = leases.filter((lease) => lease.acquired);
    expect(winners).toEqual([{ acquired: true, epoch: 1, generation: 0 }]);
    const { holderRunId } = (await getLedger(store.db, key)) ?? {};
    expect(leases.filter((lease) => !lease.acquired)).toEqual(
      Array.from({ length: 11 }, () => ({ acquired: false, reason: 'held', holderRunId })),
    );
  });

  test('goes back to its own run with a new epoch and the same generation; the old epoch is fenced', async () => {
    const run = randomUUID();
    const first = await acquired(run);
    expect(await acquired(run)).toMatchObject({ epoch: 2, generation: 0 });
    expect(await renewLease(store.db, { ...key, epoch: first.epoch, ttlMs: MINUTE_MS })).toBe(false);
    expect(await releaseLease(store.db, { ...key, epoch: first.epoch })).toBe(false);
    expect(await commitLedger(store.db, { ...key, ...first, runId: run, ...COUNTS })).toBe(false);
    expect((await getLedger(store.db, key))?.committedAt).toBeNull();
  });

  test('is taken over once expired, by one of many, as a new generation', async () => {
    const dead = randomUUID();
    const old = await acquired(dead, { ttlMs: 0 });
    const leases = await Promise.all(Array.from({ length: 8 }, () => acquire(randomUUID())));
    expect(leases.filter((lease) => lease.acquired)).toEqual([{ acquired: true, epoch: 2, generation: 1 }]);
    expect(await commitLedger(store.db, { ...key, ...old, runId: dead, ...COUNTS })).toBe(false);
  });

  test('is renewed after expiry as long as nobody took it', async () => {
    const { epoch } = await acquired(randomUUID(), { ttlMs: 0 });
    expect(await renewLease(store.db, { ...key, epoch, ttlMs: MINUTE_MS })).toBe(true);
    expect(await acquire(randomUUID())).toMatchObject({ acquired: false, reason: 'held' });
  });

  test('is free at once after a release', async () => {
    const { epoch } = await acquired(randomUUID());
    expect(await releaseLease(store.db, { ...key, epoch })).toBe(true);
    expect(await releaseLease(store.db, { ...key, epoch })).toBe(false);
    expect(await acquired(randomUUID())).toMatchObject({ epoch: 2, generation: 1 });
  });
});

describe('the ledger of an interval', () => {
  test('is committed once; the same commit again is no error, another run learns who committed', async () => {
    const run = randomUUID();
    const lease = await acquired(run);
    expect(await commitLedger(store.db, { ...key, ...lease, runId: run, ...COUNTS })).toBe(true);
    expect(await commitLedger(store.db, { ...key, ...lease, runId: run, ...COUNTS })).toBe(true);
    expect(await getLedger(store.db, key)).toMatchObject({ ...COUNTS, committedRunId: run, committedGeneration: 0 });
    const refused = { acquired: false, reason: 'committed', holderRunId: run };
    expect(await acquire(randomUUID())).toEqual(refused);
    expect(await acquire(run)).toEqual(refused);
    expect(await renewLease(store.db, { ...key, epoch: lease.epoch, ttlMs: MINUTE_MS })).toBe(false);
  });

  test('goes on above a generation that it has met, once and again, and never when another run has taken over', async () => {
    const run = randomUUID();
    const { epoch } = await acquired(run, { ttlMs: -1 });
    const advance = (of: { fromGeneration: number; above?: number }): Promise<number | undefined> =>
      advanceGeneration(store.db, { ...key, epoch, ...of });
    expect(await advance({ fromGeneration: 0, above: 4 })).toBe(5);
    expect(await advance({ fromGeneration: 0, above: 4 })).toBe(5);
    expect(await advance({ fromGeneration: 5, above: 5 })).toBe(6);
    expect(await advance({ fromGeneration: 0, above: 4 })).toBeUndefined();
    expect(await acquired(randomUUID())).toMatchObject({ generation: 7 });
    expect(await advance({ fromGeneration: 6, above: 9 })).toBeUndefined();
    expect(await getLedger(store.db, key)).toMatchObject({ generation: 7 });
  });

  test('is repeated by force as the next generation, and the forced run does not repeat itself', async () => {
    const first = randomUUID();
    const lease = await acquired(first);
    await commitLedger(store.db, { ...key, ...lease, runId: first, ...COUNTS });
    const second = randomUUID();
    const again = await acquired(second, { force: true });
    expect(again).toMatchObject({ epoch: 2, generation: 1 });
    expect(await acquire(randomUUID(), { force: true })).toMatchObject({ acquired: false, reason: 'held' });
    expect(await commitLedger(store.db, { ...key, ...lease, runId: first, ...COUNTS, rows: 1 })).toBe(false);
    expect(await commitLedger(store.db, { ...key, ...again, runId: second, ...COUNTS, rows: 8 })).toBe(true);
    expect(await acquire(second, { force: true })).toMatchObject({ acquired: false, reason: 'committed' });
    expect(await getLedger(store.db, key)).toMatchObject({ rows: 8, committedGeneration: 1 });
  });
});

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { BackfillRows } from './backfill-rows.ts';
import { continuedBackfill, continuedReplay, startShortHistories, type ShortHistories } from './continued.ts';
import type { History } from './continued.ts';
import { quietRuntime, workflowBundle } from './environment.ts';

let server: ShortHistories;

beforeAll(async () => {
  quietRuntime();
  server = await startShortHistories();
}, 300_000);
afterAll(() => server.stop());

async function expectReplayed(histories: readonly History[]): Promise<void> {
  expect(histories.length).toBeGreaterThan(2);
  for (const history of histories) {
    await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, history);
  }
}

test('a backfill goes on in a new execution once what was in flight has ended, and runs nothing twice', async () => {
  const rows = new BackfillRows(12);
  const ends = [...rows.open];
  const { status, histories } = await continuedBackfill(server, rows);
  expect(status).toBe('completed');
  expect(rows.settled.map(({ intervalEnd }) => intervalEnd).sort()).toEqual(ends);
  expect(rows.settled.every((each) => each.status === 'completed')).toBe(true);
  await expectReplayed(histories);
}, 120_000);

test('a replay goes on in a new execution and misses no change', async () => {
  const { result, looks, histories } = await continuedReplay(server);
  expect(result).toEqual({ status: 'completed', delivered: looks, failed: 0, skipped: 0 });
  expect(looks).toBe(12);
  await expectReplayed(histories);
}, 120_000);

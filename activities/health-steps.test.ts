import { expect, test } from '@jest/globals';
import { HealthSteps } from './health-steps.ts';

function world() {
  const waits: number[] = [];
  const sleep = (ms: number): Promise<void> => {
    waits.push(ms);
    return Promise.resolve();
  };
  return { waits, steps: new HealthSteps(new AbortController().signal, { nowMs: () => 0, sleep }) };
}

const nothing = (): Promise<void> => Promise.resolve();

test('those that become degraded together are spread over three seconds, and nobody else waits', async () => {
  const { waits, steps } = world();
  const ids = Array.from({ length: 100 }, (_, index) => `webhook ${String(index)}`);
  await Promise.all(ids.map((id) => steps.take(id, 'degraded', nothing)));
  expect(waits.slice(0, 3)).toEqual([40, 80, 120]);
  expect(waits).toHaveLength(99);
  expect(Math.max(...waits)).toBe(3_000);
  await steps.take('another', 'paused_auto', nothing);
  expect(waits).toHaveLength(99);
});

test('steps of one webhook keep their order, whatever becomes of the one before', async () => {
  const { steps } = world();
  const done: string[] = [];
  let refuse = (_error: Error): void => undefined;
  const first = steps.take('one', 'degraded', () => new Promise((_, reject) => (refuse = reject)));
  const second = steps.take('one', 'paused_auto', async () => void done.push('paused_auto'));
  const other = steps.take('two', 'paused_auto', async () => void done.push('two'));
  await other;
  expect(done).toEqual(['two']);
  refuse(new Error('Postgres is away'));
  await expect(first).rejects.toThrow('Postgres is away');
  await second;
  expect(done).toEqual(['two', 'paused_auto']);
});

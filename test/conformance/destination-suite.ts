import { describe, expect, test } from '@jest/globals';
import { contextOf } from './context.ts';
import { describeCommits } from './files/commits.ts';
import { describeFailures } from './files/failures.ts';
import { describeLoading } from './files/loading.ts';
import { expectNothing } from './files/session.ts';
import type { SuiteTarget } from './place.ts';

export const SUITE_TIMEOUT_MS = 60_000;

/** What each destination that writes files must do. An adapter (`<kind>.test.ts`) implements place.ts and calls this. */
export function describeDestination(target: SuiteTarget): void {
  describe('loading', () => {
    describeLoading(target);
  });
  describe('failures', () => {
    describeFailures(target);
  });
  describe('commits', () => {
    describeCommits(target);
  });
  describe('config', () => {
    describeConfig(target);
  });
}

function describeConfig(target: SuiteTarget): void {
  test('the connection check passes and leaves nothing', async () => {
    const place = await target.place();
    const steps = await place.destination.check(place.config, new AbortController().signal);
    expect(steps.map(({ status }) => status)).toEqual(steps.map(() => 'passed'));
    expect(steps.length).toBeGreaterThan(3);
    await expectNothing(place);
    expect(await place.leftovers()).toEqual([]);
  });

  test('wrong settings: the customer is told what to do, no secret is told to anybody', async () => {
    const { destination } = await target.place();
    const wrong = await target.wrongConfigs();
    expect(wrong.length).toBeGreaterThan(0);
    for (const { name, config, code, secret } of wrong) {
      const opened = Promise.resolve().then(() => destination.open(config, contextOf()));
      const error: unknown = await opened.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect({ name, error }).toMatchObject({ name, error: { code, fault: 'customer', retryable: false } });
      expect((error as { remedy?: string }).remedy).toEqual(expect.any(String));
      const steps = await destination.check(config, new AbortController().signal);
      const failed = steps.filter(({ status }) => status === 'failed');
      expect(failed).toHaveLength(1);
      const told = JSON.stringify([steps, error, String(error), (error as Error).stack]);
      expect(told.includes(secret ?? 'no such text')).toBe(false);
    }
  });
}

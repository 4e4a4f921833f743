import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { describeCommits } from './table/commits.ts';
import { describeFailures } from './table/failures.ts';
import { describeKeys } from './table/keys.ts';
import { describeLoading } from './table/loading.ts';
import type { TableTarget } from './table/place.ts';
import { describePreviews } from './table/previews.ts';
import { describeSchemas } from './table/schemas.ts';
import { goldenContext } from './table/session.ts';

/**
 * What each destination that writes a table must do, with rows from a real ClickHouse. An adapter
 * (`<kind>.test.ts`) starts the server, implements table/place.ts and calls this.
 */
export function describeTableDestination(target: TableTarget): void {
  let source: TestClickHouse;
  beforeAll(async () => {
    source = await startTestClickHouse();
  }, 60_000);
  afterAll(() => source.stop());
  const ch = (): TestClickHouse['ch'] => source.ch;

  describe('loading', () => {
    describeLoading(target, ch);
  });
  describe('commits', () => {
    describeCommits(target, ch);
  });
  describe('failures', () => {
    describeFailures(target, ch);
  });
  describe('tables of the user', () => {
    describeSchemas(target, ch);
  });
  describe('dry runs', () => {
    describePreviews(target, ch);
  });
  describe('keys', () => {
    describeKeys(target, ch);
  });
  describe('config', () => {
    describeConfig(target);
  });
}

function describeConfig(target: TableTarget): void {
  test('the connection check passes, and leaves nothing', async () => {
    const { destination, config, leftovers } = await target.place();
    const steps = await destination.check(destination.configSchema.parse(config), new AbortController().signal);
    expect(steps.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(steps.length).toBeGreaterThan(1);
    expect(await leftovers()).toEqual([]);
  });

  test('every field is described, and secrets are named', async () => {
    const { destination } = await target.place();
    const shape =
      (destination.configSchema as unknown as { shape?: Record<string, { description?: string }> }).shape ?? {};
    expect(Object.keys(shape).length).toBeGreaterThan(0);
    for (const [field, schema] of Object.entries(shape)) {
      expect([field, schema.description]).toEqual([field, expect.any(String)]);
    }
    expect(Object.keys(shape)).toEqual(expect.arrayContaining([...destination.secretFields]));
  });

  test('wrong configs: the check names one step and a remedy, a run fails for good, and no secret is told', async () => {
    const { destination } = await target.place();
    for (const { name, config, code, secret } of await target.wrongConfigs()) {
      const parsed = destination.configSchema.parse(config);
      const steps = await destination.check(parsed, new AbortController().signal);
      expect([name, steps.filter(({ status }) => status === 'failed').length]).toEqual([name, 1]);
      const error: unknown = await destination
        .open(parsed, goldenContext())
        .then((session) => session.commit({ chunks: [] }).finally(() => session.close()))
        .then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
      expect({ name, error }).toMatchObject({ name, error: { code, fault: 'customer', retryable: false } });
      expect((error as { remedy?: string }).remedy).toEqual(expect.any(String));
      const told = JSON.stringify([steps, error, String(error), (error as Error).stack]);
      expect(told.includes(secret ?? 'no such text')).toBe(false);
    }
  });
}

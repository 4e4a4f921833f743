import { expect, jest, test } from '@jest/globals';
import { campaign } from './campaign.ts';

/** The kills take ten seconds; what they have interrupted ends in peace. */
jest.setTimeout(300_000);

test('kill -9 of worker, server, ClickHouse and Temporal loses nothing and repeats nothing', async () => {
  const report = await campaign(['--only', 'kills', '--minutes', '2', '--kills', '7', '--kill-every', '1200']);
  expect(report).toMatchObject({ printed: expect.any(String), ok: true, lost: 0, duplicated: 0, wrong: 0 });
  expect(report.kills).toBe(7);
  expect(Object.keys(report.killed ?? {}).sort()).toEqual(['clickhouse', 'server', 'temporal', 'worker']);
  expect(report.rows).toBeGreaterThan(100);
  expect(Object.keys(report.destinations).sort()).toEqual(['file-killed', 'postgres-killed', 's3-killed']);
});

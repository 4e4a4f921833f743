import { expect, jest, test } from '@jest/globals';
import { campaign } from './campaign.ts';

/** Mostly the servers' start; the crashes themselves end after half a minute, however slow the machine. */
jest.setTimeout(240_000);

test('crashes at the steps of exports lose nothing and repeat nothing', async () => {
  // A process of its own: it puts its crash points into Node's modules.
  const report = await campaign(['--only', 'points', '--minutes', '0.4', '--crashes', '1500']);
  expect(report).toMatchObject({ printed: expect.any(String), ok: true, lost: 0, duplicated: 0, wrong: 0 });
  // Some 250 as a rule.
  expect(report.crashes).toBeGreaterThan(25);
  expect(report.points?.forgotten).toBeGreaterThan(0);
  expect(Object.keys(report.destinations).sort()).toEqual(['file', 'postgres', 's3', 's3-parts']);
});

import { expect, test } from '@jest/globals';
import { everyDay, type UsageDay } from './usage-days.ts';

const busy = (day: string): UsageDay => ({
  ...{ day, events: 5 },
  exports: { runs: 1, rows: 5, bytes: 50 },
  webhooks: { attempts: 6, delivered: 5 },
});

test('days without anything are shown as such, up to the day that is not over yet', () => {
  const days = everyDay([busy('2026-10-23'), busy('2026-11-20')], '2026-11-22T00:00:00Z');
  expect([days.length, days[0]?.day, days.at(-1)?.day]).toEqual([30, '2026-10-23', '2026-11-21']);
  expect([days[0]?.events, days[1]?.events, days.at(-2)?.events, days.at(-1)?.events]).toEqual([5, 0, 5, 0]);
});

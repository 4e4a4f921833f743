import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { appendAttempts } from '../../clickhouse/attempt-log.ts';
import type { AttemptRecord } from '../../core/attempts.ts';
import { startConsole, type ConsoleUnderTest } from './support/console.ts';
import { accept, newOwner } from './support/sign-in.ts';
import { violationsInEveryView } from './support/views.ts';

/** Pages of a busy machine take their time. */
const PATIENCE_MS = 60_000;
const DESK = { width: 1280, height: 900 };
const HOUR_MS = 3_600_000;
const ZONE = 'Europe/Berlin';
/** Days ago without any attempt, and on which the endpoint was down. */
const SILENT = [10, 11, 12];
const BAD = [3, 20];

let console_: ConsoleUnderTest;

beforeAll(async () => {
  console_ = await startConsole();
}, 240_000);
afterAll(() => console_.stop());

/** An event that was tried once, or failed and was tried again. */
function attemptsAt(key: { teamId: number; destinationId: string }, at: Date, failed: boolean): AttemptRecord[] {
  const ids = { ...key, eventUuid: randomUUID(), webhookId: 'msg_1', eventInsertedAtMicros: at.getTime() * 1_000 };
  const durationMs = 40 + 25 * Math.abs(Math.sin(at.getTime() / HOUR_MS)) + (failed ? 60 : 0);
  const shared = { ...ids, attemptedAt: at, durationMs, latencyMs: durationMs + 180, responseBody: '' };
  const well = { outcome: 'delivered', statusCode: 200, errorCode: '', errorMessage: '', nextAttemptAt: null } as const;
  const bad = { outcome: 'retry_scheduled', statusCode: 503, errorCode: 'http_503' } as const;
  const refused = { ...bad, errorMessage: 'The endpoint answered 503.', nextAttemptAt: at };
  return failed
    ? [
        { ...shared, ...refused, attempt: 1, via: 'live' },
        { ...shared, ...well, attempt: 2, via: 'retry' },
      ]
    : [{ ...shared, ...well, attempt: 1, via: 'live' }];
}

/** Thirty days of an endpoint: busy by day, quiet at night, three days of silence, two of trouble. */
function monthOf(key: { teamId: number; destinationId: string }, now: number): AttemptRecord[] {
  return Array.from({ length: 30 * 24 }, (_, hoursAgo) => hoursAgo)
    .filter((hoursAgo) => !SILENT.includes(Math.floor(hoursAgo / 24)))
    .flatMap((hoursAgo) => {
      const at = new Date(now - hoursAgo * HOUR_MS);
      const busy = at.getUTCHours() > 5 && at.getUTCHours() < 20 ? 6 : 1;
      const isBad = BAD.includes(Math.floor(hoursAgo / 24));
      return Array.from({ length: busy }, (__, index) => attemptsAt(key, at, isBad && index % 2 === 0)).flat();
    });
}

/** What is written along the time axis of a chart, left to right. */
async function ticksOf(page: Page, label: string): Promise<string[]> {
  const axis = page
    .getByRole('group', { name: label })
    .locator('.recharts-xAxis-tick-labels .recharts-cartesian-axis-tick-value');
  await axis.first().waitFor();
  return axis.allTextContents();
}

test('a webhook shows a week in the zone of the person and thirty days in UTC, silence included', async () => {
  const person = await newOwner(console_);
  const { api, teamId } = person.team;
  const { id } = await api<{ id: string }>('POST', '/webhooks', { name: 'CRM', url: 'https://example.com/hook' });
  await api('POST', `/webhooks/${id}/pause`);
  await appendAttempts(console_.system.clickhouse, monthOf({ teamId, destinationId: id }, Date.now()));
  const page = await console_.open({ timezoneId: ZONE });
  page.setDefaultTimeout(PATIENCE_MS);
  await accept(page, person);
  const found = await violationsInEveryView(page, 'overview-month');
  const attempts = page.getByRole('group', { name: 'Attempts by outcome' });

  await page.setViewportSize(DESK);
  await page.goto(`/console/webhooks/${id}`);
  const spans = page.getByRole('radiogroup', { name: 'Time that the charts show' });
  await spans.getByText('7 days').click();
  await page.waitForURL(/span=7d/);
  await attempts.getByText(ZONE).waitFor();
  const week = await ticksOf(page, 'Attempts by outcome');
  expect(week.length).toBeGreaterThan(1);
  expect(week.filter((text) => !/^\d+ \p{L}+$/u.test(text))).toEqual([]);
  found.push(...(await violationsInEveryView(page, 'webhook-week')));

  await page.setViewportSize(DESK);
  await spans.getByText('30 days').click();
  await page.waitForURL(/span=30d/);
  await attempts.getByText('UTC').waitFor();
  const month = await ticksOf(page, 'Attempts by outcome');
  const first = new Date(Date.now() - 29 * 24 * HOUR_MS);
  expect(month[0]).toBe(first.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }));
  expect(month.length).toBeGreaterThan(2);
  const rate = page.getByRole('group', { name: 'Share of attempts that were delivered' });
  const shares = rate.locator('.recharts-yAxis-tick-labels .recharts-cartesian-axis-tick-value');
  expect(await shares.allTextContents()).toEqual(['0%', '25%', '50%', '75%', '100%']);
  // Days without an attempt are a gap and no failure: a line before them and one after; days of trouble are lower.
  const drawn = (await rate.locator('.recharts-line-curve').getAttribute('d')) ?? '';
  expect(drawn.match(/M/g)).toHaveLength(2);
  expect(new Set(drawn.match(/,[\d.]+/g)).size).toBeGreaterThan(2);
  found.push(...(await violationsInEveryView(page, 'webhook-month')));
  await page.goto('/console/settings/usage');
  await page.getByRole('group', { name: 'Events delivered by day' }).waitFor();
  found.push(...(await violationsInEveryView(page, 'usage-month')));
  await page.context().close();
  expect(found).toEqual([]);
}, 300_000);

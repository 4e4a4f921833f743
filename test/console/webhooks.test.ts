import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { startReceiver, type Receiver } from '../../dev/receiver.ts';
import { eventually } from '../support/eventually.ts';
import { Hand } from './support/clicks.ts';
import { startConsole, type ConsoleUnderTest } from './support/console.ts';
import { violationsInEveryView } from './support/views.ts';
import { accept, newOwner, signIn, type Person } from './support/sign-in.ts';

const NEW_USER_CLICKS = 8;
const NEW_USER_MS = 120_000;
/** Pages of a busy machine take their time. */
const PATIENCE_MS = 60_000;
const EVENTS = 8;

let console_: ConsoleUnderTest;
let receiver: Receiver;
let status = 200;

beforeAll(async () => {
  receiver = await startReceiver({ react: () => ({ status, body: `{"status":${String(status)}}` }) });
  console_ = await startConsole();
}, 240_000);
afterAll(async () => {
  await console_.stop();
  await receiver.close();
});

async function capture({ team }: Person, events: number): Promise<void> {
  const batch = Array.from({ length: events }, (_, index) => ({
    event: 'order placed',
    distinct_id: `customer-${String(index)}`,
    properties: { total: index },
  }));
  const response = await fetch(`${console_.system.system.apiUrl}/batch/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ api_key: team.captureToken, batch }),
  });
  expect(response.status).toBe(200);
}

async function newPage(): Promise<Page> {
  const page = await console_.open();
  page.setDefaultTimeout(PATIENCE_MS);
  return page;
}

test('a new user gets from an empty console to a delivered webhook in eight clicks', async () => {
  status = 200;
  const page = await newPage();
  await accept(page, await newOwner(console_));
  const hand = new Hand();
  const began = performance.now();

  await hand.click(page.getByRole('link', { name: 'New webhook' }));
  await hand.click(page.getByRole('link', { name: /HTTP endpoint/ }));
  await hand.type(page.getByLabel('Name'), 'Orders');
  await hand.type(page.getByLabel('Address'), receiver.url);
  await hand.click(page.getByRole('button', { name: 'Create' }));
  await page.getByText('whsec_').waitFor();
  await hand.click(page.getByRole('alert').getByRole('button', { name: 'Send a test event' }));
  await hand.click(page.getByRole('button', { name: 'Send', exact: true }));
  await page.getByRole('status').getByText('Delivered').waitFor();

  expect(hand.clicks).toBeLessThanOrEqual(NEW_USER_CLICKS);
  expect(performance.now() - began).toBeLessThan(NEW_USER_MS);
  expect(receiver.deliveredIds()).toHaveLength(1);
  await page.context().close();
}, 240_000);

test('a webhook breaks, says why, is repaired, and is watched as it recovers', async () => {
  status = 503;
  const person = await newOwner(console_);
  const page = await newPage();
  await accept(page, person);
  // No wait for the retry schedule: the test repairs at once.
  const body = {
    name: 'Fulfilment',
    url: receiver.url,
    retry_schedule_ms: [1_000, 1_000, 2_000, 2_000, 4_000, 60_000],
  };
  const { id } = await person.team.api<{ id: string }>('POST', '/webhooks', body);
  await capture(person, EVENTS);

  await page.goto(`/console/webhooks/${id}`);
  await page.getByText('The endpoint answered 503.').first().waitFor();
  await page.getByText('The endpoint refuses some requests').waitFor();
  await page.getByRole('table', { name: 'Delivery attempts' }).getByRole('link').first().click();
  await page.getByText('What happens next').waitFor();
  await page.getByText('{ "status": 503 }').or(page.getByText('"status": 503')).first().waitFor();
  expect(await page.getByRole('link', { name: 'Its retries in Temporal' }).getAttribute('href')).toContain(
    `/namespaces/${console_.system.config.temporal.namespace}/workflows/delivery%2F`,
  );

  status = 200;
  await page.getByRole('heading', { level: 1 }).locator('..').getByText('delivered').waitFor();
  await page.getByRole('link', { name: 'Fulfilment' }).click();
  await page.getByRole('tab', { name: 'Health' }).click();
  await eventually(
    async () => {
      expect(await page.getByText('Being retried').locator('..').innerText()).toMatch(/\n0\n/);
    },
    { timeoutMs: PATIENCE_MS },
  );
  await page.context().close();
}, 240_000);

test('every page is readable by everyone: both themes, desk and phone', async () => {
  status = 503;
  const person = await newOwner(console_);
  const first = await newPage();
  await accept(first, person);
  await first.context().close();
  const body = { name: 'CRM', url: receiver.url, retry_schedule_ms: [600_000] };
  const { id } = await person.team.api<{ id: string }>('POST', '/webhooks', body);
  await capture(person, EVENTS);
  const uuid = await eventually(
    async () => {
      const { items } = await person.team.api<{ items: { event_uuid: string }[] }>('GET', `/webhooks/${id}/attempts`);
      return items[0]!.event_uuid;
    },
    { timeoutMs: PATIENCE_MS },
  );
  const pages = {
    overview: '/',
    webhooks: '/webhooks',
    'webhook-catalogue': '/webhooks/new',
    'webhook-new': '/webhooks/new/generic',
    'webhook-new-slack': '/webhooks/new/slack',
    webhook: `/webhooks/${id}`,
    'webhook-deliveries': `/webhooks/${id}/deliveries`,
    'webhook-delivery': `/webhooks/${id}/events/${uuid}`,
    'webhook-replays': `/webhooks/${id}/replays`,
    'webhook-settings': `/webhooks/${id}/settings`,
    'not-found': '/nowhere',
  };
  const page = await newPage();
  await page.goto('/console/login');
  const found = await violationsInEveryView(page, 'login');
  await signIn(page, person);
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(`/console${path}`);
    found.push(...(await violationsInEveryView(page, name)));
  }
  await page.context().close();
  expect(found).toEqual([]);
}, 480_000);

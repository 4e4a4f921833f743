import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { startReceiver, type Receiver } from '../../dev/receiver.ts';
import { eventually } from '../support/eventually.ts';
import { Hand } from './support/clicks.ts';
import { startConsole, type ConsoleUnderTest } from './support/console.ts';
import { tablesCutOff, violationsInEveryView } from './support/views.ts';
import { accept, newOwner, signIn, type Person } from './support/sign-in.ts';

const NEW_USER_CLICKS = 8;
const NEW_USER_MS = 120_000;
/** Pages of a busy machine take their time. */
const PATIENCE_MS = 60_000;
const DESK = { width: 1280, height: 900 };
const DAY_MS = 86_400_000;
const EVENTS = 8;
const FEW = 3;
const MANY = 100;
/** Health looks back for two minutes. */
const HEALTHY_AGAIN_MS = 150_000;

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
  await page.getByRole('textbox', { name: 'Event' }).and(page.locator(':focus')).waitFor();
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
  await page.goto('/console/webhooks/new/generic');
  await page.getByLabel('Name').fill('Fulfilment');
  await page.getByLabel('Address').fill(receiver.url);
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByText('whsec_').waitFor();
  const id = new URL(page.url()).pathname.split('/')[3] ?? '';
  const health = page.getByRole('heading', { level: 1 }).locator('..');
  await health.getByText('healthy').waitFor();
  // Nobody waits for its retries.
  await person.team.api('PATCH', `/webhooks/${id}`, { retry_schedule_ms: [600_000] });
  await capture(person, EVENTS);

  await page.getByText('The endpoint answered 503.').first().waitFor();
  await page.getByText('The endpoint refuses some requests').waitFor();
  await health.getByText('degraded').waitFor();
  await page.getByRole('table', { name: 'Delivery attempts' }).getByRole('link').first().click();
  await page.getByText('What happens next').waitFor();
  // Whoever uses keys or a screen reader goes on in the page that came.
  await page.locator('#main:focus').waitFor();
  await page.getByText('{ "status": 503 }').or(page.getByText('"status": 503')).first().waitFor();
  await page.getByRole('group', { name: 'Where the time went' }).first().getByText('First byte').waitFor();
  await page.getByRole('button', { name: 'Headers of the answer' }).first().click();
  await page
    .getByRole('table', { name: /^Headers of the answer/ })
    .first()
    .getByText('keep-alive')
    .first()
    .waitFor();
  expect(await page.getByRole('link', { name: 'Its retries in Temporal' }).getAttribute('href')).toContain(
    `/namespaces/${console_.system.config.temporal.namespace}/workflows/delivery%2F`,
  );

  status = 200;
  await page.getByRole('button', { name: 'Retry now' }).click();
  await page.getByRole('heading', { level: 1 }).locator('..').getByText('delivered').waitFor();
  const { items } = await person.team.api<{ items: { event_uuid: string }[] }>('GET', `/webhooks/${id}/attempts`);
  const uuids = [...new Set(items.map(({ event_uuid: uuid }) => uuid))];
  await person.team.api('POST', `/webhooks/${id}/retry`, { event_uuids: uuids });
  await page.goBack();
  await page.getByRole('tab', { name: 'Health', selected: true }).waitFor();
  await eventually(
    async () => {
      expect(await page.getByText('Being retried').locator('..').innerText()).toMatch(/\n0\n/);
    },
    { timeoutMs: PATIENCE_MS },
  );
  // What comes now is taken: the failures become few among many.
  await capture(person, MANY);
  await health.getByText('healthy').waitFor({ timeout: HEALTHY_AGAIN_MS });
  await page.getByText('The endpoint refuses some requests').waitFor({ state: 'detached' });
  await page.context().close();
}, 240_000);

interface Stored {
  id: string;
  name: string;
  events: string[] | null;
}

test('what an outage gave up is found by a search, and sent again by a replay that is counted first', async () => {
  status = 503;
  const person = await newOwner(console_);
  const { api } = person.team;
  const { id } = await api<Stored>('POST', '/webhooks', {
    ...{ name: 'Archive', url: receiver.url, retry_schedule_ms: [1_000] },
  });
  await capture(person, FEW);
  const page = await newPage();
  await accept(page, person);
  await eventually(
    async () => expect(await api('GET', `/webhooks/${id}/stats`)).toMatchObject({ delivered: 0, discarded: FEW }),
    { timeoutMs: PATIENCE_MS },
  );
  await page.goto(`/console/webhooks/${id}/deliveries`);
  await page.getByLabel('Search').fill('ORDER PL');
  await page.waitForURL(/search=ORDER/);
  await page.getByRole('table', { name: 'Delivery attempts' }).getByText('503').first().waitFor();
  await page.getByRole('button', { name: `Retry ${String(FEW)} failed now` }).waitFor();
  await page.getByLabel('Search').fill('no such text');
  await page.getByText('Nothing of that time fits.').waitFor();
  await page.context().clearCookies();
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(person.password);
  await page.keyboard.press('Enter');
  await page.getByText('Nothing of that time fits.').waitFor();
  await page.getByLabel('Search').fill('503');
  await page.getByRole('table', { name: 'Delivery attempts' }).getByText('503').first().waitFor();
  const file = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  await page.getByRole('menuitem', { name: 'As CSV' }).click();
  const lines = (await readFile(await (await file).path(), 'utf8')).trimEnd().split('\r\n');
  const { items } = await api<{ items: { event_uuid: string }[] }>('GET', `/webhooks/${id}/attempts?limit=100`);
  expect([lines.length, lines[0]]).toEqual([1 + items.length, expect.stringContaining('attempted_at,event_uuid')]);

  status = 200;
  await page.getByLabel('Search').fill(items[0]!.event_uuid);
  await page.getByRole('button', { name: 'Retry the failed one now' }).click();
  await page.getByRole('table', { name: 'Delivery attempts' }).getByText('delivered').waitFor();
  await page.getByRole('tab', { name: 'Replays' }).click();
  await page.getByRole('button', { name: 'New replay' }).press('Enter');
  const focused = page.locator(':focus');
  await page.getByRole('radio', { name: 'What failed' }).and(focused).waitFor();
  await page.keyboard.press('Enter');
  await page
    .getByRole('button', { name: `Send ${String(FEW - 1)} again` })
    .and(focused)
    .waitFor();
  const found = await violationsInEveryView(page, 'webhook-replay-wizard');
  await page.setViewportSize(DESK);
  await page.keyboard.press('Enter');
  await page.getByRole('table', { name: 'Replays' }).getByText('completed').nth(1).waitFor();
  await eventually(async () => expect(await api('GET', `/webhooks/${id}/stats`)).toMatchObject({ delivered: FEW }), {
    timeoutMs: PATIENCE_MS,
  });
  await page.getByRole('tab', { name: 'Health' }).click();
  await page.getByRole('button', { name: 'Read it' }).click();
  await page.getByText('History reaches back to').waitFor();
  const asked = page.waitForRequest((request) => request.url().includes(`/stats/${id}?from=`));
  await page.getByRole('radiogroup', { name: 'Time of Temporal’s history' }).getByText('7 days').click();
  const { searchParams } = new URL((await asked).url());
  expect(Date.now() - Date.parse(searchParams.get('from') ?? '')).toBeGreaterThanOrEqual(7 * DAY_MS);
  await page.getByText('History reaches back to').waitFor();
  await page.context().close();
  expect(found).toEqual([]);
}, 240_000);

test('a new webhook shows what it would send, filtered without writing JSON, before it is created', async () => {
  const person = await newOwner(console_);
  await capture(person, FEW);
  const page = await newPage();
  await accept(page, person);
  await page.goto('/console/webhooks/new/generic');
  await page.getByLabel('Address').fill(receiver.url);
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('button', { name: 'Add a condition' }).click();
  // The keyboard is in the row that came.
  await page.keyboard.type('tot');
  await page.getByRole('option', { name: 'total' }).click();
  await page.getByRole('combobox', { name: 'Condition 1: how it is compared' }).click();
  await page.getByRole('option', { name: 'is greater than' }).click();
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByText('Give a value.').waitFor();
  await page.getByRole('textbox', { name: 'Condition 1: value' }).fill('1.5');
  await page.getByRole('button', { name: 'Add a group' }).click();
  await page.getByRole('combobox', { name: 'Condition 2.1: property' }).fill('total');
  await page.getByRole('combobox', { name: 'Condition 2.1: how it is compared' }).click();
  await page.getByRole('option', { name: 'is set', exact: true }).click();
  await page.getByRole('button', { name: 'Preview' }).click();
  const preview = page.getByRole('status', { name: 'Preview' });
  await preview.getByText('Your newest event that it takes').waitFor();
  await preview.getByText('of customer-2').waitFor();
  await preview.getByText('"total": 2').first().waitFor();
  await expectWithin(page.getByRole('region', { name: 'Filter' }), [
    page.getByRole('combobox', { name: 'Never these events' }),
    page.getByRole('button', { name: 'Add to group 2' }),
  ]);
  const found = await violationsInEveryView(page, 'webhook-new-filled');
  await page.getByRole('button', { name: 'Show JSON' }).click();
  const json = page.getByRole('textbox', { name: 'Conditions on properties, as JSON' });
  await json.fill((await json.inputValue()).replace('1.5', '0.5'));
  await page.getByRole('button', { name: 'Show rows' }).click();
  expect(await page.getByRole('textbox', { name: 'Condition 1: value' }).inputValue()).toBe('0.5');
  await page.getByLabel('Name').fill('Small orders');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByText('whsec_').waitFor();
  const { items } = await person.team.api<{ items: unknown[] }>('GET', '/webhooks');
  const total = { source: 'event', key: 'total' };
  expect(items).toMatchObject([
    {
      properties: [
        { ...total, operator: 'gt', value: 0.5 },
        { operator: 'or', filters: [{ ...total, operator: 'is_set' }] },
      ],
    },
  ]);
  await page.context().close();
  expect(found).toEqual([]);
}, 240_000);

/** Not cut off at its top or its bottom. */
async function expectWithin(region: Locator, parts: readonly Locator[]): Promise<void> {
  const outer = (await region.boundingBox())!;
  for (const part of parts) {
    const inner = (await part.boundingBox())!;
    expect(inner.y).toBeGreaterThanOrEqual(outer.y);
    expect(inner.y + inner.height).toBeLessThanOrEqual(outer.y + outer.height);
  }
}

test('a change is tried on captured events first, and nobody overwrites unseen what somebody else saved', async () => {
  status = 200;
  const person = await newOwner(console_);
  const { api } = person.team;
  const { id } = await api<Stored>('POST', '/webhooks', { name: 'Billing', url: receiver.url });
  await capture(person, FEW);
  const page = await newPage();
  await accept(page, person);
  await page.goto(`/console/webhooks/${id}/settings`);
  const events = page.getByRole('combobox', { name: 'Events', exact: true });
  await events.click();
  await page.getByRole('option', { name: 'order placed' }).waitFor();
  await events.fill('order paid');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Simulate' }).click();
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByText(`Would not be sent any more: ${String(FEW)}`).waitFor();
  const found = await violationsInEveryView(page, 'webhook-simulation');
  await page.getByRole('button', { name: 'Close' }).click();

  await api('PATCH', `/webhooks/${id}`, { name: 'Ledger' });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('table', { name: 'What changed meanwhile' }).getByText('Ledger').waitFor();
  expect(await api<Stored>('GET', `/webhooks/${id}`)).toMatchObject({ name: 'Ledger', events: null });
  found.push(...(await violationsInEveryView(page, 'webhook-changed-elsewhere')));
  await page.getByRole('button', { name: 'Keep mine' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved. It takes effect').waitFor();
  expect(await api<Stored>('GET', `/webhooks/${id}`)).toMatchObject({ name: 'Billing', events: ['order paid'] });
  const history = page.getByRole('table', { name: 'History of the settings' });
  const saved = history.getByRole('row', { name: /name: "Ledger" → "Billing"/ });
  await saved.getByText(person.email).filter({ visible: true }).waitFor();

  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  await page.getByLabel('Type Billing to confirm').fill('Billing');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Webhooks' }).waitFor();
  await page.getByRole('button', { name: 'Restore it' }).click();
  await page.getByRole('heading', { level: 1, name: 'Billing' }).waitFor();
  await page.context().close();
  expect(found).toEqual([]);
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
  await page.goto('/console/login?error=oidc_user_unknown');
  await page.getByRole('alert').getByText('Ask an owner for an invitation').waitFor();
  const found = await violationsInEveryView(page, 'login');
  await signIn(page, person);
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(`/console${path}`);
    await saysWhatIsLeft(page, name);
    found.push(...(await violationsInEveryView(page, name)), ...(await tablesCutOff(page, name)));
    await saysOnAPhone(page, name);
  }
  await page.context().close();
  expect(found).toEqual([]);
}, 480_000);

/** The window is narrow now: a list says there too what is wrong. */
async function saysOnAPhone(page: Page, name: string): Promise<void> {
  if (name === 'webhooks') {
    const error = page.getByRole('table', { name: 'Webhooks' }).getByText('The endpoint answered 503.');
    await error.filter({ visible: true }).waitFor();
  }
}

const LEFT: Readonly<Record<string, string>> = {
  overview: 'The failed deliveries say why.',
  webhooks: 'The failed deliveries say why.',
  'webhook-delivery': 'Next attempt: in',
};

/** Waits for what the page of something that fails says of the time to come. */
async function saysWhatIsLeft(page: Page, name: string): Promise<void> {
  const text = LEFT[name];
  if (text !== undefined) {
    // On a phone a list shows less.
    await page.getByText(text).first().waitFor({ state: 'attached' });
  }
}

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { JSON_LINES } from '../e2e/support/export-runs.ts';
import { startConsole, type ConsoleUnderTest } from './support/console.ts';
import { createTeamAndInvite } from './support/people.ts';
import { accept, newOwner, type Person } from './support/sign-in.ts';
import { violationsInEveryView } from './support/views.ts';

/** Pages of a busy machine take their time. */
const PATIENCE_MS = 60_000;
const DESK = { width: 1280, height: 900 };
const NOWHERE = '0192f0c1-5f1e-7c3a-9d55-1f1f6b8f2a10';
const PRIVACY = {
  drop: [{ source: 'event', path: ['email'] }],
  ...{ hash: [], hash_distinct_id: false, hash_person_id: false },
};

let console_: ConsoleUnderTest;

beforeAll(async () => {
  console_ = await startConsole();
}, 240_000);
afterAll(() => console_.stop());

async function newPage(): Promise<Page> {
  const page = await console_.open();
  page.setDefaultTimeout(PATIENCE_MS);
  return page;
}

async function folder({ team }: Person): Promise<string> {
  const config = { directory: `${console_.system.directory}/safe` };
  return (await team.api<{ id: string }>('POST', '/destinations', { kind: 'file', name: 'folder', config })).id;
}

async function exportOf(person: Person, settings: Record<string, unknown>): Promise<string> {
  const body = { name: 'ledger', destination_id: await folder(person), interval: 'day', ...settings };
  return (await person.team.api<{ id: string }>('POST', '/exports', body)).id;
}

/** The first days of last month. */
async function chooseRange(page: Page): Promise<void> {
  for (const [label, nth] of [
    ['From', 0],
    ['To, exclusive', 3],
  ] as const) {
    await page.getByLabel(label).click();
    const calendar = page.locator('[data-dates-dropdown]');
    await calendar.locator('button[data-direction="previous"]').click();
    await calendar.locator('table button:not([data-outside])').nth(nth).click();
    await page.getByRole('heading', { level: 1, name: 'Export once' }).click();
    await calendar.waitFor({ state: 'hidden' });
  }
}

test('an export of one range that is made from another keeps its privacy and format, and shows them', async () => {
  const person = await newOwner(console_);
  const filter = { include_events: ['paid'], exclude_events: ['refunded'] };
  const id = await exportOf(person, { privacy: PRIVACY, filter, format: JSON_LINES });
  const page = await newPage();
  await accept(page, person);
  await page.goto(`/console/exports/${id}`);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Export a range once' }).click();
  await page.getByRole('table', { name: 'As in ledger' }).getByText('left out: email').waitFor();
  expect(await violationsInEveryView(page, 'export-once-from')).toEqual([]);
  await page.setViewportSize(DESK);
  await chooseRange(page);
  // Cleared: all events.
  await page.getByRole('combobox', { name: 'Only these events' }).press('Backspace');
  await page.getByRole('textbox', { name: 'Name' }).press('Enter');
  await page.getByRole('table', { name: 'Exports made once' }).getByText('ledger, once').waitFor();
  const { items } = await person.team.api<{ items: { filter: unknown }[] }>('GET', '/on-demand-exports');
  expect(items).toMatchObject([{ privacy: PRIVACY, format: JSON_LINES }]);
  expect(items[0]?.filter).toEqual({ exclude_events: ['refunded'] });
  await page.context().close();
}, 240_000);

/** All that an export of a query can have. */
const QUERY = {
  ...{ model: 'sql', query: 'SELECT uuid, event, {interval_end} AS version FROM events' },
  ...{ key: ['uuid'], version_column: 'version', privacy: PRIVACY, format: JSON_LINES, max_file_mb: 7 },
  ...{ interval: 'week', time_zone: 'Europe/Berlin', hour_offset: 3, weekday_offset: 1, jitter_seconds: 60 },
  ...{ start_at: '2026-01-05T02:00:00.000Z', end_at: '2036-01-07T02:00:00.000Z' },
};

test('a copy of an export of a query is like it, and loses what is emptied', async () => {
  const person = await newOwner(console_);
  const { api } = person.team;
  const id = await exportOf(person, QUERY);
  const page = await newPage();
  await accept(page, person);
  await page.goto(`/console/exports/${id}`);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Clone' }).click();
  await page.getByRole('button', { name: 'Next: rows' }).click();
  await page.getByText('Privacy: left out: email.').waitFor();
  const found = await violationsInEveryView(page, 'export-clone-rows');
  await page.setViewportSize(DESK);
  await page.getByRole('button', { name: 'Next: schedule' }).click();
  await page.getByText('Runs begin up to').waitFor();
  found.push(...(await violationsInEveryView(page, 'export-clone')));
  await page.setViewportSize(DESK);
  await page.getByRole('button', { name: 'Create the export' }).click();
  await page.getByRole('heading', { level: 1, name: 'Copy of ledger' }).waitFor();
  const copy = new URL(page.url()).pathname.split('/')[3] ?? '';
  expect(copy).not.toBe(id);
  expect(await api('GET', `/exports/${copy}`)).toMatchObject(QUERY);

  await page.goto(`/console/exports/${copy}/edit`);
  await page.getByRole('combobox', { name: 'Key' }).press('Backspace');
  await page.getByRole('textbox', { name: 'Version column' }).fill('');
  await page.getByRole('textbox', { name: 'Largest file, MB' }).fill('');
  await page.getByRole('button', { name: 'Remove these limits' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('table', { name: 'Settings' }).getByText('no limit').waitFor();
  expect(await api('GET', `/exports/${copy}`)).toMatchObject({
    ...{ ...QUERY, key: [], version_column: null, max_file_mb: null },
    ...{ jitter_seconds: 0, start_at: null, end_at: null },
  });
  await page.context().close();
  expect(found).toEqual([]);
}, 240_000);

test('an export of a query that replaces rows is made with its key and version', async () => {
  const person = await newOwner(console_);
  const config = { host: '127.0.0.1', port: 9, user: 'u', password: 'p', database: 'd', table: 't' };
  await person.team.api('POST', '/destinations', { kind: 'postgres', name: 'warehouse', config });
  const page = await newPage();
  await accept(page, person);
  await page.goto('/console/exports/new/postgres');
  await page.getByRole('button', { name: 'Next: rows' }).click();
  await page.getByText('A query of mine').click();
  await page.getByRole('textbox', { name: 'Query' }).fill(QUERY.query);
  await page.getByRole('combobox', { name: 'Key' }).fill('uuid');
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Version column' }).fill('version');
  await page.getByRole('combobox', { name: 'When a row is there already' }).click();
  await page.getByRole('option', { name: /Replace the row/ }).click();
  await page.getByRole('button', { name: 'Next: schedule' }).click();
  await page.getByRole('button', { name: 'Create the export' }).click();
  await page.getByRole('tab', { name: 'Runs' }).waitFor();
  const { items } = await person.team.api<{ items: unknown[] }>('GET', '/exports');
  expect(items).toMatchObject([{ model: 'sql', mode: 'merge', key: ['uuid'], version_column: 'version' }]);
  await page.context().close();
}, 240_000);

test('what is no JSON yet is not sent, and says so where it is', async () => {
  const person = await newOwner(console_);
  const { api } = person.team;
  const webhooks = async (): Promise<{ id: string }[]> =>
    (await api<{ items: { id: string }[] }>('GET', '/webhooks')).items;
  const page = await newPage();
  await accept(page, person);
  await page.goto('/console/webhooks/new/generic');
  await page.getByLabel('Name').fill('Orders');
  await page.getByLabel('Address').fill('http://127.0.0.1:9/in');
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('button', { name: 'Show JSON' }).click();
  const conditions = page.getByRole('textbox', { name: 'Conditions on properties, as JSON' });
  await conditions.fill('[{ "operator": "exact", ');
  for (const name of ['Create', 'Preview']) {
    await page.getByRole('button', { name }).click();
    await page.getByText('This is not JSON yet.').waitFor();
  }
  expect(await violationsInEveryView(page, 'webhook-broken-json')).toEqual([]);
  await page.setViewportSize(DESK);
  expect(await webhooks()).toEqual([]);
  const condition = { operator: 'exact', source: 'event', key: 'plan', value: 'pro' };
  await conditions.fill(JSON.stringify([condition]));
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByText('whsec_').waitFor();
  expect(await webhooks()).toMatchObject([{ properties: [condition] }]);

  await page.getByRole('button', { name: 'Send a test event' }).first().click();
  await page.getByRole('textbox', { name: 'Properties' }).fill('{');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('Properties: this is not JSON yet.').waitFor();
  await page.goto('/console/exports/new/file');
  await page.getByRole('textbox', { name: 'Directory' }).fill(`${console_.system.directory}/safe`);
  await page.getByRole('button', { name: 'Next: rows' }).click();
  await page.getByRole('button', { name: 'Show JSON' }).click();
  await conditions.fill('[');
  await page.getByRole('button', { name: 'Next: schedule' }).click();
  await page.getByText('Conditions on properties: this is not JSON yet.').waitFor();
  await page.context().close();
}, 240_000);

test('who signs in after a key was revoked sees nothing of the team before', async () => {
  const [before, after] = [await newOwner(console_), await newOwner(console_)];
  const { id, key } = await before.team.api<{ id: string; key: string }>('POST', '/api-keys', { name: 'revoked' });
  const page = await newPage();
  const signIn = async (apiKey: string): Promise<void> => {
    await page.getByRole('button', { name: 'Use an API key' }).click();
    await page.getByRole('textbox', { name: 'API key' }).fill(apiKey);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };
  await page.goto('/console/events');
  await signIn(key);
  await page.getByText(before.team.captureToken).first().waitFor();
  await before.team.api('DELETE', `/api-keys/${id}`);
  await page.getByRole('link', { name: 'Webhooks' }).click();
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
  await signIn(after.team.apiKey);
  await page.getByRole('link', { name: 'Events' }).click();
  await page.getByText(after.team.captureToken).first().waitFor();
  expect(await page.getByText(before.team.captureToken).count()).toBe(0);
  await page.context().close();
}, 240_000);

test('a viewer who has the address of a form is told who may use it', async () => {
  const person = await createTeamAndInvite(console_.system, 'viewer');
  const id = await exportOf(person, {});
  const page = await newPage();
  await accept(page, person);
  const forms = [
    'exports/new',
    'exports/new/file',
    'exports/destinations/new',
    `exports/${id}/edit`,
    'webhooks/new',
    'webhooks/new/generic',
  ];
  for (const path of forms) {
    await page.goto(`/console/${path}`);
    await page.getByRole('heading', { name: 'For editors' }).waitFor();
    expect(await page.getByRole('textbox').count()).toBe(0);
  }
  expect(await violationsInEveryView(page, 'for-editors')).toEqual([]);
  await page.context().close();
}, 240_000);

test('what an address names and is not there is said', async () => {
  const person = await newOwner(console_);
  const page = await newPage();
  await accept(page, person);
  const missing = [
    ...['exports/new', 'exports/new/file'].map((path) => `${path}?clone=${NOWHERE}`),
    ...[`exports/once?from=${NOWHERE}`, 'exports/new/nothing', 'webhooks/new/nothing'],
  ];
  for (const path of missing) {
    await page.goto(`/console/${path}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page
      .getByRole('alert')
      .getByText(/there is no/i)
      .waitFor();
  }
  expect(await violationsInEveryView(page, 'webhook-kind-unknown')).toEqual([]);
  await page.context().close();
}, 240_000);

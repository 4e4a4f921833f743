import { randomUUID } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { insertMany } from '../e2e/support/export-events.ts';
import { createExport, pastDay, startMinute } from '../e2e/support/export-runs.ts';
import { eventually } from '../support/eventually.ts';
import { OIDC_CLIENT, startOidcProvider, type OidcProvider } from '../support/oidc-provider.ts';
import { startConsole, type ConsoleUnderTest } from './support/console.ts';
import { accept, newOwner, type Person } from './support/sign-in.ts';
import { tablesCutOff, violationsInEveryView } from './support/views.ts';

/** Pages of a busy machine take their time. */
const PATIENCE_MS = 60_000;
const DESK = { width: 1280, height: 900 };
const ROWS = 3;
/** Nobody listens there: a run tries for minutes. */
const NOWHERE = { host: '127.0.0.1', port: 9, user: 'u', password: 'p', database: 'd', table: 't' };
const TEMPORAL = /\/namespaces\/[^/]+\/(?<what>workflows\?query=|schedules\/)(?<which>[^?]+)$/;

let console_: ConsoleUnderTest;
let provider: OidcProvider;

beforeAll(async () => {
  // oidc-provider has much to say of being a test.
  jest.spyOn(console, 'warn').mockReturnValue();
  jest.spyOn(console, 'info').mockReturnValue();
  provider = await startOidcProvider();
  const { clientId: SLUICE_OIDC_CLIENT_ID, clientSecret: SLUICE_OIDC_CLIENT_SECRET } = OIDC_CLIENT;
  const oidc = { SLUICE_OIDC_ISSUER: provider.issuer, SLUICE_OIDC_NAME: 'Acme ID' };
  console_ = await startConsole({ env: { ...oidc, SLUICE_OIDC_CLIENT_ID, SLUICE_OIDC_CLIENT_SECRET } });
  provider.serve(console_.system.system.apiUrl);
}, 240_000);
afterAll(async () => {
  await console_.stop();
  provider.stop();
});

async function newPage(): Promise<Page> {
  const page = await console_.open();
  page.setDefaultTimeout(PATIENCE_MS);
  return page;
}

async function pageOf(person: Person): Promise<Page> {
  const page = await newPage();
  await accept(page, person);
  return page;
}

async function capture({ team }: Person, event: string): Promise<void> {
  const response = await fetch(`${console_.system.system.apiUrl}/batch/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ api_key: team.captureToken, batch: [{ event, distinct_id: 'p1' }] }),
  });
  expect(response.status).toBe(200);
}

/** What the API answers whoever has the key. */
async function statusWith(key: string): Promise<number> {
  const url = `${console_.system.system.apiUrl}/api/v1/webhooks`;
  return (await fetch(url, { headers: { authorization: `Bearer ${key}` } })).status;
}

test('an export of one range says why it failed; one that has not ended is cancelled, and so is a run', async () => {
  const owner = await newOwner(console_);
  const { api, teamId } = owner.team;
  const day = pastDay(1);
  await insertMany(console_.system.clickhouse, teamId, day, { rows: ROWS, bytes: 100 });
  const directory = `${console_.system.directory}/${randomUUID()}`;
  await writeFile(directory, 'a file where the folder should be');
  const range = { from: new Date(day.startMicros / 1_000).toISOString(), to: day.end };
  for (const [name, kind, config] of [
    ['doomed', 'file', { directory }],
    ['stuck', 'postgres', NOWHERE],
  ] as const) {
    const { id: destination_id } = await api<{ id: string }>('POST', '/destinations', { kind, name, config });
    await api('POST', '/on-demand-exports', { name, ...range, destination_id });
  }
  const page = await pageOf(owner);
  await page.goto('/console/exports/once');
  const table = page.getByRole('table', { name: 'Exports made once' });
  const doomed = table.getByRole('row', { name: /doomed/ });
  await doomed.getByText('Enter the path of a folder').waitFor();
  await doomed.getByText('file_directory_invalid').waitFor();
  expect(await doomed.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
  const found = await violationsInEveryView(page, 'export-once-failed');
  await page.setViewportSize(DESK);
  const stuck = table.getByRole('row', { name: /stuck/ });
  await stuck.getByRole('button', { name: 'Cancel stuck' }).waitFor();
  expect(await stuck.getByRole('button', { name: 'Delete stuck' }).count()).toBe(0);
  await stuck.getByRole('button', { name: 'Cancel stuck' }).press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Let it go on' }).and(page.locator(':focus')).waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the export' }).click();
  await stuck.getByText('cancelled').waitFor();
  await stuck.getByRole('button', { name: 'Cancel stuck' }).waitFor({ state: 'detached' });
  await stuck.getByRole('button', { name: 'Delete stuck' }).waitFor();

  const id = await createExport(api, { kind: 'postgres', config: NOWHERE }, { interval: 'day', paused: false });
  await startMinute(api, id, day);
  await page.goto(`/console/exports/${id}`);
  await page.getByRole('table', { name: 'Runs' }).getByRole('link').first().click();
  await page.getByRole('button', { name: 'Cancel' }).press('Enter');
  await page.getByRole('dialog', { name: 'Cancel the run?' }).getByRole('button', { name: 'Cancel the run' }).click();
  await page.getByRole('heading', { level: 1, name: 'Run' }).locator('..').getByText('cancelled').waitFor();
  const { items } = await api<{ items: unknown[] }>('GET', `/exports/${id}/runs`);
  expect(items).toMatchObject([{ status: 'cancelled' }]);
  await page.context().close();
  expect(found).toEqual([]);
}, 240_000);

test('an export of one range that has ended is deleted: its links end; what has arrived, and its log, stay', async () => {
  const owner = await newOwner(console_);
  const { api, teamId } = owner.team;
  const day = pastDay(1);
  await insertMany(console_.system.clickhouse, teamId, day, { rows: ROWS, bytes: 100 });
  const directory = `${console_.system.directory}/${randomUUID()}`;
  const folder = { kind: 'file', name: 'folder', config: { directory } };
  const { id: destination_id } = await api<{ id: string }>('POST', '/destinations', folder);
  const range = { from: new Date(day.startMicros / 1_000).toISOString(), to: day.end };
  await api('POST', '/on-demand-exports', { name: 'files', ...range, download: true });
  await api('POST', '/on-demand-exports', { name: 'lake', ...range, destination_id });
  const page = await pageOf(owner);
  await page.goto('/console/exports/once');
  const rowOf = (name: string): Locator => page.getByRole('row', { name: new RegExp(`^${name}`) });
  const dialog = page.getByRole('dialog');
  await rowOf('files').getByRole('button', { name: 'Show links' }).click();
  const path = await rowOf('files').locator('a[download]').getAttribute('href');
  const link = new URL(path ?? '', console_.system.system.apiUrl);
  expect((await fetch(link)).status).toBe(200);
  await rowOf('lake').getByText('completed').waitFor();
  const { items } = await api<{ items: { run: { id: string } }[] }>('GET', '/on-demand-exports');
  const arrived = await readdir(directory, { recursive: true });

  await rowOf('files').getByRole('button', { name: 'Delete files' }).press('Enter');
  await dialog.getByText('The links to its files end at once').waitFor();
  const found = await violationsInEveryView(page, 'export-once-delete');
  found.push(...(await tablesCutOff(page, 'export-once-delete')));
  await page.setViewportSize(DESK);
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await rowOf('files').waitFor({ state: 'detached' });
  expect((await fetch(link)).status).toBe(403);

  await rowOf('lake').getByRole('button', { name: 'Delete lake' }).press('Enter');
  await dialog.getByText('Sluice never removes it').waitFor();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('heading', { name: 'None yet' }).waitFor();
  expect(arrived.some((name) => name.endsWith('_manifest.json'))).toBe(true);
  expect(await readdir(directory, { recursive: true })).toEqual(arrived);
  const log = await api<{ items: unknown[] }>('GET', `/runs/${items[0]!.run.id}/log`);
  expect(log.items.length).toBeGreaterThan(0);
  const audit = await api<{ items: { action: string }[] }>('GET', '/audit-log?resource=on-demand-exports');
  const deletions = audit.items.filter(({ action }) => action === 'Delete an on-demand export');
  expect(deletions).toHaveLength(2);
  await page.context().close();
  expect(found).toEqual([]);
}, 240_000);

test('a key is shown once, changed only as it was seen, and of no use once it is revoked', async () => {
  const owner = await newOwner(console_);
  const { api } = owner.team;
  const page = await pageOf(owner);
  await page.goto('/console/settings/keys');
  await page.getByRole('button', { name: 'New key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('deploys');
  const found = await violationsInEveryView(page, 'settings-key-new');
  await page.setViewportSize(DESK);
  await dialog.getByRole('button', { name: 'Make the key' }).click();
  const key = await dialog.getByText(/^sk_/).innerText();
  found.push(...(await violationsInEveryView(page, 'settings-key-made')));
  await page.setViewportSize(DESK);
  expect(await statusWith(key)).toBe(200);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(await page.getByText(key).count()).toBe(0);

  const { items } = await api<{ items: { id: string; name: string }[] }>('GET', '/api-keys');
  const id = items.find(({ name }) => name === 'deploys')?.id ?? '';
  await page
    .getByRole('row', { name: /deploys/ })
    .getByRole('button', { name: 'Change' })
    .click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('releases');
  await api('PATCH', `/api-keys/${id}`, { name: 'ci', scopes: ['read'] });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByRole('table', { name: 'What changed meanwhile' }).getByText('ci', { exact: true }).waitFor();
  expect(await api('GET', `/api-keys/${id}`)).toMatchObject({ name: 'ci' });
  await dialog.getByRole('button', { name: 'Take theirs' }).click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('ci of releases');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(await api('GET', `/api-keys/${id}`)).toMatchObject({ name: 'ci of releases', scopes: ['read'] });

  await page.getByRole('button', { name: 'Revoke ci of releases' }).click();
  await dialog.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('row', { name: /ci of releases/ }).waitFor({ state: 'detached' });
  expect(await statusWith(key)).toBe(401);
  await page.context().close();
  expect(found).toEqual([]);
}, 240_000);

test('a signing secret is shown when it is made and when an owner asks, and is rotated with time to change over', async () => {
  const owner = await newOwner(console_);
  const page = await pageOf(owner);
  await page.goto('/console/webhooks/new/generic');
  await page.getByLabel('Name').fill('CRM');
  await page.getByLabel('Address').fill('https://example.com/hook');
  await page.getByRole('button', { name: 'Create' }).click();
  const made = await page.getByText(/^whsec_/).innerText();
  await page.reload();
  await page.getByRole('tab', { name: 'Settings' }).click();
  const panel = page.getByRole('region', { name: 'Signing secret' });
  await panel.getByRole('button', { name: 'Reveal' }).waitFor();
  expect(await page.getByText(/^whsec_/).count()).toBe(0);
  await panel.getByRole('button', { name: 'Reveal' }).click();
  expect(await panel.getByText(/^whsec_/).innerText()).toBe(made);
  await panel.getByRole('button', { name: 'Rotate…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Rotate the signing secret' });
  await dialog.getByRole('textbox', { name: 'The old one signs too for' }).waitFor();
  const found = await violationsInEveryView(page, 'webhook-secret-rotate');
  await page.setViewportSize(DESK);
  await dialog.getByRole('button', { name: 'Rotate' }).click();
  await panel.getByText('An older secret signs too until').waitFor();
  const rotated = await panel.getByText(/^whsec_/).innerText();
  expect(rotated).not.toBe(made);
  const id = new URL(page.url()).pathname.split('/')[3] ?? '';
  expect(await owner.team.api('POST', `/webhooks/${id}/secret`)).toMatchObject({ secret: rotated, previous: [{}] });
  await page.context().close();
  expect(found).toEqual([]);
}, 240_000);

test('events come by themselves while they are followed, and wait while they are not', async () => {
  const owner = await newOwner(console_);
  const page = await pageOf(owner);
  await page.goto('/console/events');
  await page.getByRole('heading', { name: 'No events in the last 24 hours' }).waitFor();
  await capture(owner, 'signed up');
  const events = page.getByRole('table', { name: 'Events' });
  await events.getByText('signed up').waitFor();
  const follow = page.getByRole('switch', { name: 'Follow' });
  await follow.press('Space');
  expect(await follow.isChecked()).toBe(false);
  await capture(owner, 'signed out');
  const isThere = async (): Promise<void> => {
    const { items } = await owner.team.api<{ items: { event: string }[] }>('GET', '/events');
    expect(items.map(({ event }) => event)).toContain('signed out');
  };
  await eventually(isThere, { timeoutMs: PATIENCE_MS });
  expect(await events.getByText('signed out').count()).toBe(0);
  await follow.press('Space');
  await events.getByText('signed out').waitFor();
  await page.context().close();
}, 240_000);

test('colours stay as somebody has chosen them, whatever the device says', async () => {
  const page = await pageOf(await newOwner(console_));
  await page.emulateMedia({ colorScheme: 'light' });
  const shown = (scheme: string): Promise<void> =>
    page.locator(`html[data-mantine-color-scheme="${scheme}"]`).waitFor();
  await shown('light');
  await page.getByRole('button', { name: 'Dark colours' }).press('Enter');
  await shown('dark');
  await page.reload();
  await shown('dark');
  expect(await page.evaluate<string>('getComputedStyle(document.documentElement).colorScheme')).toBe('dark');
  await page.getByRole('button', { name: 'Light colours' }).press('Enter');
  await shown('light');
  await page.context().close();
}, 240_000);

/** By the provider's own page. */
async function signInThere(page: Page, account: string): Promise<void> {
  await page.route('https://fonts.googleapis.com/**', (route) => route.abort());
  await page.goto('/console/login?next=/webhooks');
  await page.getByRole('link', { name: 'Continue with Acme ID' }).click();
  await page.getByPlaceholder('Enter any login').fill(account);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
}

test('who is invited signs in at the identity provider and goes on where they were; a stranger is told whom to ask', async () => {
  const owner = await newOwner(console_);
  const page = await newPage();
  await signInThere(page, owner.email.split('@')[0]!);
  await page.getByRole('heading', { level: 1, name: 'Webhooks' }).waitFor();
  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByText(owner.email).waitFor();
  await page.context().close();
  const stranger = await newPage();
  await signInThere(stranger, 'stranger');
  await stranger.getByRole('alert').getByText('Ask an owner for an invitation').waitFor();
  expect(await violationsInEveryView(stranger, 'login-stranger')).toEqual([]);
  await stranger.context().close();
}, 240_000);

test('an invitation wants a long password, and is good once', async () => {
  const owner = await newOwner(console_);
  const page = await newPage();
  await page.goto(owner.welcomePath);
  await page.getByText('as owner').waitFor();
  await page.getByLabel('Your name').fill('Ada');
  await page.getByLabel('New password').fill('short');
  await page.keyboard.press('Enter');
  await page.getByText('At least 10 characters', { exact: true }).waitFor();
  expect(await violationsInEveryView(page, 'welcome-refused')).toEqual([]);
  await page.getByLabel('New password').fill(owner.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.context().close();
  const again = await newPage();
  await again.goto(owner.welcomePath);
  await again.getByRole('alert').waitFor();
  expect(await again.getByRole('button', { name: 'Begin' }).count()).toBe(0);
  await again.context().close();
}, 240_000);

test('from an export and a webhook it is one click to what Temporal has of them', async () => {
  const owner = await newOwner(console_);
  const { api } = owner.team;
  const config = { directory: `${console_.system.directory}/${randomUUID()}` };
  const exportId = await createExport(api, { kind: 'file', config }, { interval: 'day' });
  const { id } = await api<{ id: string }>('POST', '/webhooks', { name: 'CRM', url: 'https://example.com/hook' });
  const page = await pageOf(owner);
  const placeOf = async (name: string): Promise<[string, string]> => {
    const address = await page.getByRole('link', { name }).getAttribute('href');
    const { what = '', which = '' } = TEMPORAL.exec(address ?? '')?.groups ?? {};
    return [what, decodeURIComponent(which)];
  };
  const { client } = console_.system.temporal;
  await page.goto(`/console/exports/${exportId}`);
  const [schedules, schedule] = await placeOf('Its Schedule in Temporal');
  expect(schedules).toBe('schedules/');
  expect((await client.schedule.getHandle(schedule).describe()).scheduleId).toBe(`export/${exportId}`);
  await page.goto(`/console/webhooks/${id}`);
  await api('POST', `/webhooks/${id}/pause`);
  const [, all] = await placeOf('Its workflows in Temporal');
  const found = async (): Promise<void> => {
    const ids = [];
    for await (const { workflowId } of client.workflow.list({ query: all })) {
      ids.push(workflowId);
    }
    expect(ids).toContain(`webhook/${id}`);
  };
  await eventually(found, { timeoutMs: PATIENCE_MS });
  const [searches, retries] = await placeOf('Its retries');
  expect(searches).toBe('workflows?query=');
  expect(await client.workflow.count(retries)).toMatchObject({ count: 0 });
  await page.context().close();
}, 240_000);

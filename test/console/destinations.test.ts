import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { insertMany } from '../e2e/support/export-events.ts';
import { newPlace } from '../e2e/support/export-places.ts';
import { createExport, finishedRun, JSON_LINES, listRuns, pastDay, runMinute } from '../e2e/support/export-runs.ts';
import { eventually } from '../support/eventually.ts';
import { startConsole, type ConsoleUnderTest } from './support/console.ts';
import { accept, newOwner, type Person } from './support/sign-in.ts';
import { violationsInEveryView } from './support/views.ts';

/** Pages of a busy machine take their time. */
const PATIENCE_MS = 60_000;
const DESK = { width: 1280, height: 900 };
const ROWS = 3;

let console_: ConsoleUnderTest;

beforeAll(async () => {
  console_ = await startConsole();
}, 240_000);
afterAll(() => console_.stop());

async function pageOf(person: Person): Promise<Page> {
  const page = await console_.open();
  page.setDefaultTimeout(PATIENCE_MS);
  await accept(page, person);
  return page;
}

/** Of every day: no Schedule starts a run while a test runs. */
async function dailyInto({ team: { api } }: Person, name: string, directory: string): Promise<string> {
  const body = { kind: 'file', name, config: { directory } };
  const { id: destination_id } = await api<{ id: string }>('POST', '/destinations', body);
  const settings = { name: `${name} daily`, destination_id, interval: 'day', format: JSON_LINES };
  return (await api<{ id: string }>('POST', '/exports', settings)).id;
}

test('destinations are found by their health, and show what the runs into them brought', async () => {
  const owner = await newOwner(console_);
  const { api, teamId } = owner.team;
  const folder = `${console_.system.directory}/${randomUUID()}`;
  await mkdir(folder);
  await writeFile(`${folder}/taken`, 'a file where the folder should be');
  const fine = await dailyInto(owner, 'archive', `${folder}/archive`);
  const broken = await dailyInto(owner, 'lake', `${folder}/taken`);
  const spare = { kind: 'file', name: 'spare', config: { directory: `${folder}/spare` } };
  await api('POST', '/destinations', spare);
  for (const day of [pastDay(2), pastDay(1)]) {
    await insertMany(console_.system.clickhouse, teamId, day, { rows: ROWS, bytes: 100 });
    expect(await runMinute(api, fine, day)).toMatchObject({ status: 'completed', rows: ROWS });
  }
  expect(await runMinute(api, broken, pastDay(1))).toMatchObject({ status: 'failed' });

  const page = await pageOf(owner);
  await page.goto('/console/exports/destinations');
  const table = page.getByRole('table', { name: 'Destinations' });
  await table.getByRole('img', { name: 'Rows per run into archive' }).waitFor();
  const found = await violationsInEveryView(page, 'destinations-trend');
  await page.setViewportSize(DESK);
  for (const [health, label, name] of [
    ['failing', 'failing', 'lake'],
    ['healthy', 'healthy', 'archive'],
    ['unused', 'not in use', 'spare'],
  ] as const) {
    await page.getByRole('combobox', { name: 'Any health' }).click();
    await page.getByRole('option', { name: label, exact: true }).click();
    await page.waitForURL(`**?health=${health}`);
    await onlyRow(table, name);
  }
  await page.reload();
  await onlyRow(table, 'spare');
  found.push(...(await violationsInEveryView(page, 'destinations-unused')));
  await page.context().close();
  expect(found).toEqual([]);
}, 240_000);

async function onlyRow(table: Locator, name: string): Promise<void> {
  const names = async (): Promise<void> => {
    expect(await table.locator('tbody').getByRole('row').getByRole('link', { name, exact: true }).count()).toBe(1);
    expect(await table.locator('tbody').getByRole('row').count()).toBe(1);
  };
  await eventually(names, { timeoutMs: PATIENCE_MS });
}

test('files that were kept after a restore are named where the interval is run again, and replaced when somebody says so', async () => {
  const owner = await newOwner(console_);
  const { api, teamId } = owner.team;
  const day = pastDay(1);
  await insertMany(console_.system.clickhouse, teamId, day, { rows: ROWS, bytes: 100 });
  const place = await newPlace('file', console_.system);
  const settings = { name: 'ledger', interval: 'day', format: JSON_LINES, paused: false };
  const id = await createExport(api, place, settings);
  expect(await runMinute(api, id, day)).toMatchObject({ rows: ROWS, kept: false });
  const page = await pageOf(owner);
  await page.goto(`/console/exports/${id}`);
  const dialog = page.getByRole('dialog');
  const box = dialog.getByRole('checkbox', { name: 'Replace the files that were kept, too' });
  const force = dialog.getByRole('switch', { name: 'Even if it is exported already' });
  await page.getByRole('button', { name: 'Run now' }).press('Enter');
  await force.check();
  expect(await box.count()).toBe(0);
  await page.keyboard.press('Escape');

  // As after a restore: nobody knows the run, and the source has fewer rows.
  const [manifest = ''] = (await place.keys()).filter((key) => key.endsWith('_manifest.json'));
  const told = JSON.parse((await place.read(manifest)).toString()) as object;
  await place.write(manifest, JSON.stringify({ ...told, run_id: randomUUID() }));
  await api('PATCH', `/exports/${id}`, { filter: { include_events: ['none is called so'] } });
  const kept = await runMinute(api, id, day, { force: true });
  expect(kept).toMatchObject({ status: 'completed', rows: ROWS, rows_in: 0, kept: true });

  await page.goto(`/console/exports/${id}/runs/${kept.id}`);
  await page.getByText(`The destination kept ${String(ROWS)} rows from before`).waitFor();
  await page.getByText('None of its own: those that were kept are in the manifest.').waitFor();
  const found = await violationsInEveryView(page, 'export-run-kept');
  await page.setViewportSize(DESK);
  await page.getByRole('button', { name: 'Run again' }).press('Enter');
  await box.waitFor();
  found.push(...(await violationsInEveryView(page, 'export-run-kept-again')));
  await page.setViewportSize(DESK);
  await page.goto(`/console/exports/${id}`);
  await page.getByRole('button', { name: 'Run now' }).press('Enter');
  await force.check();
  await box.check();
  found.push(...(await violationsInEveryView(page, 'export-run-now-kept')));
  await page.setViewportSize(DESK);
  const known = new Set((await listRuns(api, id)).map((run) => run.id));
  await dialog.getByRole('button', { name: 'Run now' }).click();
  await dialog.waitFor({ state: 'detached' });
  const replaced = await finishedRun(api, id, (run) => !known.has(run.id));
  expect(replaced).toMatchObject({ status: 'completed', rows: 0, kept: false });
  await page.context().close();
  expect(found).toEqual([]);
}, 240_000);

test('an export and a webhook are paused at once, and a notice takes it back', async () => {
  const owner = await newOwner(console_);
  const { api } = owner.team;
  const exportId = await dailyInto(owner, 'folder', `${console_.system.directory}/${randomUUID()}`);
  const hook = { name: 'CRM', url: 'https://example.com/hook' };
  const { id: webhookId } = await api<{ id: string }>('POST', '/webhooks', hook);
  const page = await pageOf(owner);
  const found: string[] = [];
  const badge = page.getByRole('heading', { level: 1 }).locator('..');
  const notice = page.getByRole('alert').filter({ hasText: 'is paused.' });
  for (const path of [`exports/${exportId}`, `webhooks/${webhookId}`]) {
    await page.goto(`/console/${path}`);
    await page.getByRole('button', { name: 'Pause' }).press('Enter');
    await badge.getByText('paused').waitFor();
    // The keyboard stays where it was.
    await page.getByRole('button', { name: 'Resume' }).and(page.locator(':focus')).waitFor();
    await notice.hover();
    found.push(...(await violationsInEveryView(page, `${path.split('/')[0] ?? ''}-pause-notice`)));
    await page.setViewportSize(DESK);
    await notice.getByRole('button', { name: 'Undo' }).press('Enter');
    await page.getByRole('button', { name: 'Pause' }).and(page.locator(':focus')).waitFor();
    await notice.waitFor({ state: 'detached' });
  }
  expect(await api('GET', `/exports/${exportId}`)).toMatchObject({ paused: false });
  expect(await api('GET', `/webhooks/${webhookId}`)).toMatchObject({ status: 'active' });
  await page.context().close();
  expect(found).toEqual([]);
}, 240_000);

/** Requests to the address wait until what is answered is called; then the server gets them. */
async function heldBack(page: Page, address: string): Promise<() => void> {
  let release = (): void => undefined;
  const isReleased = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(address, async (route) => {
    await isReleased;
    await route.continue();
  });
  return release;
}

test('a pause is shown at once as not yet agreed to, and taken back with the reason when the server refuses it', async () => {
  const owner = await newOwner(console_);
  const { api } = owner.team;
  const exportId = await dailyInto(owner, 'folder', `${console_.system.directory}/${randomUUID()}`);
  const hook = { name: 'CRM', url: 'https://example.com/hook' };
  const { id: webhookId } = await api<{ id: string }>('POST', '/webhooks', hook);
  const page = await pageOf(owner);
  const badge = page.getByRole('heading', { level: 1 }).locator('..');
  for (const path of [`exports/${exportId}`, `webhooks/${webhookId}`]) {
    await page.goto(`/console/${path}`);
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    const release = await heldBack(page, `**/api/v1/${path}/pause`);
    await page.getByRole('button', { name: 'Pause' }).press('Enter');
    await badge.locator('[aria-busy="true"]').getByText('paused').waitFor();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    await api('DELETE', `/${path}`);
    release();
    const told = page.getByRole('alert').filter({ hasText: 'Nothing was changed' });
    await told.getByText(/there is no/i).waitFor();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await badge.getByText('paused').waitFor({ state: 'detached' });
    expect(await badge.locator('[aria-busy="true"]').count()).toBe(0);
    await told.getByRole('button', { name: 'Hide' }).click();
    await told.waitFor({ state: 'detached' });
  }
  await page.context().close();
}, 240_000);

test('a destination is made without an export, checked first, and chosen by one later', async () => {
  const owner = await newOwner(console_);
  const { api } = owner.team;
  const page = await pageOf(owner);
  const found: string[] = [];
  await page.goto('/console/exports/destinations');
  await page.getByRole('link', { name: 'New destination' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'New destination' }).waitFor();
  found.push(...(await violationsInEveryView(page, 'destination-catalogue')));
  await page.setViewportSize(DESK);
  await page.getByRole('link', { name: /Local folder/ }).click();
  const taken = `${console_.system.directory}/${randomUUID()}`;
  await writeFile(taken, 'a file where the folder should be');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('lake');
  const directory = page.getByRole('textbox', { name: 'Directory' });
  await directory.fill(taken);
  await directory.press('Enter');
  await page.getByRole('status', { name: 'Connection check' }).getByText('Enter the path').waitFor();
  expect((await api<{ items: unknown[] }>('GET', '/destinations')).items).toEqual([]);
  found.push(...(await violationsInEveryView(page, 'destination-new-checked')));
  // The sign of a step is beside its first line, also where there are many.
  const step = page
    .getByRole('status', { name: 'Connection check' })
    .locator('li')
    .filter({ hasText: 'Enter the path' });
  const [text, sign] = [(await step.boundingBox())!, (await step.locator('.mantine-ThemeIcon-root').boundingBox())!];
  expect([text.height > 4 * sign.height, Math.abs(sign.y - text.y) < sign.height / 2]).toEqual([true, true]);
  await page.setViewportSize(DESK);
  await directory.fill(`${taken}-free`);
  await page.getByRole('button', { name: 'Create the destination' }).click();
  await page.getByRole('heading', { level: 1, name: 'lake' }).waitFor();
  expect((await api<{ items: unknown[] }>('GET', '/exports')).items).toEqual([]);

  await page.getByRole('link', { name: 'New export into it' }).click();
  const isChosen = async (): Promise<void> => {
    expect(await page.getByRole('combobox', { name: 'Destination' }).inputValue()).toBe('lake');
  };
  await eventually(isChosen, { timeoutMs: PATIENCE_MS });
  await page.getByRole('button', { name: 'Next: rows' }).click();
  await page.getByRole('button', { name: 'Show sample rows' }).click();
  await page.getByRole('status').getByText('Nothing was written.').waitFor();
  found.push(...(await violationsInEveryView(page, 'export-new-dry-run')));
  await page.setViewportSize(DESK);
  await page.getByRole('button', { name: 'Next: schedule' }).click();
  await page.getByRole('region', { name: 'Next runs' }).getByRole('listitem').nth(4).waitFor();
  found.push(...(await violationsInEveryView(page, 'export-new-schedule')));
  await page.setViewportSize(DESK);
  await page.getByRole('button', { name: 'Create the export' }).click();
  await page.getByRole('tab', { name: 'Runs' }).waitFor();
  const { items: places } = await api<{ items: { id: string }[] }>('GET', '/destinations');
  const { items: exports } = await api<{ items: { destination_id: string }[] }>('GET', '/exports');
  expect(exports.map((one) => one.destination_id)).toEqual(places.map(({ id }) => id));
  await page.context().close();
  expect(found).toEqual([]);
}, 240_000);

test('who switches, renames or limits what somebody else has changed meanwhile is told, and overwrites nothing unseen', async () => {
  const owner = await newOwner(console_);
  const { api } = owner.team;
  const body = { kind: 'webhook', name: 'pager', config: { url: 'http://127.0.0.1:9/in' } };
  const { id } = await api<{ id: string }>('POST', '/notification-channels', body);
  const channel = (): Promise<unknown> => api('GET', `/notification-channels/${id}`);
  const page = await pageOf(owner);
  await page.goto('/console/settings/notifications');
  await page.getByRole('switch', { name: 'pager is told' }).waitFor();
  await api('PATCH', `/notification-channels/${id}`, { name: 'on call' });
  await page.getByRole('switch', { name: 'pager is told' }).press('Space');
  const told = page.getByRole('alert').filter({ hasText: 'pager is as it was' });
  await told.getByText('Somebody else has changed it meanwhile.').waitFor();
  const renamed = page.getByRole('switch', { name: 'on call is told' });
  expect(await renamed.isChecked()).toBe(true);
  expect(await channel()).toMatchObject({ enabled: true });
  await renamed.press('Space');
  await eventually(async () => expect(await channel()).toMatchObject({ enabled: false }), { timeoutMs: PATIENCE_MS });

  const dialog = page.getByRole('dialog');
  const meanwhile = dialog.getByRole('table', { name: 'What changed meanwhile' });
  await page.getByRole('button', { name: 'Change' }).click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('mine');
  await api('PATCH', `/notification-channels/${id}`, { name: 'theirs' });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await meanwhile.getByText('theirs').waitFor();
  expect(await channel()).toMatchObject({ name: 'theirs' });
  await dialog.getByRole('button', { name: 'Keep mine' }).click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(await channel()).toMatchObject({ name: 'mine' });

  await page.goto('/console/settings/usage');
  await page.getByRole('button', { name: 'Change quota' }).click();
  await dialog.getByRole('textbox', { name: 'Rows a day' }).fill('5');
  await api('PATCH', '/quotas', { export_rows_per_day: 7_000 });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await meanwhile.getByText('7000').waitFor();
  const found = await violationsInEveryView(page, 'quota-changed-elsewhere');
  await page.setViewportSize(DESK);
  await dialog.getByRole('button', { name: 'Take theirs' }).click();
  const rows = async (): Promise<void> => {
    expect(await dialog.getByRole('textbox', { name: 'Rows a day' }).inputValue()).toBe('7,000');
  };
  await eventually(rows, { timeoutMs: PATIENCE_MS });
  expect(await api('GET', '/quotas')).toMatchObject({ export_rows: { limit: 7_000 } });
  await page.context().close();
  expect(found).toEqual([]);
}, 240_000);

test('a role that another owner has given meanwhile is seen before it is changed again', async () => {
  const owner = await newOwner(console_);
  const { api } = owner.team;
  const page = await pageOf(owner);
  const member = { ...owner, email: `member-of-${owner.email}` };
  const { url } = await api<{ url: string }>('POST', '/invitations', { email: member.email, role: 'viewer' });
  const { pathname, search } = new URL(url);
  const guest = await console_.open();
  await accept(guest, { ...member, welcomePath: pathname + search });
  await guest.context().close();
  await page.goto('/console/settings/members');
  const row = page.getByRole('row', { name: member.email });
  await row.getByRole('combobox', { name: 'Role of Ada' }).click();
  await page.getByRole('option', { name: 'Editor' }).click();
  const dialog = page.getByRole('dialog', { name: 'Make Ada an editor?' });
  const { items } = await api<{ items: { id: string; email: string }[] }>('GET', '/members');
  const id = items.find(({ email }) => email === member.email)?.id ?? '';
  await api('PATCH', `/members/${id}`, { role: 'owner' });
  await dialog.getByRole('button', { name: 'Change the role' }).click();
  await dialog.getByRole('table', { name: 'What changed meanwhile' }).getByText('owner').waitFor();
  await dialog.getByText('after “Keep mine”, “Change the role” replaces theirs').waitFor();
  expect(await api('GET', `/members/${id}`)).toMatchObject({ role: 'owner' });
  await dialog.getByRole('button', { name: 'Keep mine' }).click();
  await dialog.getByRole('button', { name: 'Change the role' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(await api('GET', `/members/${id}`)).toMatchObject({ role: 'editor' });
  await page.context().close();
}, 240_000);

test('usage without anything says what would be there', async () => {
  const page = await pageOf(await newOwner(console_));
  await page.goto('/console/settings/usage');
  const exports = page.getByRole('region', { name: 'Batch exports' });
  await exports.getByText('No rows exported in 30 days').waitFor();
  await page.getByText('No events delivered in 30 days').waitFor();
  expect(await page.getByRole('group', { name: 'Rows exported by day' }).count()).toBe(0);
  expect(await violationsInEveryView(page, 'usage-empty')).toEqual([]);
  await page.setViewportSize(DESK);
  await exports.getByRole('link', { name: 'Batch exports' }).click();
  await page.getByRole('heading', { level: 1, name: 'Batch exports' }).waitFor();
  await page.context().close();
}, 240_000);

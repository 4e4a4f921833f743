import { mkdir, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { insertMany } from '../e2e/support/export-events.ts';
import { newPlace, type ExportPlace } from '../e2e/support/export-places.ts';
import { createExport, JSON_LINES, pastDay, pastMinute, runMinute, startMinute } from '../e2e/support/export-runs.ts';
import { exportOfThen } from '../e2e/support/past-exports.ts';
import { eventually } from '../support/eventually.ts';
import { startConsole, type ConsoleUnderTest } from './support/console.ts';
import { createTeamAndInvite } from './support/people.ts';
import { accept, newOwner, type Person } from './support/sign-in.ts';
import { tablesCutOff, violationsInEveryView } from './support/views.ts';

/** Pages of a busy machine take their time. */
const PATIENCE_MS = 60_000;
const DESK = { width: 1280, height: 900 };
const EVENTS = 30;
const FAILURES = 2;

let console_: ConsoleUnderTest;

beforeAll(async () => {
  console_ = await startConsole({ s3: true, env: { SLUICE_PAUSE_AFTER_FAILURES: String(FAILURES) } });
}, 240_000);
afterAll(() => console_.stop());

async function newPage(options: BrowserContextOptions = {}): Promise<Page> {
  const page = await console_.open(options);
  page.setDefaultTimeout(PATIENCE_MS);
  return page;
}

async function capture({ team }: Person): Promise<void> {
  const batch = Array.from({ length: EVENTS }, (_, index) => ({ event: 'viewed', distinct_id: `p${String(index)}` }));
  const response = await fetch(`${console_.system.system.apiUrl}/batch/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ api_key: team.captureToken, batch }),
  });
  expect(response.status).toBe(200);
}

async function enterS3(page: Page, config: ExportPlace['config']): Promise<void> {
  await page.getByRole('textbox', { name: 'Bucket', exact: true }).fill(String(config['bucket']));
  await page.getByRole('button', { name: 'More settings' }).click();
  await page.getByRole('textbox', { name: 'Access key id' }).fill(String(config['access_key_id']));
  await page.getByRole('textbox', { name: 'Secret access key' }).fill(String(config['secret_access_key']));
  await page.getByRole('textbox', { name: 'Endpoint' }).fill(String(config['endpoint']));
  await page.getByLabel('Force path style').check();
}

/** The page of the export into S3, and the bucket: its first run takes a minute, which the journeys after it fill. */
let watched: { page: Page; place: ExportPlace };

test('somebody creates an S3 export and sees what it would write', async () => {
  const place = await newPlace('s3', console_.system);
  const person = await newOwner(console_);
  const page = await newPage();
  await accept(page, person);
  await page.getByRole('link', { name: 'Batch exports' }).click();
  await page.getByRole('link', { name: 'New export' }).first().click();
  await page.getByRole('link', { name: /Amazon S3/ }).click();
  await enterS3(page, place.config);
  await page.getByRole('button', { name: 'Check the connection' }).click();
  await page.getByRole('status', { name: 'Connection check' }).waitFor();
  await page.getByRole('button', { name: 'Next: rows' }).click();
  await page.getByRole('button', { name: 'Show sample rows' }).click();
  await page.getByRole('status').getByText('Nothing was written.').waitFor();
  expect(await place.keys()).toEqual([]);
  await page.getByRole('button', { name: 'Next: schedule' }).click();
  await page.getByRole('combobox', { name: 'How often' }).click();
  await page.getByRole('option', { name: 'every minute', exact: true }).click();
  await page.getByRole('region', { name: 'Next runs' }).getByRole('listitem').nth(4).waitFor();
  await capture(person);
  await page.getByRole('button', { name: 'Create the export' }).click();
  await page.getByRole('tab', { name: 'Runs' }).waitFor();
  watched = { page, place };
}, 240_000);

test('somebody backfills a month: estimate first, then progress to the end', async () => {
  const person = await newOwner(console_);
  await capture(person);
  const directory = `${console_.system.directory}/month`;
  const config = { directory };
  const { id: destination_id } = await person.team.api<{ id: string }>('POST', '/destinations', {
    ...{ kind: 'file', name: 'folder', config },
  });
  const { id } = await person.team.api<{ id: string }>('POST', '/exports', {
    ...{ name: 'daily', destination_id, interval: 'day' },
  });
  const page = await newPage();
  await accept(page, person);
  await page.goto(`/console/exports/${id}/backfills`);
  await page.getByRole('button', { name: 'New backfill' }).click();
  await chooseMonth(page);
  await page.getByRole('button', { name: 'Estimate' }).click();
  await page
    .getByRole('status')
    .getByText(/\d+ intervals/)
    .waitFor();
  await page.getByRole('button', { name: 'Start' }).and(page.locator(':focus')).press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Backfill' }).locator('..').getByText('completed').waitFor();
  await page.getByText('100%').first().waitFor();
  expect(await violationsInEveryView(page, 'export-backfill')).toEqual([]);
  const { items } = await person.team.api<{ items: { progress: { intervals: number; pending: number } }[] }>(
    'GET',
    `/exports/${id}/backfills`,
  );
  expect(items[0]?.progress.intervals).toBeGreaterThan(26);
  expect(items[0]?.progress.pending).toBe(0);
  await page.context().close();
}, 240_000);

test('an interval that is larger than the quota of a day says so wherever somebody looks for it', async () => {
  const owner = await newOwner(console_);
  const { api, teamId } = owner.team;
  const minute = pastMinute(35);
  await insertMany(console_.system.clickhouse, teamId, minute, { rows: 5, bytes: 20 });
  const place = await newPlace('file', console_.system);
  const id = await exportOfThen(console_.system, { api, place, ends: [minute] });
  await api('POST', `/exports/${id}/resume`);
  await api('PATCH', '/quotas', { export_rows_per_day: 4 });
  const run = await runMinute(api, id, minute);
  expect(run).toMatchObject({ status: 'over_quota', error: { code: 'quota_too_small' } });
  const page = await newPage();
  await accept(page, owner);
  for (const path of ['runs', `runs/${run.id}`, 'completeness']) {
    await page.goto(`/console/exports/${id}/${path}`);
    await page.getByText('has to raise the quota to at least 5 rows a day').first().waitFor();
  }
  await page.context().close();
}, 240_000);

/** The whole of last month, by the calendars of the two fields. */
async function chooseMonth(page: Page): Promise<void> {
  for (const [label, day] of [
    ['From', 'first'],
    ['To, exclusive', 'last'],
  ] as const) {
    await page.getByLabel(label).click();
    const calendar = page.locator('[data-dates-dropdown]');
    await calendar.locator('button[data-direction="previous"]').click();
    const days = calendar.locator('table button:not([data-outside])');
    await (day === 'first' ? days.first() : days.last()).click();
    await page.getByRole('heading', { name: 'Backfill daily' }).click();
    await calendar.waitFor({ state: 'hidden' });
  }
}

test('a viewer is invited, sees everything, and is offered nothing that changes it', async () => {
  const owner = await newOwner(console_);
  const config = { directory: `${console_.system.directory}/viewed` };
  const { id: destination_id } = await owner.team.api<{ id: string }>('POST', '/destinations', {
    ...{ kind: 'file', name: 'folder', config },
  });
  const { id } = await owner.team.api<{ id: string }>('POST', '/exports', {
    ...{ name: 'nightly', destination_id, interval: 'day' },
  });
  const page = await newPage();
  await accept(page, owner);
  await page.goto('/console/settings/members');
  await page.getByRole('button', { name: 'Invite' }).click();
  await page.getByLabel('E-mail').fill('viewer@example.com');
  await page.getByRole('button', { name: 'Make the link' }).click();
  const link = await page.getByText(/\/console\/welcome\?token=/).innerText();

  const guest = await newPage();
  await accept(guest, { ...owner, welcomePath: pathOf(link) });
  await guest.goto(`/console/exports/${id}`);
  await guest.getByRole('heading', { level: 1, name: 'nightly' }).waitFor();
  for (const name of ['Run now', 'Pause', 'More']) {
    expect(await guest.getByRole('button', { name }).count()).toBe(0);
  }
  const path = `/exports/${id}/pause`;
  expect(await postAsTheConsole(guest, path)).toEqual({ status: 403, code: 'forbidden_role' });
  expect(await postAsTheConsole(page, path)).toMatchObject({ status: 200 });
  await page.context().close();
  await guest.goto('/console/settings/erasures');
  await guest.getByRole('heading', { name: 'For owners' }).waitFor();
  await guest.context().close();
}, 240_000);

/** With the token of the session, so that nothing but the role can be in the way. */
function postAsTheConsole(page: Page, path: string): Promise<{ status: number; code?: string }> {
  return page.evaluate(`(async () => {
    const { csrf_token: token } = await (await fetch('/api/v1/auth/session')).json();
    const answer = await fetch('/api/v1${path}', { method: 'POST', headers: { 'x-csrf-token': token } });
    return { status: answer.status, code: (await answer.json()).code };
  })()`);
}

function pathOf(link: string): string {
  const { pathname, search } = new URL(link);
  return pathname + search;
}

test('an owner has a person erased, by keyboard: what goes and what stays is said first', async () => {
  const owner = await newOwner(console_);
  await capture(owner);
  const page = await newPage({ timezoneId: 'America/New_York' });
  await accept(page, owner);
  await page.goto('/console/settings/members');
  await page.getByRole('tab', { name: 'Members' }).press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page
    .getByRole('region', { name: 'Limits' })
    .getByText(/requests/i)
    .waitFor();
  for (const name of ['Notifications', 'Audit log', 'Erasures']) {
    await page.keyboard.press('ArrowRight');
    await page.getByRole('tab', { name, selected: true }).waitFor();
  }
  await page.getByRole('heading', { name: 'Nobody was erased yet' }).waitFor();

  await page.getByRole('button', { name: 'Erase a person' }).press('Enter');
  const dialog = page.getByRole('dialog');
  const ids = dialog.getByRole('combobox', { name: 'Distinct ids' });
  for (const id of ['p3', 'P3']) {
    await ids.fill(id);
    await ids.press('Enter');
  }
  await dialog.getByRole('button', { name: 'Next' }).press('Enter');
  await dialog.getByText('these 2 ids').waitFor();
  await dialog.getByText('Copies that stay').waitFor();
  const found = await violationsInEveryView(page, 'erasure-confirmation');
  expect(await dialog.getByRole('button', { name: 'Erase', exact: true }).isDisabled()).toBe(true);
  await dialog.getByLabel('Type erase to confirm').fill('erase');
  await dialog.getByRole('button', { name: 'Erase', exact: true }).press('Enter');

  await page.getByRole('heading', { level: 1, name: 'Erasure' }).locator('..').getByText('completed').waitFor();
  await page
    .getByRole('table', { name: 'What was removed' })
    .getByRole('row', { name: /^Event log 1\b/ })
    .waitFor();
  await page.getByRole('button', { name: 'Show them in UTC' }).press('Enter');
  await page.getByText(/^Asked for by .* UTC/).waitFor();
  found.push(...(await violationsInEveryView(page, 'erasure')));

  await page.goto('/console/events');
  const search = page.getByLabel('Search');
  await search.pressSequentially('p3');
  await page.getByText('No event of the last 24 hours fits.').waitFor();
  expect([await search.inputValue(), new URL(page.url()).search]).toEqual(['p3', '?q=p3']);
  await page.context().close();
  const { items } = await owner.team.api<{ items: { distinct_id: string }[] }>('GET', '/events?limit=100');
  expect(items.map(({ distinct_id: id }) => id).filter((id) => id === 'p3')).toEqual([]);
  expect(items).toHaveLength(EVENTS - 1);
  expect(found).toEqual([]);
}, 240_000);

test('an export that only fails is paused: the overview says so, and a check that passes resumes it', async () => {
  const owner = await newOwner(console_);
  const directory = `${console_.system.directory}/blocked`;
  await writeFile(directory, 'a file where the folder should be');
  const id = await pausedExport(owner, directory);
  const page = await newPage();
  await accept(page, owner);
  const attention = page.getByRole('region', { name: 'Needs attention' });
  await attention.getByText('Enter the path of a folder').waitFor();
  const found = await violationsInEveryView(page, 'overview-attention');
  await page.setViewportSize(DESK);
  await attention.getByRole('link', { name: 'Look at ledger' }).press('Enter');

  const note = page.getByRole('alert').filter({ hasText: 'Paused: ' });
  await note.getByText(`${String(FAILURES)} runs in a row failed so`).waitFor();
  await note.getByText('Enter the path of a folder').waitFor();
  await note.getByRole('button', { name: 'Check the connection' }).press('Enter');
  await note.getByRole('status', { name: 'Connection check' }).getByText('Enter the path').waitFor();
  found.push(...(await violationsInEveryView(page, 'export-paused')));
  await page.setViewportSize(DESK);
  await note.getByRole('link', { name: 'the last one' }).click();
  await page.getByRole('heading', { level: 1, name: 'Run' }).waitFor();
  await page.getByText('You can put this right. file_directory_invalid').waitFor();
  found.push(...(await violationsInEveryView(page, 'export-run-failed')));
  await page.setViewportSize(DESK);
  await page.goBack();

  await rm(directory);
  await mkdir(directory);
  await note.getByRole('button', { name: 'Check the connection' }).press('Enter');
  await page.getByText('its export runs again').waitFor();
  await page.getByRole('heading', { level: 1, name: 'ledger' }).locator('..').getByText('active').waitFor();
  await note.waitFor({ state: 'detached' });
  expect(await owner.team.api('GET', `/exports/${id}`)).toMatchObject({ paused: false, pause_reason: null });
  await page.getByRole('button', { name: 'More' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Delete' }).waitFor();
  found.push(...(await violationsInEveryView(page, 'export-menu')));
  await page.context().close();
  expect(found).toEqual([]);
}, 240_000);

test('from one run to the one before and after it, by keyboard', async () => {
  const owner = await newOwner(console_);
  const directory = `${console_.system.directory}/no-folder`;
  await writeFile(directory, 'a file where the folder should be');
  const id = await pausedExport(owner, directory);
  const { items } = await owner.team.api<{ items: { id: string }[] }>('GET', `/exports/${id}/runs`);
  const [newest, before] = items.map((run) => `/console/exports/${id}/runs/${run.id}`) as [string, string];
  const page = await newPage();
  await accept(page, owner);
  await page.goto(newest);
  const previous = page.getByRole('link', { name: 'Previous run' });
  const next = page.getByRole('link', { name: 'Next run' });
  await page.getByText('You can put this right.').waitFor();
  expect(await next.getAttribute('aria-disabled')).toBe('true');
  await previous.press('Enter');
  await page.waitForURL(`**${before}`);
  await page.getByText('You can put this right.').waitFor();
  // The keyboard stays where it was: the next Enter goes on.
  await previous.and(page.locator(':focus')).waitFor();
  expect(await violationsInEveryView(page, 'export-run-of-several')).toEqual([]);
  await page.setViewportSize(DESK);
  await next.press('Enter');
  await page.waitForURL(`**${newest}`);

  await page.goto('/console/exports/destinations');
  const place = page.getByRole('table', { name: 'Destinations' }).getByRole('row', { name: /paused by Sluice/ });
  await place.getByText('Enter the path of a folder').waitFor();
  await place.getByRole('link', { name: '1 export' }).waitFor();
  expect(await violationsInEveryView(page, 'destinations-failing')).toEqual([]);
  await page.setViewportSize(DESK);
  await place.getByRole('link', { name: 'ledger' }).click();
  await page.getByRole('heading', { level: 1, name: 'ledger' }).waitFor();
  await page.context().close();
}, 240_000);

/** Of every day; its runs of two days have failed because of the folder. */
async function pausedExport({ team }: Person, directory: string): Promise<string> {
  const place = { kind: 'file', config: { directory } };
  const settings = { name: 'ledger', interval: 'day', format: JSON_LINES, paused: false };
  const id = await createExport(team.api, place, settings);
  for (const day of Array.from({ length: FAILURES }, (_, index) => pastDay(index + 1))) {
    await insertMany(console_.system.clickhouse, team.teamId, day, { rows: 3, bytes: 100 });
    await startMinute(team.api, id, day);
  }
  const paused = async (): Promise<void> => {
    expect(await team.api('GET', `/exports/${id}`)).toMatchObject({ paused_by: 'auto' });
  };
  await eventually(paused, { timeoutMs: PATIENCE_MS });
  return id;
}

test('its first run shows up by itself, with its files and how to check them', async () => {
  const { page, place } = watched;
  const runs = page.getByRole('table', { name: 'Runs' });
  await runs.getByText('completed').first().waitFor({ timeout: 150_000 });
  await runs.getByRole('link').last().click();
  await page.getByText('Run completed').first().waitFor();
  await page.getByText(/sluice verify \S+_manifest\.json/).waitFor();
  expect(await violationsInEveryView(page, 'export-run')).toEqual([]);
  expect(await place.keys()).toContainEqual(expect.stringMatching(/_manifest\.json$/));
  await page.context().close();
}, 240_000);

test('every page is readable by everyone: both themes, desk and phone', async () => {
  const person = await createTeamAndInvite(console_.system, 'owner');
  const config = { directory: `${console_.system.directory}/pages` };
  const { id: destination } = await person.team.api<{ id: string }>('POST', '/destinations', {
    ...{ kind: 'file', name: 'folder', config },
  });
  const { id } = await person.team.api<{ id: string }>('POST', '/exports', {
    ...{ name: 'hourly', destination_id: destination, interval: 'hour' },
  });
  await capture(person);
  const { items } = await person.team.api<{ items: { uuid: string }[] }>('GET', '/events');
  const uuid = items[0]!.uuid;
  const page = await newPage();
  await page.goto(person.welcomePath);
  await page.getByLabel('Your name').waitFor();
  const found = await violationsInEveryView(page, 'welcome');
  await accept(page, person);
  const pages = {
    exports: '/exports',
    'export-catalogue': '/exports/new',
    'export-new': '/exports/new/s3',
    export: `/exports/${id}`,
    'export-backfills': `/exports/${id}/backfills`,
    'export-completeness': `/exports/${id}/completeness`,
    'export-settings': `/exports/${id}/settings`,
    'export-edit': `/exports/${id}/edit`,
    'export-once': '/exports/once',
    destinations: '/exports/destinations',
    destination: `/exports/destinations/${destination}`,
    'settings-members': '/settings/members',
    'settings-keys': '/settings/keys',
    'settings-notifications': '/settings/notifications',
    'settings-usage': '/settings/usage',
    'settings-audit': '/settings/audit',
    'settings-erasures': '/settings/erasures',
    events: '/events',
    event: `/events/${uuid}`,
  };
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(`/console${path}`);
    found.push(...(await violationsInEveryView(page, name)), ...(await tablesCutOff(page, name)));
  }
  await page.context().close();
  expect(found).toEqual([]);
}, 300_000);

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { openDatabase } from '../../store/database.ts';
import { raiseNotice } from '../../store/notices.ts';
import { eventually } from '../support/eventually.ts';
import { startConsole, type ConsoleUnderTest } from './support/console.ts';
import { accept, newOwner } from './support/sign-in.ts';
import { violationsInEveryView } from './support/views.ts';

/** Pages of a busy machine take their time. */
const PATIENCE_MS = 60_000;
const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
/** More than the API answers at once. */
const MANY = 101;

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

test('a destination gets another name, and is deleted with the exports into it only when somebody says so', async () => {
  const person = await newOwner(console_);
  const { api } = person.team;
  const config = { directory: `${console_.system.directory}/goes` };
  const { id } = await api<{ id: string }>('POST', '/destinations', { kind: 'file', name: 'folder', config });
  const into = await api<{ id: string }>('POST', '/exports', { name: 'hourly', destination_id: id, interval: 'hour' });
  const page = await newPage();
  await accept(page, person);
  await page.goto(`/console/exports/destinations/${id}`);
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('archive');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'archive' }).waitFor();
  await page.getByRole('button', { name: 'Delete' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Delete archive?' });
  await dialog.getByRole('textbox').press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await expectFocus(page, 'Delete');
  await page.keyboard.press('Enter');
  await dialog.getByRole('textbox').fill('archive');
  await page.keyboard.press('Enter');
  await dialog.getByRole('alert').waitFor();
  expect((await api<{ id: string }>('GET', `/exports/${into.id}`)).id).toBe(into.id);
  expect(await violationsInEveryView(page, 'destination-delete')).toEqual([]);
  await dialog.getByRole('checkbox', { name: /hourly/ }).check();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('heading', { level: 1, name: 'Destinations' }).waitFor();
  expect((await api<{ items: unknown[] }>('GET', '/exports')).items).toEqual([]);
  expect((await api<{ items: unknown[] }>('GET', '/destinations')).items).toEqual([]);
  await page.context().close();
}, 240_000);

/** Of more destinations than the API lists at once the oldest is chosen, by keyboard. */
test('a destination is found among many by what is typed; a dialog gives the keyboard back to what opened it', async () => {
  const person = await newOwner(console_);
  const { api } = person.team;
  const make = async (name: string): Promise<string> => {
    const config = { directory: `${console_.system.directory}/${name}` };
    return (await api<{ id: string }>('POST', '/destinations', { kind: 'file', name, config })).id;
  };
  const oldest = await make('Zanzibar_50%');
  for (let index = 0; index < MANY; index += 1) {
    await make(`place ${String(index)}`);
  }
  const page = await newPage();
  await accept(page, person);
  await page.getByText(person.team.captureToken, { exact: true }).waitFor();
  const found = await violationsInEveryView(page, 'overview-empty');
  await expectWholeCommand(page);
  await page.setViewportSize(DESK);
  await expectWholeCommand(page);
  await page.goto('/console/exports/new/file');
  const field = page.getByRole('combobox', { name: 'Destination' });
  await field.fill('r_50%');
  await page.getByRole('option', { name: /^Zanzibar_50%/ }).waitFor();
  await eventually(async () => expect(await page.getByRole('option').count()).toBe(1), { timeoutMs: PATIENCE_MS });
  await field.press('Enter');
  const isChosen = async (): Promise<void> => {
    expect(await field.inputValue()).toBe('Zanzibar_50%');
  };
  await eventually(isChosen, { timeoutMs: PATIENCE_MS });
  await field.fill('nowhere');
  await page.getByText('No destination is called like that.').waitFor();
  await field.press('Enter');
  await field.fill('place 10');
  await page.getByRole('option', { name: /^place 100/ }).waitFor();
  found.push(...(await violationsInEveryView(page, 'destination-search')));
  await page.setViewportSize(DESK);
  await field.press('Escape');
  await page.getByRole('button', { name: 'Next: rows' }).press('Enter');
  await page.getByLabel('Largest file, MB').press('Enter');
  await page.getByRole('textbox', { name: 'Name of the export' }).fill('to the oldest');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'to the oldest' }).waitFor();
  const { items } = await api<{ items: { destination_id: string }[] }>('GET', '/exports');
  expect(items).toMatchObject([{ destination_id: oldest }]);

  const more = page.getByRole('button', { name: 'More' });
  await more.press('Enter');
  await page.getByRole('menuitem', { name: 'Delete' }).press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).press('Enter');
  await expectFocus(page, 'More');
  await noDialog(page);
  // A question without fields begins at its answer.
  await page.getByRole('button', { name: 'Run now' }).press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Run now' }).and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Escape');
  await expectFocus(page, 'Run now');
  await page.context().close();
  expect(found).toEqual([]);
}, 240_000);

test('a channel shows its secret once and is told of what was chosen; what was told leads to its page', async () => {
  const person = await newOwner(console_);
  const { api, teamId } = person.team;
  const directory = `${console_.system.directory}/told`;
  const destination = await api<{ id: string }>('POST', '/destinations', {
    ...{ kind: 'file', name: 'folder', config: { directory } },
  });
  const { id } = await api<{ id: string }>('POST', '/exports', {
    ...{ name: 'nightly', destination_id: destination.id, interval: 'day' },
  });
  const page = await newPage();
  await accept(page, person);
  await page.goto('/console/settings/notifications');
  await page.getByText('Nothing in the last 90 days.').waitFor();
  await page.getByRole('button', { name: 'New channel' }).click();
  await page.getByRole('combobox', { name: 'Kind' }).and(page.locator(':focus')).waitFor();
  await page.getByRole('combobox', { name: 'Kind' }).click();
  await page.getByRole('option', { name: 'A signed request' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('pager');
  await page.getByRole('textbox', { name: 'URL' }).fill('http://127.0.0.1:9/in');
  await page.getByRole('combobox', { name: 'Only these events' }).click();
  await page.getByRole('option', { name: 'Export: runs fail' }).click();
  await page.getByRole('textbox', { name: 'Name' }).press('Enter');
  await page.getByText('whsec_').waitFor();
  const found = await violationsInEveryView(page, 'settings-channel-secret');
  await page.setViewportSize(DESK);
  await page.keyboard.press('Escape');
  await noDialog(page);
  await page.getByRole('button', { name: 'Change' }).click();
  await page.getByRole('dialog').getByText('Export: runs fail').first().waitFor();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('on call');
  await page.keyboard.press('Enter');
  await page.getByRole('table', { name: 'Channels' }).getByText('on call').waitFor();
  await noDialog(page);
  expect((await api<{ items: unknown[] }>('GET', '/notification-channels')).items).toMatchObject([
    { name: 'on call', events: ['export.failed'] },
  ]);
  // What does harm is not where the keyboard begins.
  await page.getByRole('button', { name: 'Remove on call' }).press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Enter');
  await noDialog(page);
  await page.getByRole('table', { name: 'Channels' }).getByText('on call').waitFor();

  await raise(teamId, id);
  await page.reload();
  const told = page.getByRole('table', { name: 'What was told' });
  await told.getByText('on call').waitFor();
  found.push(...(await violationsInEveryView(page, 'settings-notices')));
  await page.setViewportSize(DESK);
  await told.getByRole('link', { name: 'Export "nightly" fails' }).click();
  await page.getByRole('heading', { level: 1, name: 'nightly' }).waitFor();
  await page.context().close();
  expect(found).toEqual([]);
}, 240_000);

test('a role is asked about before it is changed, and says so when it is one’s own', async () => {
  const person = await newOwner(console_);
  const page = await newPage();
  await accept(page, person);
  await page.goto('/console/settings/members');
  await page.getByRole('combobox', { name: 'Role of Ada' }).click();
  await page.getByRole('option', { name: 'Editor' }).click();
  const dialog = page.getByRole('dialog', { name: 'Make Ada an editor?' });
  await dialog.getByText('only another owner can give you your role back').waitFor();
  const found = await violationsInEveryView(page, 'settings-member-role');
  await page.setViewportSize(DESK);
  await dialog.getByRole('button', { name: 'Cancel' }).and(page.locator(':focus')).press('Enter');
  await dialog.waitFor({ state: 'detached' });
  expect(await page.getByRole('combobox', { name: 'Role of Ada' }).inputValue()).toBe('Owner');
  expect((await person.team.api<{ items: unknown[] }>('GET', '/members')).items).toMatchObject([{ role: 'owner' }]);
  // On a phone it is there without scrolling.
  await page.setViewportSize(PHONE);
  const role = (await page.getByRole('combobox', { name: 'Role of Ada' }).boundingBox())!;
  expect(role.x + role.width).toBeLessThan(PHONE.width);
  await page.context().close();
  expect(found).toEqual([]);
}, 240_000);

/** One that closes is there for a moment longer, beside the next one. */
async function noDialog(page: Page): Promise<void> {
  await eventually(async () => {
    expect(await page.getByRole('dialog').count()).toBe(0);
  });
}

/** Tells the team that the export fails. */
async function raise(teamId: number, exportId: string): Promise<void> {
  const db = openDatabase({ url: console_.system.config.postgres.url, maxConnections: 1 });
  const state = { subject: `export/${exportId}`, topic: 'runs', state: 'file_directory_invalid' };
  const words = { title: 'Export "nightly" fails', text: 'Enter the path of a folder.' };
  const notice = { teamId, event: 'export.failed', ...state, ...words, details: { export_id: exportId } } as const;
  try {
    await raiseNotice(db, notice, { now: new Date(), reminderMs: 0 });
  } finally {
    await db.close();
  }
}

/** The button is beside the command and covers nothing of it; no line goes on where somebody has to scroll to. */
async function expectWholeCommand(page: Page): Promise<void> {
  const text = (await page.getByRole('region', { name: 'the command' }).boundingBox())!;
  const button = (await page.getByRole('button', { name: 'Copy the command' }).boundingBox())!;
  expect(button.x).toBeGreaterThanOrEqual(text.x + text.width);
  const scrolls = `[...document.querySelectorAll('pre')].some((one) => one.scrollWidth > one.clientWidth)`;
  expect(await page.evaluate<boolean>(scrolls)).toBe(false);
}

/** The keyboard goes on at the button with the text. */
async function expectFocus(page: Page, text: string): Promise<void> {
  const isFocused = async (): Promise<void> => {
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe(text);
  };
  await eventually(isFocused, { timeoutMs: PATIENCE_MS });
}

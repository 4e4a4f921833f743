import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { startConsole, type ConsoleUnderTest } from './support/console.ts';
import { accept, newOwner, signIn, type Person } from './support/sign-in.ts';
import { violationsInEveryView } from './support/views.ts';

/** Pages of a busy machine take their time. */
const PATIENCE_MS = 60_000;
const ANOTHER = 'incorrect horse battery';
const LAST = 'no horse, no battery';

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

function pathOf(link: string): string {
  const { pathname, search } = new URL(link);
  return pathname + search;
}

test('a member who has forgotten the password learns whom to ask, sets a new one by a link, and changes it', async () => {
  const owner = await newOwner(console_);
  const page = await newPage();
  await accept(page, owner);
  const member = { ...owner, email: `member-of-${owner.email}` };
  const { url } = await owner.team.api<{ url: string }>('POST', '/invitations', {
    ...{ email: member.email, role: 'viewer' },
  });
  const guest = await newPage();
  await accept(guest, { ...member, welcomePath: pathOf(url) });

  await page.goto('/console/settings/members');
  const row = page.getByRole('row', { name: member.email });
  await row.getByRole('button', { name: 'New password for Ada' }).click();
  await page.getByRole('button', { name: 'Make a link' }).click();
  const link = pathOf(await page.getByText(/\/console\/reset-password\?token=/).innerText());
  await page.context().close();

  const forgetful = await newPage();
  await forgetful.goto('/console/login');
  await forgetful.getByRole('link', { name: 'Forgotten your password?' }).click();
  await forgetful.getByText('an owner of your team').waitFor();
  const found = await violationsInEveryView(forgetful, 'forgot-password');
  await forgetful.goto(link);
  await forgetful.getByText(member.email).waitFor();
  found.push(...(await violationsInEveryView(forgetful, 'reset-password')));
  expect(found).toEqual([]);
  await forgetful.getByLabel('New password').fill(ANOTHER);
  await forgetful.getByRole('button', { name: 'Set the password' }).click();
  await forgetful.getByText('is set').waitFor();
  await guest.goto('/console/');
  await guest.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
  await guest.context().close();

  await signIn(forgetful, { ...member, password: ANOTHER } satisfies Person);
  await forgetful.getByRole('button', { name: 'Account' }).click();
  await forgetful.getByRole('menuitem', { name: 'Change password' }).click();
  const dialog = forgetful.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Current password' }).fill('not this one');
  await dialog.getByRole('textbox', { name: 'New password' }).fill(LAST);
  await dialog.getByRole('button', { name: 'Change it' }).click();
  await dialog.getByText('the current password is wrong').waitFor();
  await dialog.getByRole('textbox', { name: 'Current password' }).fill(ANOTHER);
  await dialog.getByRole('button', { name: 'Change it' }).click();
  await forgetful.getByText('Your password is changed').waitFor();
  await forgetful.context().close();
  const again = await newPage();
  await signIn(again, { ...member, password: LAST });
  await again.context().close();
}, 240_000);

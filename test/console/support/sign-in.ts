import type { Page } from 'playwright-core';
import { createTeamAndInvite } from './people.ts';
import type { ConsoleUnderTest } from './console.ts';

export type Person = Awaited<ReturnType<typeof createTeamAndInvite>>;

/** A team of its own with somebody who was invited to it and has a password. */
export async function newOwner(console: ConsoleUnderTest): Promise<Person> {
  return createTeamAndInvite(console.system, 'owner');
}

/** Accepts the invitation, which signs in. */
export async function accept(page: Page, { welcomePath, password }: Person): Promise<void> {
  await page.goto(welcomePath);
  await page.getByLabel('Your name').fill('Ada');
  await page.getByLabel('New password').fill(password);
  await page.getByRole('button', { name: 'Begin' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
}

export async function signIn(page: Page, { email, password }: Person): Promise<void> {
  await page.goto('/console/login');
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
}

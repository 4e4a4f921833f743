import type { Page } from 'playwright-core';

/** With an API key, which lives in the page: from here on only links and `visit` may be used. */
export async function signInWithKey(page: Page, key: string): Promise<void> {
  await page.goto('/console/');
  await page
    .getByLabel('API key')
    .or(page.getByRole('button', { name: 'Use an API key' }))
    .first()
    .waitFor();
  const choose = page.getByRole('button', { name: 'Use an API key' });
  if (await choose.isVisible()) {
    await choose.click();
  }
  await page.getByRole('textbox', { name: 'API key' }).fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
}

/** Another page of the console without a reload. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.evaluate(
    `history.pushState({}, '', ${JSON.stringify(`/console${path}`)}); dispatchEvent(new PopStateEvent('popstate'))`,
  );
}

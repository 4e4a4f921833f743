import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { violationsOf } from './accessibility.ts';

/** Where screenshots are kept: CI names a folder and keeps it as an artefact. */
const SHOTS = process.env['SLUICE_SCREENSHOTS'] ?? join(tmpdir(), 'sluice-console');
const HEIGHT = 900;
const NARROW = 390;

/** Both themes, on a desk and on a phone. */
const VIEWS = [1280, NARROW].flatMap((width) => (['light', 'dark'] as const).map((scheme) => ({ scheme, width })));

/** Looks at the page that is open in each theme and width: keeps pictures, and answers what stands against WCAG AA. */
export async function violationsInEveryView(page: Page, name: string): Promise<string[]> {
  await settled(page);
  await mkdir(SHOTS, { recursive: true });
  const found: string[] = [];
  for (const { scheme, width } of VIEWS) {
    const view = `${name}-${scheme}-${String(width)}`;
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: HEIGHT });
    await page.locator(`html[data-mantine-color-scheme="${scheme}"]`).waitFor();
    await page.screenshot({ path: join(SHOTS, `${view}.png`), fullPage: true });
    // Its colours are those of the desk, its layout that of the other theme.
    if (!(scheme === 'dark' && width === NARROW)) {
      found.push(...(await violationsOf(page)).map((text) => `${view}: ${text}`));
    }
    if (await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')) {
      found.push(`${view}: it is wider than the window`);
    }
  }
  return found;
}

/** Nothing is on its way any more. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('[aria-label="Loading"], .mantine-Skeleton-root').first().waitFor({ state: 'hidden' });
}

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { violationsOf } from './accessibility.ts';

/** Of CI: git-ignored. */
const ARTEFACTS = fileURLToPath(new URL('../../../artifacts/screenshots', import.meta.url));

/** Where screenshots are kept: a folder that was named gets all views; CI keeps both themes of the desk; otherwise none are taken. */
const NAMED = process.env['SLUICE_SCREENSHOTS'];
const SHOTS = NAMED ?? (process.env['CI'] === 'true' ? ARTEFACTS : undefined);
const HEIGHT = 900;
const NARROW = 390;

/** Both themes, on a desk and on a phone. */
const VIEWS = [1280, NARROW].flatMap((width) => (['light', 'dark'] as const).map((scheme) => ({ scheme, width })));

/** Looks at the page that is open in each theme and width: answers what stands against WCAG AA, and keeps pictures if asked to. */
export async function violationsInEveryView(page: Page, name: string): Promise<string[]> {
  await settled(page);
  const found: string[] = [];
  for (const { scheme, width } of VIEWS) {
    const view = `${name}-${scheme}-${String(width)}`;
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: HEIGHT });
    await page.locator(`html[data-mantine-color-scheme="${scheme}"]`).waitFor();
    if (NAMED !== undefined || width !== NARROW) {
      await keepPicture(page, view, width);
    }
    // A theme is colours: what is not about them is the same in both. The dark phone has the colours of the dark desk.
    if (!(scheme === 'dark' && width === NARROW)) {
      const rules = scheme === 'dark' ? 'colours' : 'all';
      found.push(...(await violationsOf(page, rules)).map((text) => `${view}: ${text}`));
    }
    if (await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')) {
      found.push(`${view}: it is wider than the window`);
    }
  }
  return found;
}

/** Tables of which something is out of sight in the window as it is: that of a phone, after every view was looked at. */
export async function tablesCutOff(page: Page, name: string): Promise<string[]> {
  const labels = await page.evaluate<string[]>(
    `[...document.querySelectorAll('[role="region"][tabindex="0"]')]
      .filter((place) => place.querySelector('table') !== null && place.scrollWidth > place.clientWidth + 1)
      .map((place) => place.getAttribute('aria-label'))`,
  );
  return labels.map((label) => `${name}: ${label} has to be scrolled to the side`);
}

/** Of the whole page, in a window as tall as it is: header and navigation stay where a smaller window ends or was scrolled to. */
async function keepPicture(page: Page, view: string, width: number): Promise<void> {
  if (SHOTS !== undefined) {
    const height = await page.evaluate<number>('document.documentElement.scrollHeight');
    await page.setViewportSize({ width, height: Math.max(HEIGHT, height) });
    await mkdir(SHOTS, { recursive: true });
    await page.screenshot({ path: join(SHOTS, `${view}.png`) });
  }
}

/** Nothing is on its way any more. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('[aria-label="Loading"], .mantine-Skeleton-root').first().waitFor({ state: 'hidden' });
}

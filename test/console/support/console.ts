import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../support/chromium.ts';
import { startTestSystem, type TestSystem } from '../../support/test-system.ts';

/** Where screenshots are kept: CI names a folder and keeps it as an artefact. */
const SHOTS = process.env['SLUICE_SCREENSHOTS'] ?? join(tmpdir(), 'sluice-console');

/** A whole system with a browser in front of it. */
export interface ConsoleUnderTest {
  system: TestSystem;
  browser: Browser;
  /** A window of its own: no cookie and no storage of another. */
  open(view?: View): Promise<Page>;
  stop(): Promise<void>;
}

export interface View {
  scheme: 'light' | 'dark';
  width: number;
}

export const DESKTOP: View = { scheme: 'light', width: 1280 };
/** Both themes, on a desk and on a phone. */
export const VIEWS: readonly View[] = [
  DESKTOP,
  { scheme: 'dark', width: 1280 },
  { scheme: 'light', width: 390 },
  { scheme: 'dark', width: 390 },
];

export async function startConsole(options: Parameters<typeof startTestSystem>[0] = {}): Promise<ConsoleUnderTest> {
  const [system, browser] = await Promise.all([startTestSystem(options), launchChromium()]);
  return {
    system,
    browser,
    open: async ({ scheme, width } = DESKTOP) => {
      const context = await browser.newContext({
        baseURL: system.system.apiUrl,
        colorScheme: scheme,
        viewport: { width, height: 900 },
        reducedMotion: 'reduce',
      });
      return context.newPage();
    },
    stop: async () => {
      await browser.close();
      await system.stop();
    },
  };
}

/** `name` says the page; theme and width are added. */
export async function screenshot(page: Page, name: string, { scheme, width }: View): Promise<void> {
  await mkdir(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}-${scheme}-${String(width)}.png`), fullPage: true });
}

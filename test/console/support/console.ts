import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from '../../support/chromium.ts';
import { startTestSystem, type TestSystem } from '../../support/test-system.ts';

/** A whole system with a browser in front of it. */
export interface ConsoleUnderTest {
  system: TestSystem;
  browser: Browser;
  /** A window of its own: no cookie and no storage of another. */
  open(options?: BrowserContextOptions): Promise<Page>;
  stop(): Promise<void>;
}

export async function startConsole(options: Parameters<typeof startTestSystem>[0] = {}): Promise<ConsoleUnderTest> {
  const [system, browser] = await Promise.all([startTestSystem(options), launchChromium()]);
  return {
    system,
    browser,
    open: async (more = {}) => {
      const context = await browser.newContext({
        baseURL: system.system.apiUrl,
        viewport: { width: 1280, height: 900 },
        reducedMotion: 'reduce',
        ...more,
      });
      return context.newPage();
    },
    stop: async () => {
      await browser.close();
      await system.stop();
    },
  };
}

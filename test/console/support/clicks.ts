import type { Locator } from 'playwright-core';

/** A person's hand: it clicks, types, and is counted. */
export class Hand {
  clicks = 0;

  async click(target: Locator): Promise<void> {
    this.clicks += 1;
    await target.click();
  }

  /** Going into a field takes a click too. */
  async type(field: Locator, text: string): Promise<void> {
    await this.click(field);
    await field.fill(text);
  }
}

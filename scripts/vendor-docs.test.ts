import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { vendorDocs } from './vendor-docs.ts';

/** Whatever widths the formatter gave to the tables. */
const unformatted = (text: string): string => text.replaceAll(/-{3,}/g, '---').replaceAll(/ +/g, ' ').trim();

test('docs/vendors.md is what the kinds say: if not, run `npm run vendor-docs`', async () => {
  const written = await readFile(new URL('../docs/vendors.md', import.meta.url), 'utf8');
  expect(unformatted(written)).toBe(unformatted(await vendorDocs()));
});

import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { renderSchema, SCHEMA_FILE } from '../../scripts/api-client.ts';

test('api-client/schema.ts is what the API says of itself', async () => {
  const written = readFileSync(SCHEMA_FILE, 'utf8');
  const rendered = await renderSchema();
  // Not toEqual: the difference of two long texts helps nobody. `npm run api-client` writes it again.
  expect(written === rendered).toBe(true);
  expect(rendered).toContain('"/api/v1/webhooks/{id}/attempts"'.replaceAll('"', "'"));
});

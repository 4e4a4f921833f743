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

test('the package of the client is of this version, and runs with the dependency it is tested with', () => {
  const manifest = (name: string): Record<string, unknown> =>
    JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')) as Record<string, unknown>;
  const [client, sluice] = [manifest('api-client/package.json'), manifest('package.json')];
  const { 'openapi-fetch': version } = sluice['dependencies'] as Record<string, string>;
  expect(client).toMatchObject({ version: sluice['version'], engines: sluice['engines'] });
  expect(client['dependencies']).toEqual({ 'openapi-fetch': version });
});

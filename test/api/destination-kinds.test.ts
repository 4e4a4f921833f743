import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DESTINATIONS } from '../../destinations/registry.ts';
import { BUCKET, createdId, startApi, type ApiFixture, type Caller } from './fixtures.ts';

let api: ApiFixture;
let caller: Caller;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-kinds-'));
  api = await startApi();
  caller = await api.newCaller();
});
afterAll(async () => {
  await api.stop();
  await rm(directory, { recursive: true });
});

interface Field {
  writeOnly?: boolean;
  credential?: boolean;
  description?: string;
}

interface Kind {
  kind: string;
  formats: unknown[];
  modes: string[];
  config_schema: { properties: Record<string, Field>; required: string[] };
}

test('the catalogue has every kind, with a schema of its settings in the API’s names', async () => {
  const { items } = (await caller.call('GET', '/api/v1/destination-kinds')).json<{ items: Kind[] }>();
  expect(items.map(({ kind }) => kind)).toEqual([...DESTINATIONS.keys()]);
  for (const { kind, config_schema: schema, formats, modes } of items) {
    expect([kind, formats.length > 0, modes[0]]).toEqual([kind, true, 'append']);
    expect(() => new Ajv2020({ strict: false, validateFormats: false }).compile(schema)).not.toThrow();
    for (const [field, { description }] of Object.entries(schema.properties)) {
      expect([kind, field, description]).toEqual([kind, expect.stringMatching(/^[a-z0-9_]+$/), expect.any(String)]);
    }
    expect(beforeItsSecret(schema.properties)).toBe(true);
    const secrets = Object.keys(schema.properties).filter((field) => schema.properties[field]?.writeOnly);
    expect(secrets).toHaveLength(DESTINATIONS.get(kind)?.secretFields.length ?? -1);
  }
  const s3 = items.find(({ kind }) => kind === 's3')?.config_schema.properties;
  expect(s3?.['access_key_id']).toMatchObject({
    credential: true,
    description: expect.stringMatching(/^Access key id/),
  });
});

/** Whose a secret is comes right before it, in forms too. */
function beforeItsSecret(properties: Record<string, Field>): boolean {
  const fields = Object.values(properties);
  return fields.every(({ credential }, index) => credential !== true || fields[index + 1]?.writeOnly === true);
}

test('settings are checked step by step before and after a destination is created', async () => {
  const config = { directory };
  const before = await caller.call('POST', '/api/v1/destinations/check', { kind: 'file', config });
  expect(before.json()).toEqual({
    ok: true,
    steps: expect.arrayContaining([{ name: 'directory', status: 'passed' }]),
  });
  const id = await createdId(caller, '/api/v1/destinations', { kind: 'file', name: 'Folder', config });
  expect((await caller.call('POST', `/api/v1/destinations/${id}/check`)).json()).toMatchObject({ ok: true });
  await writeFile(join(directory, 'file'), '');
  const changed = { config: { directory: join(directory, 'file', 'below') } };
  const after = (await caller.call('POST', `/api/v1/destinations/${id}/check`, changed)).json();
  expect(after).toMatchObject({
    ok: false,
    steps: expect.arrayContaining([expect.objectContaining({ status: 'failed' })]),
  });
});

test('a check refuses what no destination could use, and does not find other teams’ destinations', async () => {
  const wrong = await caller.call('POST', '/api/v1/destinations/check', { kind: 'file', config: { directory: 'a' } });
  expect([wrong.statusCode, wrong.json().field]).toEqual([422, 'config.directory']);
  const unknown = await caller.call('POST', '/api/v1/destinations/check', { kind: 'fax', config: {} });
  expect([unknown.statusCode, unknown.json().field]).toEqual([422, 'kind']);
  const id = await createdId(caller, '/api/v1/destinations', BUCKET);
  const other = await api.newCaller();
  expect((await other.call('POST', `/api/v1/destinations/${id}/check`)).statusCode).toBe(404);
});

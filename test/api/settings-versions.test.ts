import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { BUCKET, createdId, startApi, WEBHOOK, type ApiFixture, type Caller } from './fixtures.ts';

const MIGRATION = new URL('../../store/migrations/0029_destination_versions.sql', import.meta.url);
const SECRETS = {
  headers: { 'x-token': 'hunter2-header' },
  authentication: { type: 'bearer', token: 'hunter2-bearer' },
  secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
};
const BY = { kind: 'key', name: 'test' };

interface Version {
  version: number;
  by: unknown;
  changes: { field: string; before: unknown; after: unknown; secret: boolean }[];
}
interface List {
  items: Version[];
  next_cursor: string | null;
  code?: string;
}

let api: ApiFixture;
let caller: Caller;

beforeAll(async () => {
  api = await startApi();
  caller = await api.newCaller();
});
afterAll(() => api.stop());

const list = async (url: string, as = caller): Promise<List> => (await as.call('GET', `/api/v1${url}`)).json<List>();

async function post(url: string, body?: unknown): Promise<void> {
  expect((await caller.call('POST', `/api/v1${url}`, body)).statusCode).toBe(200);
}

/** Field by field: what it was and what it became, or that it is a secret. */
function changesOf(version: Version | undefined): Record<string, unknown> {
  const entries = version?.changes.map(({ field, before, after, secret }) => [
    field,
    secret ? 'secret' : [before, after],
  ]);
  return Object.fromEntries(entries ?? []) as Record<string, unknown>;
}

describe('the history of a webhook', () => {
  test('says who changed what, and of secrets only that they were changed', async () => {
    const id = await createdId(caller, '/api/v1/webhooks', { ...WEBHOOK, ...SECRETS });
    const change = async (body: object): Promise<void> => {
      expect((await caller.call('PATCH', `/api/v1/webhooks/${id}`, body)).statusCode).toBe(200);
    };
    await change({ url: 'https://example.com/other', events: ['signup', 'login'] });
    await change({ headers: { 'x-token': 'hunter2-other' } });
    await change({ authentication: null });
    await post(`/webhooks/${id}/secret/rotate`);
    await post(`/webhooks/${id}/pause`);
    const { items, next_cursor: more } = await list(`/webhooks/${id}/versions`);
    expect([items.map(({ version }) => version), more]).toEqual([[6, 5, 4, 3, 2, 1], null]);
    expect(items.map(({ by }) => by)).toEqual(Array.from({ length: 6 }, () => BY));
    const [paused, rotated, opened, headers, moved, created] = items.map(changesOf);
    expect(moved).toEqual({
      url: ['https://example.com/hook', 'https://example.com/other'],
      events: [['signup'], ['signup', 'login']],
    });
    expect(headers).toEqual({ headers: 'secret' });
    expect(opened).toEqual({ authentication: [{ type: 'bearer' }, null] });
    expect(rotated).toEqual({ secret: 'secret', previous_secrets: 'secret' });
    expect(paused).toEqual({ status: ['active', 'paused'] });
    expect(created).toMatchObject({ name: [null, 'Hook'], headers: [null, { configured: true }], secret: 'secret' });
    expect(JSON.stringify(items)).not.toMatch(/hunter2|whsec_/);
    const { rows } = await sql`SELECT * FROM destination_versions WHERE destination_id = ${id}`.execute(
      api.store.db.kysely,
    );
    expect(JSON.stringify(rows)).not.toMatch(/hunter2|whsec_/);
  });

  test('shows inputs of a kind by their names, and a secret one as changed', async () => {
    const inputs = { webhook_url: 'https://hooks.slack.com/services/T0/B0/first', text: 'a' };
    const id = await createdId(caller, '/api/v1/webhooks', { kind: 'slack', name: 'Ops', inputs });
    const change = { inputs: { webhook_url: 'https://hooks.slack.com/services/T0/B0/other', text: 'b' } };
    expect((await caller.call('PATCH', `/api/v1/webhooks/${id}`, change)).statusCode).toBe(200);
    const { items } = await list(`/webhooks/${id}/versions?limit=1`);
    expect(Object.keys(changesOf(items[0]))).toEqual(expect.arrayContaining(['inputs', 'input_secrets']));
    expect(JSON.stringify(items)).not.toContain('services/T0');
  });

  test('a save that changes nothing is a version without changes', async () => {
    const id = await createdId(caller, '/api/v1/webhooks', { ...WEBHOOK, ...SECRETS });
    await caller.call('PATCH', `/api/v1/webhooks/${id}`, { name: WEBHOOK.name, headers: SECRETS.headers });
    expect((await list(`/webhooks/${id}/versions?limit=1`)).items).toMatchObject([{ version: 2, changes: [] }]);
  });

  test('goes on after a deletion that was taken back, with who deleted it', async () => {
    const id = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
    expect((await caller.call('DELETE', `/api/v1/webhooks/${id}`)).statusCode).toBe(200);
    expect(await list(`/webhooks/${id}/versions`)).toMatchObject({ code: 'webhook_not_found' });
    await post(`/webhooks/${id}/restore`);
    const { items } = await list(`/webhooks/${id}/versions?limit=2`);
    expect(items.map((version) => [changesOf(version), version.by])).toEqual([
      [{ deleted: [true, false] }, BY],
      [{ deleted: [false, true] }, BY],
    ]);
  });

  test('that a program subscribed names its key', async () => {
    const id = await createdId(caller, '/api/v1/hooks/subscribe', { event: 'a', target_url: WEBHOOK.url });
    expect((await list(`/webhooks/${id}/versions`)).items).toMatchObject([{ version: 1, by: BY }]);
  });

  test('comes in pages, for its team alone', async () => {
    const id = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
    for (const name of ['b', 'c']) {
      await caller.call('PATCH', `/api/v1/webhooks/${id}`, { name });
    }
    const first = await list(`/webhooks/${id}/versions?limit=2`);
    const rest = await list(`/webhooks/${id}/versions?limit=2&cursor=${first.next_cursor ?? ''}`);
    expect([...first.items, ...rest.items].map(({ version }) => version)).toEqual([3, 2, 1]);
    expect(changesOf(first.items[1])).toEqual({ name: ['Hook', 'b'] });
    expect(await list(`/webhooks/${id}/versions`, await api.newCaller())).toMatchObject({ code: 'webhook_not_found' });
  });
});

test('the history of a destination names each field of its config', async () => {
  const id = await createdId(caller, '/api/v1/destinations', BUCKET);
  const change = { name: 'Sea', config: { bucket: 'sea', secret_access_key: 'hunter2-new-secret-key' } };
  expect((await caller.call('PATCH', `/api/v1/destinations/${id}`, change)).statusCode).toBe(200);
  const { items } = await list(`/destinations/${id}/versions`);
  expect(items.map(({ version, by }) => [version, by])).toEqual([
    [2, BY],
    [1, BY],
  ]);
  expect(changesOf(items[0])).toEqual({
    name: ['Lake', 'Sea'],
    'config.bucket': ['lake', 'sea'],
    'config.secret_access_key': 'secret',
  });
  expect(JSON.stringify(items)).not.toContain('hunter2');
});

test('what was there before there was a history is its beginning', async () => {
  const id = await createdId(caller, '/api/v1/webhooks', { ...WEBHOOK, ...SECRETS });
  await post(`/webhooks/${id}/pause`);
  const migration = await readFile(MIGRATION, 'utf8');
  const { kysely } = api.store.db;
  await sql`DELETE FROM destination_versions`.execute(kysely);
  expect((await list(`/webhooks/${id}/versions`)).items).toEqual([]);
  await sql.raw(migration.slice(migration.indexOf('INSERT INTO'))).execute(kysely);
  await caller.call('PATCH', `/api/v1/webhooks/${id}`, { name: 'Renamed' });
  const { items } = await list(`/webhooks/${id}/versions`);
  expect(items.map(({ version, by }) => [version, by])).toEqual([
    [3, BY],
    [2, BY],
  ]);
  expect(items.map(changesOf)).toEqual([
    { name: ['Hook', 'Renamed'] },
    expect.objectContaining({ name: [null, 'Hook'], status: [null, 'paused'], secret: 'secret' }),
  ]);
});

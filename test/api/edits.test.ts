import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LightMyRequestResponse } from 'fastify';
import { newExport } from '../../api/export-changes.ts';
import { openDestinationConfig } from '../../store/destinations.ts';
import { BUCKET, createdId, newExportOf, startApi, WEBHOOK, type ApiFixture, type Caller } from './fixtures.ts';
import { newMember } from './session-fixtures.ts';

let api: ApiFixture;
let caller: Caller;

beforeAll(async () => {
  api = await startApi();
  caller = await api.newCaller();
});
afterAll(() => api.stop());

function patch(url: string, body: object, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
  const all = { authorization: `Bearer ${caller.key}`, ...headers };
  return api.app.inject({ method: 'PATCH', url: `/api/v1${url}`, headers: all, payload: body });
}

const read = async (url: string): Promise<Record<string, unknown>> =>
  (await caller.call('GET', `/api/v1${url}`)).json();

describe('a webhook', () => {
  const SECRETS = {
    headers: { 'x-token': 'hunter2-header' },
    authentication: { type: 'basic', username: 'ada', password: 'hunter2-basic' },
    secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
  };
  const newHook = (): Promise<string> => createdId(caller, '/api/v1/webhooks', { ...WEBHOOK, ...SECRETS });
  const stored = (id: string): Promise<Record<string, unknown>> =>
    openDestinationConfig(api.store.db, api.store.box, id);

  test('keeps every secret that a change leaves out, and drops what is null', async () => {
    const id = await newHook();
    const before = await stored(id);
    const changed = await patch(`/webhooks/${id}`, { url: 'https://example.com/other', timeout_ms: 5_000 });
    expect(changed.json()).toMatchObject({
      ...{ url: 'https://example.com/other', timeout_ms: 5_000, headers: { configured: true } },
      authentication: { type: 'basic' },
    });
    expect(await stored(id)).toEqual({ ...before, url: 'https://example.com/other', timeoutMs: 5_000 });
    await patch(`/webhooks/${id}`, { headers: null });
    const { headers: dropped, ...kept } = await stored(id);
    expect([dropped, kept['secret'], kept['authentication']]).toEqual([
      undefined,
      before['secret'],
      before['authentication'],
    ]);
  });

  test('that somebody has changed since is left alone, also its secrets', async () => {
    const id = await newHook();
    const etag = (await caller.call('GET', `/api/v1/webhooks/${id}`)).headers['etag'] as string;
    await patch(`/webhooks/${id}`, { name: 'of somebody else' });
    const [before, config] = [await read(`/webhooks/${id}`), await stored(id)];
    api.controlPlane.calls = [];
    const change = { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', url: 'https://example.com/late' };
    const late = await patch(`/webhooks/${id}`, change, { 'if-match': etag });
    expect([late.statusCode, late.json<{ code: string }>().code]).toEqual([412, 'version_changed']);
    expect([await read(`/webhooks/${id}`), await stored(id)]).toEqual([before, config]);
    expect(api.controlPlane.calls).toEqual([]);
  });
});

test.each([
  ['webhooks', () => createdId(caller, '/api/v1/webhooks', WEBHOOK)],
  ['exports', () => newExportOf(caller)],
])('of two changes of %s at once to the version that was read one is made', async (resource, make) => {
  const url = `/${resource}/${await make()}`;
  const answers = await Promise.all(['one', 'other'].map((name) => patch(url, { name }, { 'if-match': '"1"' })));
  const made = answers.filter(({ statusCode }) => statusCode === 200);
  const refused = answers.filter(({ statusCode }) => statusCode !== 200);
  expect(made).toHaveLength(1);
  expect(['version_changed', 'edit_conflict']).toContain(refused[0]!.json<{ code: string }>().code);
  expect(await read(url)).toMatchObject({ version: 2, name: made[0]!.json<{ name: string }>().name });
});

/** What is changed in place, by its route: where it is, and a change of it. */
const EDITS: Readonly<Record<string, () => Promise<{ url: string; change: (nth: number) => object }>>> = {
  '/destinations/:id': async () => ({
    url: `/destinations/${await createdId(caller, '/api/v1/destinations', BUCKET)}`,
    change: (nth) => ({ name: `new ${String(nth)}` }),
  }),
  '/exports/:id': async () => ({
    url: `/exports/${await newExportOf(caller)}`,
    change: (nth) => ({ name: `new ${String(nth)}` }),
  }),
  '/webhooks/:id': async () => ({
    url: `/webhooks/${await createdId(caller, '/api/v1/webhooks', WEBHOOK)}`,
    change: (nth) => ({ name: `new ${String(nth)}` }),
  }),
  '/api-keys/:id': async () => ({
    url: `/api-keys/${await createdId(caller, '/api/v1/api-keys', { name: 'ci' })}`,
    change: (nth) => ({ name: `new ${String(nth)}` }),
  }),
  '/members/:id': async () => ({
    url: `/members/${(await newMember(api, { teamId: caller.teamId, role: 'editor' })).id}`,
    change: (nth) => ({ role: nth % 2 === 0 ? 'viewer' : 'editor' }),
  }),
  '/notification-channels/:id': async () => ({
    url: `/notification-channels/${await createdId(caller, '/api/v1/notification-channels', CHANNEL)}`,
    change: (nth) => ({ enabled: nth % 2 === 0 }),
  }),
  '/quotas': async () => ({ url: '/quotas', change: (nth) => ({ export_rows_per_day: nth }) }),
};
const CHANNEL = { kind: 'slack', name: 'ops', config: { url: 'https://hooks.slack.com/services/x' } };

test('every route that changes something in place is one of these', () => {
  const found = api.routes.filter(({ method }) => ['PATCH', 'PUT'].includes(method)).map(({ url }) => url);
  expect(found.map((url) => url.replace('/api/v1', '')).sort()).toEqual(Object.keys(EDITS).sort());
});

test.each(Object.keys(EDITS))('%s: a change to another version than the stored one is refused', async (route) => {
  const { url, change } = await EDITS[route]!();
  const first = await caller.call('GET', `/api/v1${url}`);
  const etag = first.headers['etag'] as string;
  expect(etag).toBe(`"${String(first.json<{ version: number }>().version)}"`);
  const made = await patch(url, change(1), { 'if-match': etag });
  expect([made.statusCode, made.json()]).toEqual([
    200,
    expect.objectContaining({ version: Number(etag.slice(1, -1)) + 1 }),
  ]);
  expect(made.headers['etag']).not.toBe(etag);
  const stored = await read(url);
  const late = await patch(url, change(2), { 'if-match': etag });
  expect([late.statusCode, late.json<{ code: string }>().code]).toEqual([412, 'version_changed']);
  expect(await read(url)).toEqual(stored);
  expect((await patch(url, change(2), { 'if-match': made.headers['etag'] as string })).statusCode).toBe(200);
  // Of two at once, both of which name the newest version, one is made.
  const newest = `"${String((await read(url))['version'])}"`;
  const both = await Promise.all([3, 4].map((nth) => patch(url, change(nth), { 'if-match': newest })));
  expect(both.map(({ statusCode }) => statusCode).filter((status) => status === 200)).toHaveLength(1);
});

test('an export is cloned by creating another one of what was read', async () => {
  const properties = [{ key: 'total', source: 'event', operator: 'gt', value: 5 }];
  const filter = { include_events: ['order paid'], properties };
  const schedule = { interval: 'day', time_zone: 'Europe/Berlin', hour_offset: 4, jitter_seconds: 60 };
  const original = await read(`/exports/${await newExportOf(caller, { ...schedule, filter })}`);
  const settings = Object.entries(original).filter(([name, value]) => name in newExport.shape && value !== null);
  api.controlPlane.calls = [];
  const changes = { name: 'Nightly (copy)', paused: true };
  const id = await createdId(caller, '/api/v1/exports', { ...Object.fromEntries(settings), ...changes });
  const own = ['id', 'version', 'paused_by', 'created_at', 'updated_at'];
  const shared = Object.entries(original).filter(([name]) => !own.includes(name));
  expect(await read(`/exports/${id}`)).toMatchObject({ ...Object.fromEntries(shared), ...changes, version: 1 });
  expect(api.controlPlane.calls).toEqual([
    ['upsertExportSchedule', expect.objectContaining({ exportId: id, paused: true, jitterSeconds: 60 })],
  ]);
  expect(await read(`/exports/${original['id'] as string}`)).toEqual(original);
});

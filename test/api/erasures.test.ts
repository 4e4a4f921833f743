import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { startApi, type ApiFixture, type Caller } from './fixtures.ts';
import { newKeyCaller } from './session-fixtures.ts';
import { postgresTablesWith } from '../erasure/world.ts';

const CANARY = 'erin@example.com';

let api: ApiFixture;
let owner: Caller;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  owner = await api.newCaller();
  api.controlPlane.calls = [];
});

test('an owner asks for it; neither answer, log nor any table says who it is', async () => {
  const body = { distinct_ids: [CANARY], person_ids: ['0194D3B0-0000-7000-8000-000000000001'] };
  const answer = await owner.call('POST', '/api/v1/erasures', body);
  expect(answer.statusCode).toBe(202);
  const { id } = answer.json<{ id: string }>();
  expect(answer.json()).toMatchObject({ status: 'running', erased: [], requested_by: 'test', events_until: null });
  expect(api.controlPlane.calls).toEqual([['startErasure', id]]);
  expect((await owner.call('GET', `/api/v1/erasures/${id}`)).json()).toEqual(answer.json());
  expect((await owner.call('GET', '/api/v1/erasures')).json()).toEqual({ items: [answer.json()], next_cursor: null });
  const audit = await owner.call('GET', '/api/v1/audit-log?resource=erasures');
  expect(audit.json().items).toEqual([
    expect.objectContaining({
      ...{ action: 'Erase a person', resource_id: id },
      changes: [{ field: 'distinct_ids' }, { field: 'person_ids' }],
    }),
  ]);
  expect(answer.body + audit.body + api.logged()).not.toContain(CANARY);
  expect(await postgresTablesWith(api.store.db, CANARY)).toEqual([]);
});

test('nobody but owners', async () => {
  const editor = await newKeyCaller(api, { teamId: owner.teamId, role: 'editor', scopes: ['write'] });
  expect((await editor.call('POST', '/api/v1/erasures', { distinct_ids: [CANARY] })).statusCode).toBe(403);
  expect((await editor.call('GET', '/api/v1/erasures')).statusCode).toBe(403);
});

test.each([
  [{}, 'distinct_ids'],
  [{ distinct_ids: [''] }, 'distinct_ids[0]'],
  [{ person_ids: ['me'] }, 'person_ids[0]'],
  [{ person_ids: ['00000000-0000-0000-0000-000000000000'] }, 'person_ids[0]'],
])('%j is refused', async (body, field) => {
  const answer = await owner.call('POST', '/api/v1/erasures', body);
  expect(answer.statusCode).toBe(422);
  expect(answer.json().field).toContain(field.split('[')[0]);
  expect(api.controlPlane.calls).toEqual([]);
});

test('without Temporal nothing is begun, and the request can be repeated', async () => {
  api.controlPlane.failure = new Error('no connection');
  const answer = await owner.call('POST', '/api/v1/erasures', { distinct_ids: [CANARY] });
  expect([answer.statusCode, answer.json().code]).toEqual([503, 'control_plane_unavailable']);
  expect((await owner.call('GET', '/api/v1/erasures')).json().items).toEqual([]);
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RejectedView } from '../../api/deps.ts';
import { newExportOf, startApi, type ApiFixture, type Caller } from './fixtures.ts';

let api: ApiFixture;
let caller: Caller;
let exportId: string;

beforeAll(async () => {
  api = await startApi();
  caller = await api.newCaller();
  exportId = await newExportOf(caller, { interval: '5m' });
});
afterAll(() => api.stop());

function rejectedAt(end: string): RejectedView {
  const intervalEnd = new Date(end);
  const [insertedAt, rejectedAt] = [new Date(intervalEnd.getTime() - 1_000), new Date(intervalEnd.getTime() + 1_000)];
  const reason = 'properties json_too_deep';
  return { uuid: randomUUID(), event: 'deep', intervalEnd, insertedAt, rejectedAt, reason, record: '{"event":"deep"}' };
}

test('records that were set aside are listed page by page, with their reason', async () => {
  api.events.rejected = ['2026-11-20T00:10:00Z', '2026-11-20T00:05:00Z'].map(rejectedAt);
  const url = `/api/v1/exports/${exportId}/rejected-records`;
  const page = (await caller.call('GET', `${url}?limit=1`)).json();
  expect(page.items).toEqual([
    expect.objectContaining({ reason: 'properties json_too_deep', interval_end: '2026-11-20T00:10:00.000Z' }),
  ]);
  await caller.call('GET', `${url}?limit=1&cursor=${String(page.next_cursor)}`);
  expect(api.events.queries.at(-1)).toMatchObject({
    exportId,
    teamId: caller.teamId,
    before: { intervalEnd: new Date('2026-11-20T00:10:00Z'), uuid: page.items[0].uuid },
  });
  expect((await caller.call('GET', `${url}?cursor=nonsense`)).statusCode).toBe(422);
});

test('a replay starts a run of each interval, by force', async () => {
  api.events.rejected = ['2026-11-20T00:05:00Z', '2026-11-20T00:10:00Z'].map(rejectedAt);
  api.controlPlane.calls = [];
  const answer = await caller.call('POST', `/api/v1/exports/${exportId}/rejected-records/replay`);
  expect(answer.statusCode).toBe(202);
  expect(answer.json().runs).toHaveLength(2);
  expect(api.controlPlane.calls).toEqual(
    ['2026-11-20T00:05:00Z', '2026-11-20T00:10:00Z'].map((end) => [
      'startExportRun',
      expect.objectContaining({ exportId, intervalEnd: new Date(end), force: true, trigger: 'manual' }),
    ]),
  );
});

test('of another team they are not there', async () => {
  const other = await api.newCaller();
  const url = `/api/v1/exports/${exportId}/rejected-records`;
  expect((await other.call('GET', url)).statusCode).toBe(404);
  expect((await other.call('POST', `${url}/replay`)).statusCode).toBe(404);
});

test('a mode that the destination does not have is refused', async () => {
  const refused = await caller.call('PATCH', `/api/v1/exports/${exportId}`, { mode: 'merge' });
  expect([refused.statusCode, refused.json().code]).toEqual([422, 'mode_unsupported']);
});

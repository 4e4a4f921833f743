import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { NO_USAGE } from '../../core/usage.ts';
import { takeRows } from '../../store/quotas.ts';
import { noteRolledUp, replaceUsageDay } from '../../store/usage.ts';
import { newRun } from '../store/fixtures.ts';
import { newExportOf, startApi, type ApiFixture, type Caller } from './fixtures.ts';
import { newKeyCaller } from './session-fixtures.ts';

/** By the clock of the fixture it is 12:07:30. */
const TODAY = '2026-11-21';
const RENEWS_AT = '2026-11-22T00:00:00.000Z';

let api: ApiFixture;
let owner: Caller;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  owner = await api.newCaller();
});

interface Usage {
  days: ({ day: string } & typeof NO_USAGE)[];
  quotas: unknown;
}
const usage = async (caller: Caller, query = ''): Promise<Usage> =>
  (await caller.call('GET', `/api/v1/usage${query}`)).json<Usage>();
const change = (caller: Caller, body: unknown): ReturnType<Caller['call']> =>
  caller.call('PATCH', '/api/v1/quotas', body);

async function take(caller: Caller, rows: number, at: string): Promise<void> {
  const { id: runId } = await newRun(api.store, await newExportOf(caller));
  await takeRows(api.store.db, { runId, teamId: caller.teamId, rows, at: new Date(at) });
}

describe('the quota of a team', () => {
  test('is set by an owner, and shown with what is used today', async () => {
    const stranger = await api.newCaller();
    const none = { version: 1, export_rows: { limit: null, used: 0, renews_at: RENEWS_AT } };
    expect((await usage(owner)).quotas).toEqual(none);
    await take(owner, 300, `${TODAY}T00:00:00Z`);
    await take(owner, 40, `${TODAY}T23:59:59Z`);
    await take(owner, 7, '2026-11-20T23:59:59Z');
    const changed = await change(owner, { export_rows_per_day: 1_000 });
    const expected = { version: 2, export_rows: { limit: 1_000, used: 340, renews_at: RENEWS_AT } };
    expect([changed.statusCode, changed.json()]).toEqual([200, expected]);
    expect((await usage(owner)).quotas).toEqual(expected);
    expect((await usage(stranger)).quotas).toMatchObject({ export_rows: { limit: null, used: 0 } });
    await change(owner, { export_rows_per_day: null });
    expect((await usage(owner)).quotas).toMatchObject({ export_rows: { limit: null } });
  });

  test('is no business of an editor, and its change is on record', async () => {
    const editor = await newKeyCaller(api, { teamId: owner.teamId, role: 'editor', scopes: ['write'] });
    expect((await change(editor, { export_rows_per_day: 1 })).json()).toMatchObject({ code: 'forbidden_role' });
    await change(owner, { export_rows_per_day: 5 });
    const { items } = (await owner.call('GET', '/api/v1/audit-log')).json<{ items: unknown[] }>();
    expect(items[0]).toMatchObject({
      action: 'Change the quotas of the team',
      changes: [{ field: 'export_rows_per_day', value: 5 }],
    });
  });

  test.each([{}, { export_rows_per_day: -1 }, { export_rows_per_day: 'many' }, { export_rows_per_day: 1.5 }])(
    'is refused as %j',
    async (body) => {
      expect((await change(owner, body)).json()).toMatchObject({ code: 'validation_failed' });
    },
  );
});

describe('usage', () => {
  test('of days that are over comes from the roll-up, and of today from the logs', async () => {
    const old = { ...NO_USAGE, events: 9, webhooks: { attempts: 4, delivered: 3 } };
    for (const day of ['2025-11-01', '2026-11-20', TODAY]) {
      const at = new Date(`${day}T00:00:00Z`);
      const unknown = { ...old, teamId: 2_000_000_000 };
      await replaceUsageDay(api.store.db, at, [{ ...old, teamId: owner.teamId }, unknown]);
    }
    await noteRolledUp(api.store.db, new Date(`${TODAY}T12:00:00Z`));
    const spans: unknown[] = [];
    api.events.eventsByDay = ({ teamId, from, to }) => {
      spans.push([teamId, from.toISOString(), to.toISOString()]);
      return Promise.resolve([{ day: TODAY, events: 2 }]);
    };
    const today = { day: TODAY, ...NO_USAGE, events: 2 };
    expect((await usage(owner)).days).toEqual([{ day: '2026-11-20', ...old }, today]);
    expect(spans).toEqual([[owner.teamId, `${TODAY}T00:00:00.000Z`, RENEWS_AT]]);
    const months = await usage(owner, '?from=2025-11-01T15:00:00Z&to=2026-11-20T01:00:00Z');
    expect(months.days).toEqual([
      { day: '2025-11-01', ...old },
      { day: '2026-11-20', ...old },
    ]);
    expect(spans).toHaveLength(1);
    expect((await usage(await api.newCaller())).days).toEqual([today]);
  });
});

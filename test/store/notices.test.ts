import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createChannel, deleteChannel, openEnabledChannel, updateChannel } from '../../store/notification-channels.ts';
import {
  getSend,
  listNotices,
  listWaitingSends,
  raiseNotice,
  recordSend,
  type NewNotice,
} from '../../store/notices.ts';
import { newTeam, SECRET_TEXT, startStore, type StoreFixture } from './fixtures.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const HOUR_MS = 60 * 60_000;

let store: StoreFixture;
let teamId: number;
let channelId: string;
let subject: string;

beforeAll(async () => {
  store = await startStore();
});
afterAll(() => store.stop());
beforeEach(async () => {
  teamId = await newTeam(store);
  subject = `export/${String(teamId)}`;
  channelId = (await newChannel()).id;
});

function newChannel(changes: { events?: NewNotice['event'][]; enabled?: boolean } = {}) {
  const config = { kind: 'slack', url: `https://hooks.example/${SECRET_TEXT}` } as const;
  return createChannel(store.db, store.box, {
    ...{ teamId, name: 'ops', events: null, enabled: true },
    ...changes,
    config,
  });
}

/** How many channels are told of it. */
async function raise(state: string | undefined, hours: number, position?: number): Promise<number> {
  const text = { title: 'a title', text: 'a \0 text', details: { a: 1 } };
  const sends = await raiseNotice(
    store.db,
    {
      ...{ teamId, subject, topic: 'runs', event: state === undefined ? 'export.recovered' : 'export.failed', ...text },
      ...(state === undefined ? {} : { state }),
      ...(position === undefined ? {} : { position: new Date(NOW + position * HOUR_MS) }),
    },
    { now: new Date(NOW + hours * HOUR_MS), reminderMs: 24 * HOUR_MS },
  );
  return sends.length;
}

test('a state is told once, each other one too, again after the reminder, and its end once', async () => {
  expect(await raise(undefined, 0)).toBe(0);
  expect([await raise('a', 0), await raise('a', 1), await raise('b', 1), await raise('a', 2)]).toEqual([1, 0, 1, 0]);
  expect([await raise('a', 23.9), await raise('a', 24), await raise('a', 25)]).toEqual([0, 1, 0]);
  expect([await raise(undefined, 26), await raise(undefined, 26)]).toEqual([1, 0]);
  expect([await raise('a', 27), await raise('a', 28)]).toEqual([1, 0]);
  expect((await listNotices(store.db, { teamId, limit: 10 })).map(({ event }) => event)).toEqual([
    ...['export.failed', 'export.recovered', 'export.failed', 'export.failed', 'export.failed'],
  ]);
});

test('a state that comes and goes within minutes is told once', async () => {
  expect([await raise('a', 0), await raise(undefined, 0.01), await raise('a', 0.1)]).toEqual([1, 1, 0]);
  expect([await raise(undefined, 0.11), await raise('a', 0.2)]).toEqual([0, 1]);
});

test('the success of an older interval ends nothing', async () => {
  expect([await raise('a', 0, 5), await raise('a', 0, 7), await raise('b', 0, 1)]).toEqual([1, 0, 1]);
  expect([await raise(undefined, 1, 3), await raise(undefined, 1, 6)]).toEqual([0, 0]);
  expect(await raise(undefined, 1, 7)).toBe(1);
});

test('of many at once with the same news one is told', async () => {
  const told = await Promise.all(Array.from({ length: 8 }, () => raise('a', 0)));
  expect(told.reduce((sum, count) => sum + count, 0)).toBe(1);
});

test('a notice is for the team’s channels that want it', async () => {
  await newChannel({ enabled: false });
  await newChannel({ events: ['webhook.gone'] });
  const wanting = await newChannel({ events: ['export.failed', 'webhook.gone'] });
  teamId = await newTeam(store);
  await newChannel();
  teamId -= 1;
  expect(await raise('a', 0)).toBe(2);
  const [notice] = await listNotices(store.db, { teamId, limit: 10 });
  expect(notice?.sends.map((send) => send.channelId).sort()).toEqual([channelId, wanting.id].sort());
  expect(notice).toMatchObject({ text: 'a \ufffd text', details: { a: 1 } });
});

test('a send waits until it is settled, which happens once', async () => {
  await raise('a', 0);
  const mine = async () =>
    (await listWaitingSends(store.db, { minAgeMs: 0, limit: 100 })).filter((send) => send.channelId === channelId);
  const [send] = await mine();
  expect(send).toBeDefined();
  const key = { noticeId: send?.noticeId ?? '', channelId };
  await recordSend(store.db, key, { status: 'pending', attempts: 1, error: { code: 'c', message: 'm' } });
  expect(await mine()).toEqual([key]);
  await recordSend(store.db, key, { status: 'sent', attempts: 1 });
  await recordSend(store.db, key, { status: 'failed', attempts: 0 });
  expect(await mine()).toEqual([]);
  expect(await getSend(store.db, key)).toMatchObject({ status: 'sent', notice: { subject } });
  const [notice] = await listNotices(store.db, { teamId, limit: 1 });
  expect(notice?.sends).toMatchObject([{ status: 'sent', attempts: 2, errorCode: null, settledAt: expect.any(Date) }]);
});

test('secrets are sealed, and gone with the channel', async () => {
  const { rows } = await store.db.kysely
    .selectFrom('notificationChannels')
    .selectAll()
    .execute()
    .then((all) => ({
      rows: JSON.stringify(all.map(({ sealed, ...row }) => ({ ...row, sealed: sealed.toString('latin1') }))),
    }));
  expect(rows).not.toContain(SECRET_TEXT);
  expect(await openEnabledChannel(store.db, store.box, channelId)).toMatchObject({
    url: `https://hooks.example/${SECRET_TEXT}`,
  });
  const key = { teamId, id: channelId };
  await updateChannel(store.db, store.box, { ...key, expectedVersion: 1, patch: { enabled: false } });
  expect(await openEnabledChannel(store.db, store.box, channelId)).toBeUndefined();
  const stale = updateChannel(store.db, store.box, { ...key, expectedVersion: 1, patch: { name: 'x' } });
  await expect(stale).rejects.toMatchObject({ code: 'edit_conflict' });
  await deleteChannel(store.db, key);
  await expect(deleteChannel(store.db, key)).rejects.toMatchObject({ code: 'notification_channel_not_found' });
});

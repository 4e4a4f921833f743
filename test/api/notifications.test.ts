import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createNotifier } from '../../notifications/notifier.ts';
import type { Notifier } from '../../notifications/contract.ts';
import { raiseNotice } from '../../store/notices.ts';
import { createdId, newExportOf, startApi, type ApiFixture, type Caller } from './fixtures.ts';

let api: ApiFixture;
let notifier: Notifier;
let receiver: Server;
let caller: Caller;
let status = 200;
const bodies: string[] = [];

beforeAll(async () => {
  notifier = createNotifier({ allowedCidrs: ['127.0.0.0/8'] });
  api = await startApi({ notifier });
  receiver = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
    request.on('end', () => response.writeHead(status).end());
  });
  await new Promise<void>((resolve) => {
    receiver.listen(0, '127.0.0.1', resolve);
  });
  caller = await api.newCaller();
});
afterAll(async () => {
  receiver.close();
  await notifier.close();
  await api.stop();
});

const CHANNELS = '/api/v1/notification-channels';
const SLACK = { kind: 'slack', name: 'ops', config: { url: 'https://hooks.slack.com/services/hunter2' } };

test('a webhook shows its secret once, and other secrets are never shown', async () => {
  const webhook = { kind: 'webhook', name: 'pager', config: { url: 'https://example.com/in' } };
  const created = (await caller.call('POST', CHANNELS, webhook)).json<{ id: string; secret: string }>();
  expect(created).toMatchObject({
    config: { url: 'https://example.com/in', secret: { configured: true } },
    events: null,
  });
  expect(created.secret).toMatch(/^whsec_/);
  const id = await createdId(caller, CHANNELS, SLACK);
  const texts = [await caller.call('GET', CHANNELS), await caller.call('GET', `${CHANNELS}/${id}`)].map(
    ({ body }) => body,
  );
  expect(texts.join('')).not.toMatch(/hunter2|whsec_/);
  const patched = await caller.call('PATCH', `${CHANNELS}/${created.id}`, {
    ...{ events: ['export.failed'], enabled: false, config: { url: 'https://example.com/other' } },
  });
  expect(patched.json()).toMatchObject({ version: 2, enabled: false, events: ['export.failed'] });
  expect(patched.json()).toMatchObject({ config: { url: 'https://example.com/other' } });
});

test.each<[string, unknown, string, string]>([
  ['an event that there is not', { ...SLACK, events: ['nonsense'] }, 'events.0', 'validation_failed'],
  ['a private address', { ...SLACK, config: { url: 'http://10.0.0.1/' } }, 'config.url', 'webhook_url_invalid'],
  [
    'e-mail without a mail server',
    { kind: 'email', name: 'm', config: { to: ['a@b.example'] } },
    'kind',
    'notification_email_unavailable',
  ],
  [
    'a secret that is none',
    { kind: 'webhook', name: 'w', config: { url: 'https://example.com', secret: 'x' } },
    'config.secret',
    'webhook_secret_invalid',
  ],
])('%s is refused', async (_what, body, field, code) => {
  const response = await caller.call('POST', CHANNELS, body);
  expect(response.statusCode).toBe(422);
  expect(response.json()).toMatchObject({ code, field });
});

test('another team sees, changes, tests and deletes nothing', async () => {
  const id = await createdId(caller, CHANNELS, SLACK);
  const other = await api.newCaller();
  expect((await other.call('GET', CHANNELS)).json()).toMatchObject({ items: [] });
  for (const [method, path] of [
    ['GET', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['POST', '/test'],
  ] as const) {
    const response = await other.call(
      method,
      `${CHANNELS}/${id}${path}`,
      method === 'PATCH' ? { name: 'x' } : undefined,
    );
    expect(response.json()).toMatchObject({ code: 'notification_channel_not_found', status: 404 });
  }
  expect((await caller.call('DELETE', `${CHANNELS}/${id}`)).statusCode).toBe(204);
  expect((await caller.call('GET', `${CHANNELS}/${id}`)).statusCode).toBe(404);
});

test('a test is sent at once, and says why it failed', async () => {
  const id = await createdId(caller, CHANNELS, SLACK);
  const url = `http://127.0.0.1:${String((receiver.address() as AddressInfo).port)}/in`;
  // As stored before an address was refused: the sender, whose networks include this one, judges for itself.
  await api.store.db.kysely
    .updateTable('notificationChannels')
    .set({ sealed: sealed(id, url) })
    .where('id', '=', id)
    .execute();
  expect((await caller.call('POST', `${CHANNELS}/${id}/test`)).json()).toEqual({ ok: true, error: null });
  expect(bodies.at(-1)).toContain('The notification channel');
  status = 404;
  expect((await caller.call('POST', `${CHANNELS}/${id}/test`)).json()).toMatchObject({
    ...{ ok: false, error: { code: 'notification_refused' } },
  });
});

function sealed(id: string, url: string): Buffer {
  return api.store.box.seal({ kind: 'slack', url }, `notification-channel/${String(caller.teamId)}/${id}`);
}

test('an export that Sluice had paused tells of its resume; one that a user had paused does not', async () => {
  const id = await newExportOf(caller);
  await caller.call('POST', `/api/v1/exports/${id}/pause`);
  await caller.call('POST', `/api/v1/exports/${id}/resume`);
  expect((await caller.call('GET', '/api/v1/notifications')).json()).toMatchObject({ items: [] });
});

test('what was told names the page of the console that it is about', async () => {
  const own = await api.newCaller();
  const id = await newExportOf(own);
  const notice = { teamId: own.teamId, event: 'export.failed', subject: `export/${id}`, topic: 'runs' } as const;
  const details = { export_id: id, run_id: 'r1' };
  await raiseNotice(
    api.store.db,
    { ...notice, state: 'it', title: 'Fails', text: 'So.', details },
    { now: new Date(), reminderMs: 0 },
  );
  expect((await own.call('GET', '/api/v1/notifications')).json().items).toMatchObject([
    { event: 'export.failed', details, console_path: `/console/exports/${id}/runs/r1` },
  ]);
});

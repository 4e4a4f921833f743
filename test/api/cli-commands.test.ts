import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Command } from 'commander';
import { registerApiCommands } from '../../cli/register.ts';
import { newRun } from '../store/fixtures.ts';
import { BUCKET, createdId, newExportOf, startApi, WEBHOOK, type ApiFixture, type Caller } from './fixtures.ts';

/** Commands against the API as it answers, in this process: `sluice` itself is started by test/e2e/cli.test.ts. */
let api: ApiFixture;
let caller: Caller;
let url: string;
const ids: Record<string, string> = {};
const SIMULATED = { uuid: randomUUID(), event: 'order', distinctId: 'u', insertedAtMicros: 1.7e15 };

beforeAll(async () => {
  api = await startApi({
    testWebhook: () =>
      Promise.resolve({
        ...{ delivered: false, statusCode: 401, durationMs: 12.4, responseBody: 'who are you?' },
        ...{ phases: { firstByteMs: 11.6 }, responseHeaders: 'server: test\n' },
        error: { code: 'http_401', message: 'The endpoint answered 401.', remedy: 'Set the credentials.' },
        request: { method: 'POST', url: WEBHOOK.url, headers: {}, body: '{}', refusal: null },
      }),
    simulateWebhook: ({ range }) =>
      Promise.resolve({
        ...{
          range,
          captured: 9,
          matchedBefore: 2,
          matchedAfter: 3,
          maskedBefore: 0,
          maskedAfter: 1,
          ceases: { count: 0, events: [] },
          request: [],
        },
        begins: { count: 1, events: [SIMULATED] },
        failed: { count: 1, examples: [{ ...SIMULATED, code: 'template_failed', message: 'no such filter' }] },
        payloads: {
          ...{ compared: 1, changed: 1 },
          examples: [{ ...SIMULATED, differences: [{ path: '/a', before: null, after: '1' }] }],
        },
      }),
    previewWebhook: ({ example }) =>
      Promise.resolve({
        event: { uuid: randomUUID(), name: example.event, distinctId: 'u', insertedAtMicros: 1e15 },
        exampleBecause: 'none_matches',
        request: { method: 'POST', url: WEBHOOK.url, headers: { 'x-a': '(not shown)' }, body: '{}', refusal: null },
      }),
    explainDelivery: ({ uuid }) =>
      Promise.resolve({
        event: { uuid, name: 'signup', distinctId: 'u', timestamp: '2026-11-21T12:00:00Z', insertedAtMicros: 1e15 },
        ...{
          matched: false,
          unmatchedBy: 'events',
          state: 'not_matched',
          maskedBy: null,
          limitedBy: null,
          healthEvidence: {},
          next: 'Nothing.',
          nextAttemptAt: null,
        },
        ...{ health: 'healthy', webhookId: 'msg_1', batch: null, attempts: [], workflowId: null },
        request: {
          method: 'POST',
          url: WEBHOOK.url,
          headers: { 'x-a': '(not shown)' },
          body: '{"a":1}',
          refusal: null,
        },
      }),
  });
  caller = await api.newCaller();
  url = await api.app.listen({ port: 0, host: '127.0.0.1' });
  ids['export'] = await newExportOf(caller);
  ids['webhook'] = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
  ids['destination'] = (await caller.call('GET', '/api/v1/destinations')).json().items[0].id as string;
  ids['run'] = (await newRun(api.store, ids['export'])).id;
  ids['erasure'] = await createdId(caller, '/api/v1/erasures', { distinct_ids: ['someone'] });
  ids['event'] = randomUUID();
  ids['event-type'] = 'invoice.paid';
  const message = { event_type: 'a', payload: { b: 1 } };
  ids['message'] = await createdId(caller, `/api/v1/webhooks/${ids['webhook']}/messages`, message);
});
afterAll(() => api.stop());

/** What was said on standard error by the command before. */
let told: string[] = [];

async function sluice(...args: string[]): Promise<string> {
  const lines: string[] = [];
  told = [];
  const error = jest.spyOn(console, 'error').mockImplementation((line: string) => void told.push(line));
  const log = jest.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  try {
    const program = new Command().exitOverride();
    registerApiCommands(
      program,
      () => ({ url, key: caller.key }),
      () => undefined,
    );
    await program.parseAsync(args, { from: 'user' });
    return lines.join('\n');
  } finally {
    log.mockRestore();
    error.mockRestore();
    process.exitCode = undefined;
  }
}

describe('commands that only read', () => {
  test.each([
    ['exports next', 'export'],
    ['exports gaps', 'export'],
    ['exports late-data', 'export'],
    ['exports reconciliations', 'export'],
    ['exports completeness', 'export'],
    ['exports anomalies', 'export'],
    ['erase --distinct-id someone', ''],
    ['erasures list', ''],
    ['erasures show', 'erasure'],
    ['exports delete --dry-run', 'export'],
    ['destinations delete --dry-run', 'destination'],
    ['webhooks delete --dry-run', 'webhook'],
    ['webhooks test', 'webhook'],
    ['webhooks kinds', ''],
    ['webhooks kinds slack', ''],
    ['webhooks explain', 'webhook event'],
    ['webhooks retry', 'webhook event'],
    ['events properties', ''],
    ['events capture', ''],
    ['messages list', 'webhook'],
    ['messages get', 'webhook message'],
    ['messages send', 'webhook event-type'],
    ['hooks list', ''],
    ['replays list', 'webhook'],
    ['keys list', ''],
    ['keys create --name ci', ''],
    ['members list', ''],
    ['members invite --email a@example.com', ''],
    ['audit --resource exports', ''],
    ['backfills list', 'export'],
    ['runs list', 'export'],
    ['runs show', 'run'],
    ['runs files', 'run'],
    ['runs log', 'run'],
    ['stats --from-history', 'webhook'],
    ['notifications list', ''],
    ['notifications channels list', ''],
    ['export list', ''],
  ])('sluice %s prints text for people, and one JSON object for programs', async (command, needs) => {
    const args = [...command.split(' '), ...needs.split(' ').flatMap((name) => ids[name] ?? [])];
    const text = await sluice(...args);
    expect(text).not.toBe('');
    expect(() => JSON.parse(text) as unknown).toThrow();
    expect(JSON.parse(await sluice(...args, '--json'))).toEqual(expect.any(Object));
  });
});

test('long lists are searched, narrowed to a kind, and read page by page', async () => {
  const names = async (...args: string[]): Promise<string[]> =>
    (JSON.parse(await sluice(...args, '--json')) as { items: { name: string }[] }).items.map(({ name }) => name);
  for (const name of ['pond', 'pool']) {
    await createdId(caller, '/api/v1/destinations', { ...BUCKET, name });
  }
  expect(await names('destinations', 'list', '--q', 'PO')).toEqual(['pool', 'pond']);
  expect(await names('destinations', 'list', '--kind', 'gcs')).toEqual([]);
  expect(await names('destinations', 'list', '--health', 'unused')).toEqual(['pool', 'pond']);
  expect(await names('destinations', 'list', '--health', 'failing')).toEqual([]);
  expect(await names('exports', 'list', '--q', 'night', '--kind', 's3')).toEqual(['Nightly']);
  expect(await names('exports', 'list', '--status', 'active')).toContain('Nightly');
  expect(await names('exports', 'list', '--health', 'failing')).toEqual([]);
  expect(await names('exports', 'list', '--status', 'paused_auto')).toEqual([]);
  expect(await names('webhooks', 'list', '--kind', 'slack')).toEqual([]);
  expect(await names('webhooks', 'list', '--health', 'gone', '--status', 'active')).toEqual([]);
  const first = ['destinations', 'list', '--q', 'po', '--limit', '1'];
  const { next_cursor: cursor } = JSON.parse(await sluice(...first, '--json')) as { next_cursor: string };
  expect(told).toEqual([]);
  expect(await names(...first, '--cursor', cursor)).toEqual(['pond']);
  expect(await sluice(...first)).not.toContain(cursor);
  expect(told).toEqual([`There are more: --cursor ${cursor} shows the next page, --all every one.`]);
  expect(await names('destinations', 'list', '--q', 'po', '--all')).toEqual(['pool', 'pond']);
  await sluice('destinations', 'list', '--q', 'po', '--all');
  expect(told).toEqual([]);
  await expect(sluice(...first, '--all')).rejects.toThrow(/cannot be used with option '--limit/);
});

test('a test of a webhook says what came back and what to do', async () => {
  expect(await sluice('webhooks', 'test', ids['webhook']!)).toBe(
    [
      'not delivered: status 401 after 12 ms',
      'kept connection, first byte 12 ms',
      'The endpoint answered 401.',
      'Set the credentials.',
      '',
      'server: test',
      '',
      'who are you?',
    ].join('\n'),
  );
});

test('an explanation names what keeps an event out, and the request', async () => {
  const text = await sluice('webhooks', 'explain', ids['webhook']!, ids['event']!);
  expect(text).toContain('kept out by events');
  expect(text).toContain(`POST ${WEBHOOK.url}\nx-a: (not shown)\n\n{"a":1}`);
});

test('a simulation reads the change from a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-simulate-'));
  const file = join(folder, 'new.json');
  await writeFile(file, '{"events":["order"]}');
  try {
    const args = ['webhooks', 'simulate', ids['webhook']!, '--file', file, '--last', '200'];
    const text = await sluice(...args);
    expect(text).toContain('matched before: 2, after: 3');
    expect(text).toContain(`1 begin to match:`);
    expect(text).toContain('  /a: (none) → 1');
    expect(JSON.parse(await sluice(...args, '--json'))).toMatchObject({ captured: 9, begins: { count: 1 } });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a preview reads the webhook from a file, and says that it is an example', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-preview-'));
  const file = join(folder, 'webhook.json');
  await writeFile(file, JSON.stringify({ url: WEBHOOK.url, events: ['order'] }));
  try {
    expect(await sluice('webhooks', 'preview', '--file', file)).toBe(
      [
        'an example, order: no event of the last 7 days matches',
        '',
        `POST ${WEBHOOK.url}`,
        'x-a: (not shown)',
        '',
        '{}',
      ].join('\n'),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

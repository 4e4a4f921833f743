import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { TeamAccess } from '../../setup.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { storedCounts } from './support/stored.ts';

/** One server for all: what a refused request leaves behind would show in the next test, too. */
let system: TestSystem;
let team: TeamAccess;
let stored: Record<string, number>;

beforeAll(async () => {
  // As in production: no private network may be called.
  system = await startTestSystem({ env: { SLUICE_ALLOWED_CIDRS: '' } });
  team = await system.newTeam();
}, 120_000);

afterAll(() => system.stop(), 60_000);

beforeEach(async () => {
  stored = await storedCounts(system);
});

const MAX_EVENT_BYTES = 1_048_576;
const MAX_BODY_BYTES = 20_971_520;

function event(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { event: 'signup', distinct_id: 'd', uuid: randomUUID(), ...changes };
}

/** A batch whose first event is good: it must not be stored without the others. */
function batchWith(second: unknown): string {
  return JSON.stringify({ api_key: team.captureToken, batch: [event(), second] });
}

type Body = string | Uint8Array<ArrayBuffer>;

interface Refusal {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

async function capture(
  body: Body,
  options: { path?: string; headers?: Record<string, string> } = {},
): Promise<Refusal> {
  const url = system.system.apiUrl + (options.path ?? '/batch');
  const response = await fetch(url, { method: 'POST', body, headers: options.headers ?? {} });
  return { status: response.status, headers: response.headers, body: await json(response) };
}

async function api(method: string, path: string, body?: unknown, key = team.apiKey): Promise<Refusal> {
  const response = await fetch(system.system.apiUrl + path, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: await json(response) };
}

async function json(response: Response): Promise<Record<string, unknown>> {
  return JSON.parse(await response.text()) as Record<string, unknown>;
}

async function expectNothingStored(): Promise<void> {
  expect(await storedCounts(system)).toEqual(stored);
}

/** What the API says of every error; `field` and `remedy` tell the caller what to do. */
async function expectProblem(answer: Refusal, expected: Record<string, unknown>): Promise<void> {
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(answer.body).toEqual(
    expect.objectContaining({ ...expected, status: answer.status, request_id: answer.headers.get('x-request-id') }),
  );
  expect(answer.body['detail']).toMatch(/\S{3}/);
  expect(answer.body['remedy']).toMatch(/\S{3}/);
  await expectNothingStored();
}

test('the server takes good input', async () => {
  expect(await capture(batchWith(event()))).toMatchObject({ status: 200, body: { status: 1 } });
  const { event_log: events } = await storedCounts(system);
  expect(events).toBe((stored['event_log'] ?? 0) + 2);
}, 30_000);

describe('a capture body that cannot be read is refused as a whole', () => {
  const gzipped = (): Buffer => gzipSync(batchWith(event()));
  const damaged = (): Buffer => {
    const bytes = gzipped();
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 6) ^ 0xff, bytes.length - 6);
    return bytes;
  };

  test.each<[string, () => Body, Record<string, unknown>]>([
    ['no body', () => '', { code: 'empty_body' }],
    ['half of the JSON', () => batchWith(event()).slice(0, -20), { code: 'invalid_json' }],
    ['a body that is no object', () => '"signup"', { code: 'invalid_event' }],
    ['gzip that ends early', () => new Uint8Array(gzipped().subarray(0, -12)), { code: 'invalid_gzip' }],
    ['gzip with a wrong check sum', () => new Uint8Array(damaged()), { code: 'invalid_gzip' }],
    [
      'bytes that are no UTF-8',
      () => new Uint8Array(Buffer.from(batchWith('\xff'), 'latin1')),
      { code: 'invalid_utf8' },
    ],
    ['a form with broken base64', () => 'data=%%%', { code: 'invalid_base64', field: 'data' }],
    ['an empty batch', () => JSON.stringify({ batch: [] }), { code: 'empty_batch', field: 'batch' }],
    ['a batch that is no array', () => JSON.stringify({ batch: {} }), { code: 'invalid_batch', field: 'batch' }],
    ['a number for an event', () => batchWith(7), { code: 'invalid_event', field: 'batch[1]' }],
    ['a number for a name', () => batchWith(event({ event: 7 })), { field: 'batch[1].event' }],
    ['no name', () => batchWith(event({ event: undefined })), { field: 'batch[1].event' }],
    ['a uuid that is none', () => batchWith(event({ uuid: 'x' })), { field: 'batch[1].uuid' }],
    ['nobody who did it', () => batchWith(event({ distinct_id: null })), { field: 'batch[1].distinct_id' }],
    ['a list of properties', () => batchWith(event({ properties: [1] })), { field: 'batch[1].properties' }],
    ['JSON without end inside', () => batchWith(nested(200)), { code: 'too_deep' }],
  ])('%s', async (_what, body, expected) => {
    const answer = await capture(body());
    expect(answer).toMatchObject({ status: 400, body: { status: 0, ...expected } });
    expect(answer.body['detail']).toMatch(/\S{3}/);
    await expectNothingStored();
  });

  test('an encoding that nobody reads', async () => {
    const answer = await capture(batchWith(event()), { headers: { 'content-encoding': 'br' } });
    expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported_compression' } });
    expect(answer.body['remedy']).toContain('gzip');
    await expectNothingStored();
  });

  test.each<[string, () => Body, Record<string, unknown>]>([
    ['an event', () => batchWith(event({ note: 'x'.repeat(MAX_EVENT_BYTES) })), { field: 'batch[1]' }],
    [
      'an event in another shape',
      () => JSON.stringify([event({ note: 'é'.repeat(MAX_EVENT_BYTES / 2) })]),
      { field: '[0]' },
    ],
    ['a body', () => ' '.repeat(MAX_BODY_BYTES + 1), { code: 'body_too_large' }],
    [
      'what gzip makes of it',
      () => new Uint8Array(gzipSync(' '.repeat(MAX_BODY_BYTES + 1))),
      { code: 'body_too_large' },
    ],
    ['the number of events', () => JSON.stringify(Array(10_001).fill({})), { code: 'too_many_events' }],
  ])(
    'too large: %s',
    async (_what, body, expected) => {
      expect(await capture(body())).toMatchObject({ status: 413, body: { status: 0, ...expected } });
      await expectNothingStored();
    },
    30_000,
  );
});

describe('a capture request without its team', () => {
  test.each<[string, () => Record<string, unknown>, string]>([
    ['no token', () => ({}), 'token_missing'],
    ['a token of nobody', () => ({ api_key: 'phc_of_nobody' }), 'token_unknown'],
    ['an API key for a token', () => ({ api_key: team.apiKey }), 'token_is_secret_key'],
    ['two tokens', () => ({ api_key: team.captureToken, token: 'phc_another' }), 'token_ambiguous'],
  ])('%s', async (_what, token, code) => {
    const answer = await capture(JSON.stringify({ ...event(), ...token() }), { path: '/capture' });
    expect(answer).toMatchObject({ status: 401, body: { status: 0, code } });
    expect(answer.body['remedy']).toContain('capture token of your team');
    await expectNothingStored();
  });
});

describe('the API', () => {
  test.each<[string, () => string]>([
    ['a wrong key', () => `sk_${'A'.repeat(43)}`],
    ['the capture token for a key', () => team.captureToken],
    ['half of the key', () => team.apiKey.slice(0, -1)],
  ])('refuses %s', async (_what, key) => {
    const body = { name: 'hook', url: 'https://example.com/' };
    const answer = await api('POST', '/api/v1/webhooks', body, key());
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    await expectProblem(answer, { status: 401, code: 'unauthenticated' });
  });

  test.each([
    ['{"name":', 400, 'request_malformed'],
    ['[]', 422, 'validation_failed'],
    [`{"name":"${'x'.repeat(1_100_000)}"}`, 413, 'request_too_large'],
  ])('refuses a body such as %.9s', async (body, status, code) => {
    await expectProblem(await api('POST', '/api/v1/webhooks', body), { status, code });
  });

  test('refuses a body of another type', async () => {
    const response = await fetch(`${system.system.apiUrl}/api/v1/webhooks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${team.apiKey}`, 'content-type': 'text/xml' },
      body: '<webhook/>',
    });
    const answer = { status: response.status, headers: response.headers, body: await json(response) };
    await expectProblem(answer, { status: 415, code: 'request_malformed' });
  });

  test.each(['/api/v1/nothing', '/nothing', '/api/v2/exports'])('has no %s', async (path) => {
    await expectProblem(await api('GET', path), { status: 404, code: 'route_not_found' });
  });

  test.each(['exports', 'destinations', 'webhooks', 'runs'])(
    '%s: an id that is none, or of nobody',
    async (resource) => {
      const unknown = { status: 404, code: `${resource.slice(0, -1)}_not_found` };
      await expectProblem(await api('GET', `/api/v1/${resource}/${randomUUID()}`), unknown);
      await expectProblem(await api('GET', `/api/v1/${resource}/7`), { status: 422, field: 'path.id' });
    },
  );
});

describe('an export', () => {
  const body = { name: 'nightly', destination_id: randomUUID(), interval: '5m' };

  test('of a destination that does not exist', async () => {
    const expected = { status: 422, code: 'destination_not_found', field: 'destination_id' };
    await expectProblem(await api('POST', '/api/v1/exports', body), expected);
  });

  test("of another team's destination, or of a webhook", async () => {
    const other = await system.newTeam();
    const file = { kind: 'file', name: 'theirs', config: { directory: system.directory } };
    const theirs = await other.api<{ id: string }>('POST', '/destinations', file);
    const hook = { name: 'hook', url: 'https://example.com/' };
    const webhook = (await api('POST', '/api/v1/webhooks', hook)).body;
    stored = await storedCounts(system);
    for (const id of [theirs.id, webhook['id']]) {
      const answer = await api('POST', '/api/v1/exports', { ...body, destination_id: id });
      await expectProblem(answer, { status: 422, code: 'destination_not_found', field: 'destination_id' });
    }
  });

  test.each([
    [{ interval: '7m' }, 'interval'],
    [{ destination_id: 'x' }, 'destination_id'],
    [{ filter: { only: [] } }, 'filter.only'],
    [{ max_file_mb: -1 }, 'max_file_mb'],
    [{ name: '' }, 'name'],
    [{ name: undefined }, 'name'],
  ])('with %j', async (change, field) => {
    const answer = await api('POST', '/api/v1/exports', { ...body, ...change });
    await expectProblem(answer, { status: 422, code: 'validation_failed', field });
  });
});

describe('a destination', () => {
  const s3 = { bucket: 'lake', access_key_id: 'a', secret_access_key: 's' };

  test.each<[string, Record<string, unknown>, string]>([
    ['file', { directory: 'exports' }, 'config.directory'],
    ['file', { directory: '../exports' }, 'config.directory'],
    ['file', {}, 'config.directory'],
    ['file', { directory: '/tmp', prefix: '../up' }, 'config.prefix'],
    ['s3', { ...s3, bucket: 'No Bucket' }, 'config.bucket'],
    ['s3', { ...s3, endpoint: 'https://key:secret@s3.example.com' }, 'config.endpoint'],
    ['s3', { ...s3, secret_access_key: '' }, 'config.secret_access_key'],
    ['s3', { ...s3, secretAccessKey: 's' }, 'config.secretAccessKey'],
    ['ftp', {}, 'kind'],
  ])('%s %j', async (kind, config, field) => {
    const answer = await api('POST', '/api/v1/destinations', { kind, name: 'x', config });
    const code = field === 'kind' ? 'destination_kind_unknown' : 'validation_failed';
    await expectProblem(answer, { status: 422, code, field });
  });
});

describe('a webhook', () => {
  test.each([
    'nonsense',
    '/hook',
    'ftp://example.com/',
    'https://user:secret@example.com/',
    'http://127.0.0.1:8080/',
    'http://localhost/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://10.1.2.3/',
    'http://169.254.169.254/latest/meta-data/',
    'http://metadata.google.internal/',
    'http://0.0.0.0/',
  ])('to %s', async (url) => {
    const answer = await api('POST', '/api/v1/webhooks', { name: 'hook', url });
    await expectProblem(answer, { status: 422, code: 'webhook_url_invalid', field: 'url' });
  });

  test('is not changed to such an address either', async () => {
    const created = await api('POST', '/api/v1/webhooks', { name: 'hook', url: 'https://example.com/' });
    stored = await storedCounts(system);
    const path = `/api/v1/webhooks/${String(created.body['id'])}`;
    const answer = await api('PATCH', path, { name: 'other', url: 'http://169.254.169.254/' });
    await expectProblem(answer, { status: 422, field: 'url' });
    expect((await api('GET', path)).body).toMatchObject({ name: 'hook', url: 'https://example.com/', version: 1 });
  });
});

function nested(levels: number): unknown {
  return event({ properties: JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`) });
}

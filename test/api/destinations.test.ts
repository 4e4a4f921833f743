import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openDestinationConfig } from '../../store/destinations.ts';
import { BUCKET, createdId, newExportOf, startApi, type ApiFixture, type Caller } from './fixtures.ts';

let api: ApiFixture;
let caller: Caller;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  caller = await api.newCaller();
});

describe('a destination', () => {
  test('is created with defaults, and shows its secret as configured only', async () => {
    const id = await createdId(caller, '/api/v1/destinations', BUCKET);
    const { config, ...rest } = (await caller.call('GET', `/api/v1/destinations/${id}`)).json();
    expect(rest).toMatchObject({ id, kind: 's3', name: 'Lake', version: 1 });
    expect(config).toMatchObject({ bucket: 'lake', force_path_style: false, secret_access_key: { configured: true } });
    expect(await openDestinationConfig(api.store.db, api.store.box, id)).toMatchObject({
      accessKeyId: 'AKIA',
      secretAccessKey: 'hunter2-secret-key',
    });
  });

  test('keeps its secret when other fields change, and takes a new one', async () => {
    const id = await createdId(caller, '/api/v1/destinations', {
      ...BUCKET,
      config: { ...BUCKET.config, prefix: 'a/{year}' },
    });
    const url = `/api/v1/destinations/${id}`;
    const changed = await caller.call('PATCH', url, { name: 'Pond', config: { bucket: 'pond', prefix: null } });
    expect(changed.json()).toMatchObject({
      name: 'Pond',
      version: 2,
      config: { bucket: 'pond', region: 'eu-central-1' },
    });
    expect(changed.json().config.prefix).not.toBe('a/{year}');
    const open = (): Promise<Record<string, unknown>> => openDestinationConfig(api.store.db, api.store.box, id);
    expect(await open()).toMatchObject({ bucket: 'pond', secretAccessKey: 'hunter2-secret-key' });
    await caller.call('PATCH', url, { config: { secret_access_key: 'hunter3' } });
    expect(await open()).toMatchObject({ bucket: 'pond', secretAccessKey: 'hunter3' });
  });

  test('is protected by the exports that use it', async () => {
    const exportId = await newExportOf(caller);
    const { destination_id: id } = (await caller.call('GET', `/api/v1/exports/${exportId}`)).json();
    const refused = await caller.call('DELETE', `/api/v1/destinations/${id}`);
    expect([refused.statusCode, refused.json()]).toEqual([
      409,
      expect.objectContaining({ code: 'destination_in_use', detail: expect.stringContaining('Nightly') }),
    ]);
    await caller.call('DELETE', `/api/v1/exports/${exportId}`);
    expect((await caller.call('DELETE', `/api/v1/destinations/${id}`)).json()).toMatchObject({ state: 'deleted' });
  });

  test.each([
    ['an unknown kind', { ...BUCKET, kind: 'ftp' }, 'kind'],
    ['a webhook among batch destinations', { ...BUCKET, kind: 'webhook' }, 'kind'],
    ['a missing field', { ...BUCKET, config: { bucket: 'lake', access_key_id: 'A' } }, 'config.secret_access_key'],
    ['a wrong field', { ...BUCKET, config: { ...BUCKET.config, bucket: 'No Bucket' } }, 'config.bucket'],
    ['an unknown field', { ...BUCKET, config: { ...BUCKET.config, bukket: 'x' } }, 'config.bukket'],
    ['a field in camelCase', { ...BUCKET, config: { ...BUCKET.config, accessKeyId: 'x' } }, 'config.accessKeyId'],
    ['no config', { kind: 's3', name: 'n' }, 'config'],
    ['a relative folder', { kind: 'file', name: 'n', config: { directory: 'x' } }, 'config.directory'],
  ])('is refused with %s, and nothing is stored', async (_name, body, field) => {
    const response = await caller.call('POST', '/api/v1/destinations', body);
    expect([response.statusCode, response.json()]).toEqual([
      422,
      expect.objectContaining({
        code: field === 'kind' ? 'destination_kind_unknown' : 'validation_failed',
        field,
        remedy: expect.stringMatching(/\w/),
      }),
    ]);
    expect((await caller.call('GET', '/api/v1/destinations')).json().items).toEqual([]);
  });

  test('reports every wrong field at once', async () => {
    const config = { bucket: 'No Bucket', region: '!', access_key_id: '' };
    const { errors } = (await caller.call('POST', '/api/v1/destinations', { ...BUCKET, config })).json();
    expect(errors.map((error: { field: string }) => error.field)).toEqual([
      'config.bucket',
      'config.region',
      'config.access_key_id',
      'config.secret_access_key',
    ]);
  });
});

describe('requests that are no requests', () => {
  test.each([
    ['broken JSON', '{"name":', 'application/json', 400, 'request_malformed'],
    ['no JSON', 'name=x', 'application/x-www-form-urlencoded', 415, 'request_malformed'],
    ['an array', '[]', 'application/json', 422, 'validation_failed'],
    ['a prototype', '{"__proto__": {"a": 1}}', 'application/json', 400, 'request_malformed'],
    ['2 MB', JSON.stringify({ name: 'x'.repeat(2_000_000) }), 'application/json', 413, 'request_too_large'],
  ])('%s', async (_name, payload, contentType, status, code) => {
    const probe = await caller.call('GET', '/api/v1/destinations');
    const { authorization } = probe.raw.req.headers;
    const response = await api.app.inject({
      method: 'POST',
      url: '/api/v1/destinations',
      headers: { authorization: authorization ?? '', 'content-type': contentType },
      payload,
    });
    expect([response.statusCode, response.json().code]).toEqual([status, code]);
    expect(response.json().request_id).toBe(response.headers['x-request-id']);
    expect(response.json().request_id).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('an address that is too long, or that is none', async () => {
    for (const [address, status] of [
      [`/api/v1/exports/${'x'.repeat(200)}`, 414],
      ['/api/v1/exports/%ff', 400],
    ] as const) {
      const response = await caller.call('GET', address);
      expect([address, response.statusCode, response.json()]).toEqual([
        address,
        status,
        expect.objectContaining({ code: 'request_malformed', request_id: response.headers['x-request-id'] }),
      ]);
    }
  });

  test('an unknown path and an id that is none', async () => {
    expect((await caller.call('GET', '/api/v1/nothing')).json()).toMatchObject({
      status: 404,
      code: 'route_not_found',
    });
    expect((await caller.call('GET', '/api/v1/exports/1%00')).json()).toMatchObject({ status: 422, field: 'path.id' });
  });
});

describe('the list of destinations', () => {
  interface Page {
    items: { name: string }[];
    next_cursor: string | null;
  }
  const LAKES = ['Lake of EU', 'pond', '50% off_sale', 'back\\slash'];
  const FOLDER = { kind: 'file', config: { directory: '/nowhere/at/all' } };

  async function list(query: Record<string, string>): Promise<Page> {
    return (await caller.call('GET', `/api/v1/destinations?${new URLSearchParams(query).toString()}`)).json();
  }
  async function namesOf(query: Record<string, string>): Promise<string[]> {
    return (await list(query)).items.map(({ name }) => name);
  }
  beforeEach(async () => {
    for (const name of LAKES) {
      await createdId(caller, '/api/v1/destinations', { ...BUCKET, name });
    }
    await createdId(caller, '/api/v1/destinations', { ...FOLDER, name: 'Lake on disk' });
    await createdId(await api.newCaller(), '/api/v1/destinations', { ...BUCKET, name: 'Lake of others' });
  });

  test('is searched in names and kinds, in any case and in every character, of the own team', async () => {
    const all = ['Lake on disk', 'back\\slash', '50% off_sale', 'pond', 'Lake of EU'];
    for (const [query, expected] of [
      [{ q: '' }, all],
      [{ q: ' LAKE ' }, ['Lake on disk', 'Lake of EU']],
      [{ q: 'File' }, ['Lake on disk']],
      [{ q: '%' }, ['50% off_sale']],
      [{ q: 'f_s' }, ['50% off_sale']],
      [{ q: 'k\\s' }, ['back\\slash']],
      [{ q: 'p_nd' }, []],
      [{ q: 'hunter2' }, []],
      [{ kind: 'file' }, ['Lake on disk']],
      [{ kind: 's3', q: 'lake' }, ['Lake of EU']],
      [{ kind: 'webhook' }, []],
    ] as const) {
      expect([query, await namesOf(query)]).toEqual([query, expected]);
    }
  });

  test('pages of a search hold each one once', async () => {
    const first = await list({ q: 's3', limit: '3' });
    const rest = await list({ q: 's3', limit: '3', cursor: first.next_cursor ?? '' });
    expect([...first.items, ...rest.items].map(({ name }) => name)).toEqual(LAKES.toReversed());
    expect(rest.next_cursor).toBeNull();
  });

  test('refuses a text with NUL, and a kind that can be none', async () => {
    for (const query of [{ q: 'a\0b' }, { kind: 'a b' }] as const) {
      expect(await list(query)).toMatchObject({ code: 'validation_failed', status: 422 });
    }
  });
});

test('a secret is in no answer and in no log', async () => {
  const secret = 'hunter2-secret-key';
  const id = await createdId(caller, '/api/v1/destinations', BUCKET);
  const url = `/api/v1/destinations/${id}`;
  const answers = [
    await caller.call('GET', url),
    await caller.call('GET', '/api/v1/destinations'),
    await caller.call('PATCH', url, { config: { region: 'eu-west-1', secret_access_key: secret } }),
    await caller.call('PATCH', url, { config: { bucket: 'No Bucket', secret_access_key: secret } }),
    await caller.call('POST', '/api/v1/destinations', {
      ...BUCKET,
      config: { ...BUCKET.config, [secret]: 1, bucket: '' },
    }),
  ];
  // The last one names a field that the caller made up; everything else never repeats a value.
  expect(answers.slice(0, 4).map((answer) => answer.body.includes(secret))).toEqual([false, false, false, false]);
  expect(api.logged()).not.toContain(secret);
});

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { connectApi } from '../../cli/api.ts';
import { carryOut } from '../../cli/apply/carry-out.ts';
import { parseManifest } from '../../cli/apply/manifest.ts';
import { planOf } from '../../cli/apply/plan.ts';
import { readCatalogue, readSnapshot } from '../../cli/apply/snapshot.ts';
import { startApi, type ApiFixture, type Caller } from '../api/fixtures.ts';
import { commandRunner, type Ran } from './run-command.ts';

/** `sluice apply` against the API as it answers, with a team of its own for each test. */
const SECRETS = {
  LAKE_SECRET: 'lake-secret-never-shown',
  PG_PASSWORD: 'pg-secret-never-shown',
  ORDERS_KEY: 'orders-secret-never-shown',
  SLACK_URL: 'https://hooks.slack.com/services/T000/B000/slack-secret-never-shown',
  TOKEN: 'token-secret-never-shown',
  REGION: 'eu-central-1',
};

const FILE = `
version: 1
destinations:
  lake:
    kind: s3
    config: { bucket: acme-lake, region: "\${REGION}", access_key_id: AKIA, secret_access_key: "\${LAKE_SECRET}" }
  warehouse:
    kind: postgres
    config: { host: db.example.com, database: events, user: sluice, password: "\${PG_PASSWORD}", table: events }
exports:
  all events:
    destination: lake
    interval: hour
    start_at: 2026-11-01T00:00:00Z
    filter:
      include_events: [order placed]
      properties: [{ operator: exact, source: event, key: plan, value: [pro, team] }]
    privacy: { drop: [{ source: event, path: [email] }] }
  to the warehouse:
    destination: warehouse
    interval: day
    time_zone: Europe/Berlin
    hour_offset: 3
    columns:
      - { name: uuid, from: { kind: column, column: uuid } }
      - { name: plan, from: { kind: property, source: event, path: [plan] } }
webhooks:
  orders:
    url: https://example.com/hooks
    events: [order placed]
    headers: { x-api-key: "\${ORDERS_KEY}" }
    authentication: { type: bearer, token: "\${TOKEN}" }
    batch: { max_events: 10 }
    payload: { template: { id: "{{ event.uuid }}", "$\${NOT_A_VARIABLE}": "$\${NOT_A_VARIABLE}" } }
  alarms:
    kind: slack
    inputs: { webhook_url: "\${SLACK_URL}", text: "{{ event.event }}" }
  what sluice tells:
    url: https://example.com/sluice
    source: operations
    paused: true
`;

let api: ApiFixture;
let url: string;
let folder: string;
let file: string;
let caller: Caller;
let sluice: (...words: string[]) => Promise<Ran>;

beforeAll(async () => {
  api = await startApi();
  url = await api.app.listen({ port: 0, host: '127.0.0.1' });
  folder = await mkdtemp(join(tmpdir(), 'sluice-apply-'));
  file = join(folder, 'sluice.yaml');
}, 120_000);
afterAll(async () => {
  await api.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  caller = await api.newCaller();
  sluice = commandRunner({ url, key: caller.key }, SECRETS);
});

async function apply(text: string, ...words: string[]): Promise<Ran> {
  await writeFile(file, text);
  return sluice('apply', '-f', file, ...words);
}

async function items(path: string): Promise<Record<string, unknown>[]> {
  return (await caller.call('GET', `/api/v1/${path}`)).json().items;
}

async function named(path: string, name: string): Promise<Record<string, unknown>> {
  return (await items(path)).find((item) => item['name'] === name)!;
}

test('what a file says is made, in an order that works, and a second time there is nothing to do', async () => {
  const looked = await apply(FILE, '--dry-run', '--exit-code');
  expect(looked).toMatchObject({ code: 2, text: expect.stringContaining('7 to create, 0 to change, 0 to delete') });
  expect(await items('exports')).toEqual([]);

  const made = await apply(FILE, '--yes');
  expect(made).toMatchObject({ code: 0, text: expect.stringContaining('created exports "to the warehouse"') });
  expect(made.text + looked.text).not.toMatch(/never-shown/);
  const lake = await named('destinations', 'lake');
  expect(lake['config']).toMatchObject({ region: 'eu-central-1', secret_access_key: { configured: true } });
  expect(await named('exports', 'all events')).toMatchObject({ destination_id: lake['id'], interval: 'hour' });
  expect(await named('webhooks', 'orders')).toMatchObject({
    headers: { configured: true },
    authentication: { type: 'bearer' },
    payload: { template: { '$${NOT_A_VARIABLE}': '${NOT_A_VARIABLE}' } },
  });
  expect(await named('webhooks', 'what sluice tells')).toMatchObject({ status: 'paused', source: 'operations' });

  const again = await apply(FILE, '--dry-run', '--exit-code');
  expect(again).toEqual({ code: 0, text: '0 to create, 0 to change, 0 to delete, 7 unchanged' });
});

test('what differs is changed field by field; what the file leaves out has its default again', async () => {
  await apply(FILE, '--yes');
  const changed = FILE.replace('bucket: acme-lake', 'bucket: other-lake')
    .replace('    hour_offset: 3\n', '')
    .replace('    batch: { max_events: 10 }\n', '    timeout_ms: 20000\n')
    .replace('paused: true', 'paused: false')
    .replace('text: "{{ event.event }}"', 'text: "{{ event.event }}!"');
  const looked = await apply(changed, '--dry-run');
  expect(looked.text.split('\n')).toEqual([
    '~ destinations "lake"',
    '    config.bucket: "acme-lake" → "other-lake"',
    '~ exports "to the warehouse"',
    '    hour_offset: 3 → 0',
    '~ webhooks "orders"',
    '    batch: {"max_events":10,"max_wait_seconds":5,"max_bytes":1048576} → null',
    '    timeout_ms: 15000 → 20000',
    '~ webhooks "alarms"',
    '    inputs.text: "{{ event.event }}" → "{{ event.event }}!"',
    '~ webhooks "what sluice tells"',
    '    paused: true → false',
    '0 to create, 5 to change, 0 to delete, 2 unchanged',
  ]);
  expect((await apply(changed, '--yes')).code).toBe(0);
  expect(await named('webhooks', 'orders')).toMatchObject({ batch: null, timeout_ms: 20_000 });
  expect(await named('webhooks', 'what sluice tells')).toMatchObject({ status: 'active' });
  expect((await apply(changed, '--dry-run')).text).toContain('0 to change');
});

test('a pause that the file does not speak of stays', async () => {
  await apply(FILE, '--yes');
  const { id } = await named('exports', 'all events');
  await caller.call('POST', `/api/v1/exports/${String(id)}/pause`);
  expect((await apply(FILE, '--dry-run')).text).toContain('0 to change');
});

describe('secrets', () => {
  test('one that is set is left alone, and sent again when that is asked for', async () => {
    await apply(FILE, '--yes');
    const before = await named('destinations', 'lake');
    await apply(FILE, '--yes');
    expect(await named('destinations', 'lake')).toEqual(before);
    const sent = await apply(FILE, '--yes', '--secrets', '--json');
    expect(sent.text).not.toMatch(/never-shown/);
    const { changes } = JSON.parse(sent.text);
    const hidden = changes.flatMap((change: { fields: object[] }) => change.fields);
    expect(hidden).toContainEqual({ field: 'config.secret_access_key', hidden: true, removed: false });
    expect(await named('destinations', 'lake')).toMatchObject({ version: (before['version'] as number) + 1 });
  });

  test('in plain text they are refused, by field and without the value', async () => {
    const refused = await apply(
      FILE.replace('"${LAKE_SECRET}"', 'plain-text').replace('"${TOKEN}"', 'plain-text'),
      '--yes',
    );
    expect(refused.code).toBe(1);
    expect(refused.text).toContain('destinations.lake.config.secret_access_key: a secret does not belong in a file');
    expect(refused.text).toContain('webhooks.orders.authentication.token: a secret does not belong in a file');
    expect(refused.text).not.toContain('plain-text');
  });

  test('variables that are not set are named before anything is changed', async () => {
    await writeFile(file, FILE);
    const bare = commandRunner({ url, key: caller.key });
    expect(await bare('apply', '-f', file, '--yes')).toEqual({
      code: 1,
      text: 'these variables are not set: LAKE_SECRET, ORDERS_KEY, PG_PASSWORD, REGION, SLACK_URL, TOKEN',
    });
    expect(await items('destinations')).toEqual([]);
  });
});

describe('what there is as a file', () => {
  test('applied to the same team it changes nothing and needs no variable; applied to another it makes the same', async () => {
    await apply(FILE, '--yes');
    const written = join(folder, 'written.yaml');
    await sluice('export-config', '-o', written);
    const text = await readFile(written, 'utf8');
    expect(text).not.toMatch(/never-shown/);
    expect(Object.keys(parse(text).webhooks)).toEqual(['alarms', 'orders', 'what sluice tells']);

    const bare = commandRunner({ url, key: caller.key });
    expect((await bare('apply', '-f', written, '--dry-run', '--prune')).text).toBe(
      '0 to create, 0 to change, 0 to delete, 7 unchanged',
    );

    const other = await api.newCaller();
    const names = [...new Set([...text.matchAll(/(?<!\$)\$\{(\w+)\}/g)].map((match) => match[1]!))];
    expect(names).toContain('DESTINATION_LAKE_SECRET_ACCESS_KEY');
    const values: Record<string, string> = {
      WEBHOOK_ORDERS_HEADERS: '{"x-api-key":"1"}',
      WEBHOOK_ORDERS_AUTHENTICATION: '{"type":"bearer","token":"1"}',
      WEBHOOK_ALARMS_WEBHOOK_URL: SECRETS.SLACK_URL,
    };
    const all = Object.fromEntries(names.map((name) => [name, values[name] ?? 'a secret']));
    const elsewhere = commandRunner({ url, key: other.key }, all);
    expect(await elsewhere('apply', '-f', written, '--yes')).toMatchObject({ code: 0 });
    const copy = join(folder, 'copy.yaml');
    await elsewhere('export-config', '-o', copy);
    expect(await readFile(copy, 'utf8')).toBe(text);
  });

  test('a JSON Schema describes it', async () => {
    const schema = join(folder, 'schema.json');
    await sluice('export-config', '--schema', '-o', schema);
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const validate = ajv.compile(JSON.parse(await readFile(schema, 'utf8')) as object);
    expect([validate(parse(FILE)), validate.errors]).toEqual([true, null]);
    expect(validate(parse(FILE.replace('interval: hour', 'interval: 7h')))).toBe(false);
    expect(validate(parse(FILE.replace('timeout', 'time_out').replace('kind: slack', 'sort: slack')))).toBe(false);
  });
});

describe('what is not in the file', () => {
  const LESS = FILE.replace(/ {2}alarms:[^]*?(?= {2}what sluice tells:)/, '');

  test('is shown and stays, and goes only with --prune', async () => {
    await apply(FILE, '--yes');
    await caller.call('POST', '/api/v1/hooks/subscribe', { event: 'a', target_url: 'https://example.com/zap' });
    const shown = await apply(LESS, '--yes');
    expect(shown.text).toContain('? webhooks "alarms" (not in the file; --prune deletes it)');
    expect(await named('webhooks', 'alarms')).toBeDefined();
    const pruned = await apply(LESS, '--yes', '--prune');
    expect(pruned.text).toContain('deleted webhooks "alarms"');
    // What a program subscribed for itself is its own.
    expect((await items('webhooks')).map((item) => item['name']).sort()).toEqual([
      'hook: a',
      'orders',
      'what sluice tells',
    ]);
  });

  test('sections that the file does not have are left alone; a destination goes after its exports', async () => {
    await apply(FILE, '--yes');
    const { code, text } = await apply('version: 1\ndestinations: {}\nexports: {}\n', '--yes', '--prune');
    expect({ code, text }).toMatchObject({ code: 0, text: expect.stringContaining('4 to delete') });
    expect([await items('exports'), await items('destinations')]).toEqual([[], []]);
    expect(await items('webhooks')).toHaveLength(3);
  });
});

describe('what fails', () => {
  test('stops it; what was done stays, and applying the corrected file goes on from there', async () => {
    const wrong = FILE.replace('https://example.com/hooks', 'https://127.0.0.1/hooks');
    const failed = await apply(wrong, '--yes');
    expect(failed.code).toBe(1);
    expect(failed.text).toContain('+ webhooks "orders" failed: ');
    expect(failed.text).toContain('4 changes were made before it, 2 were not tried.');
    expect(await items('webhooks')).toEqual([]);
    expect((await apply(FILE, '--yes')).text).toContain('3 to create, 0 to change, 0 to delete, 4 unchanged');
  });

  test('with --json it says the same to programs', async () => {
    const wrong = FILE.replace('time_zone: Europe/Berlin', 'time_zone: Europe/Nowhere');
    const failed = await apply(wrong, '--yes', '--json');
    const [json] = failed.text.split('\n');
    expect(JSON.parse(json!)).toMatchObject({
      applied: [{ name: 'lake' }, { name: 'warehouse' }, { name: 'all events' }],
      failed: { change: { section: 'exports', name: 'to the warehouse' }, error: expect.stringContaining('time_zone') },
      left: [{ section: 'webhooks' }, { section: 'webhooks' }, { section: 'webhooks' }],
    });
    expect(failed.code).toBe(1);
  });

  test('what somebody else has changed meanwhile is not overwritten', async () => {
    await apply(FILE, '--yes');
    const call = connectApi({ url, key: caller.key });
    const [snapshot, catalogue] = await Promise.all([readSnapshot(call), readCatalogue(call)]);
    const variables = (name: string): string | undefined => ({ ...SECRETS })[name];
    const options = { prune: false, secrets: false };
    const manifest = parseManifest(FILE.replace('interval: hour', 'interval: 5m'));
    const plan = planOf({ manifest, snapshot, catalogue, variables, options });
    const { id } = await named('exports', 'all events');
    await caller.call('PATCH', `/api/v1/exports/${String(id)}`, { jitter_seconds: 10 });
    const outcome = await carryOut(plan, { api: call, catalogue, variables, snapshot, onDone: () => undefined });
    expect(outcome).toMatchObject({ applied: [], failed: { error: { code: 'version_changed', status: 412 } } });
    expect(await named('exports', 'all events')).toMatchObject({ interval: 'hour', jitter_seconds: 10 });
  });

  test.each([
    [
      'an unknown field',
      FILE.replace('interval: hour', 'intervall: 1h'),
      'exports.all events.intervall: there is no such field',
    ],
    [
      'an unknown destination',
      FILE.replace('destination: lake', 'destination: sea'),
      'exports.all events.destination: there is no destination "sea"',
    ],
    ['an unknown section', `${FILE}\nhooks: {}`, 'hooks: there is no such section'],
    ['a name that is there twice', FILE.replace('  warehouse:', '  lake:'), 'line 7: Map keys must be unique'],
    ['no version', FILE.replace('version: 1', 'version: 2'), 'version: it must be 1'],
  ])('%s is refused before anything is changed', async (_what, text, problem) => {
    expect(await apply(text, '--yes')).toMatchObject({ code: 1, text: expect.stringContaining(problem) });
    expect(await items('destinations')).toEqual([]);
  });

  test('what cannot be changed is refused by name', async () => {
    await apply(FILE, '--yes');
    const other = FILE.replace('destination: lake', 'destination: warehouse').replace(
      'source: operations',
      'source: messages',
    );
    const refused = await apply(other, '--yes');
    expect(refused.text.split('\n')).toEqual([
      'exports.all events.destination: it cannot be changed; use another name, which makes another one',
      'webhooks.what sluice tells.source: it cannot be changed; use another name, which makes another one',
    ]);
  });

  test('two of one name are refused: a file could mean either', async () => {
    await caller.call('POST', '/api/v1/webhooks', { name: 'orders', url: 'https://example.com/1' });
    await caller.call('POST', '/api/v1/webhooks', { name: 'orders', url: 'https://example.com/2' });
    expect((await apply(FILE, '--yes')).text).toMatch(/webhooks\.orders: several have this name \(.*, .*\)/);
    expect((await sluice('export-config')).text).toContain('webhooks "orders"');
  });

  test('where nobody can be asked it wants --yes', async () => {
    expect((await apply(FILE)).text).toContain('nobody can be asked here: say --yes');
    expect(await items('destinations')).toEqual([]);
  });
});

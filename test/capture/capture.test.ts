import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { PostHog } from 'posthog-node';
import { DEFAULT_COMMITTER_OPTIONS, GroupCommitter } from '../../capture/group-committer.ts';
import { createCapturePlugin } from '../../capture/plugin.ts';
import { personIdOf } from '../../capture/uuids.ts';
import { createClickHouse } from '../../clickhouse/client.ts';
import { insertEvents, type CapturedEvent } from '../../clickhouse/insert-events.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { HOSTILE } from './hostile.ts';

const TEAM = 42;
const TOKEN = 'phc_test';

let server: TestClickHouse;
let app: FastifyInstance;
let url: string;
let committer: GroupCommitter;

async function startApp(store: (events: CapturedEvent[], bytes: number) => Promise<void>): Promise<FastifyInstance> {
  const instance = Fastify({ forceCloseConnections: true });
  const resolveTeam = async (token: string): Promise<number | undefined> => (token === TOKEN ? TEAM : undefined);
  await instance.register(createCapturePlugin({ resolveTeam, store }));
  await instance.listen({ host: '127.0.0.1', port: 0 });
  return instance;
}

function addressOf(instance: FastifyInstance): string {
  const { port } = instance.server.address() as AddressInfo;
  return `http://127.0.0.1:${String(port)}`;
}

beforeAll(async () => {
  server = await startTestClickHouse();
  committer = new GroupCommitter({
    ...DEFAULT_COMMITTER_OPTIONS,
    insert: (events, deduplicationToken) => insertEvents(server.ch, events, { deduplicationToken, timeoutMs: 10_000 }),
  });
  app = await startApp((events, bytes) => committer.store(events, bytes));
  url = addressOf(app);
}, 60_000);
afterAll(async () => {
  await app.close();
  await committer.close();
  await server.stop();
});
beforeEach(() => server.ch.command({ sql: 'TRUNCATE TABLE event_log' }));

type Row = Record<string, string>;
const stored = (): Promise<Row[]> => server.ch.rows<Row>({ sql: 'SELECT * FROM event_log ORDER BY event, uuid' });

interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

async function post(path: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers,
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

const one = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  event: 'e',
  distinct_id: 'd',
  ...changes,
});

describe('posthog-node', () => {
  test('its events are stored as it sent them, and repeats of a uuid are recognizable', async () => {
    const client = new PostHog(TOKEN, { host: url, flushAt: 20, flushInterval: 0, fetchRetryCount: 0 });
    const errors: unknown[] = [];
    client.on('error', (error) => errors.push(error));
    const uuid = randomUUID();
    const timestamp = new Date('2026-08-01T00:00:00.123Z');
    client.capture({
      distinctId: 'user "1"\n',
      event: 'signed up',
      uuid,
      timestamp,
      properties: { plan: 'frée', n: 1.5, nul: '\u0000', list: [1, { a: null }] },
    });
    for (let index = 0; index < 45; index += 1) {
      client.capture({ distinctId: `u${String(index)}`, event: 'tick' });
    }
    client.identify({ distinctId: 'u0', properties: { email: 'a@b.c', $set_once: { first: 'x' } } });
    await client.shutdown();
    expect(errors).toEqual([]);
    const rows = await stored();
    expect(rows.filter((row) => row['event'] === 'tick')).toHaveLength(45);
    const signup = rows.find((row) => row['event'] === 'signed up');
    expect(signup).toMatchObject({
      uuid,
      distinct_id: 'user "1"\n',
      team_id: TEAM,
      timestamp: '2026-08-01 00:00:00.123000',
    });
    expect(JSON.parse(signup?.['properties'] ?? '')).toMatchObject({
      plan: 'frée',
      n: 1.5,
      nul: '\u0000',
      list: [1, { a: null }],
    });
    const identify = rows.find((row) => row['event'] === '$identify');
    expect(JSON.parse(identify?.['person_properties'] ?? '')).toMatchObject({ email: 'a@b.c' });
    expect(identify?.['person_id']).toBe(personIdOf(TEAM, 'u0'));
  });

  test('reports a wrong token', async () => {
    // The client prints what it also emits.
    const printed = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const client = new PostHog('phc_wrong', { host: url, flushAt: 1, flushInterval: 0, fetchRetryCount: 0 });
    const errors: { status?: number }[] = [];
    client.on('error', (error) => errors.push(error));
    client.capture({ distinctId: 'u', event: 'e' });
    await client.shutdown();
    printed.mockRestore();
    expect(errors).toEqual([expect.objectContaining({ status: 401 })]);
    expect(await stored()).toEqual([]);
  });
});

describe('request shapes', () => {
  const body = JSON.stringify({ api_key: TOKEN, ...one() });
  const form = (data: string, extra = ''): string => `data=${encodeURIComponent(data)}${extra}`;

  test.each(['/i/v0/e', '/e', '/capture', '/track', '/engage', '/batch'].flatMap((path) => [path, `${path}/`]))(
    '%s',
    async (path) => {
      expect(await post(path, body)).toMatchObject({ status: 200, body: { status: 1 } });
      expect(await stored()).toHaveLength(1);
    },
  );

  test.each<[string, string | Buffer, string, Record<string, string>]>([
    ['plain with any content type', body, '/e/', { 'content-type': 'text/plain;charset=UTF-8' }],
    [
      'gzip announced by header',
      gzipSync(body),
      '/e/',
      { 'content-encoding': 'gzip', 'content-type': 'application/json' },
    ],
    ['gzip announced by parameter', gzipSync(body), '/e/?compression=gzip-js&_=17&ver=1.2', {}],
    ['gzip announced by nothing', gzipSync(body), '/batch', {}],
    [
      'a form with base64',
      form(Buffer.from(body).toString('base64'), '&compression=base64'),
      '/e/',
      { 'content-type': 'application/x-www-form-urlencoded' },
    ],
    ['a form with JSON', form(body), '/e/', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a form with base64 of gzip', form(gzipSync(body).toString('base64')), '/track', {}],
    ['a form with a token of its own', form(JSON.stringify(one()), `&api_key=${TOKEN}`), '/track', {}],
    ['a byte order mark', `\ufeff${body}`, '/e', {}],
    ['an array', JSON.stringify([one({ properties: { token: TOKEN } })]), '/e', {}],
    ['token', JSON.stringify({ token: TOKEN, ...one() }), '/e', {}],
    ['$token', JSON.stringify({ $token: TOKEN, ...one() }), '/e', {}],
    ['properties.token', JSON.stringify(one({ properties: { token: TOKEN } })), '/e', {}],
    [
      'the token repeated',
      JSON.stringify({ api_key: TOKEN, batch: [one({ token: TOKEN, properties: { token: TOKEN } })] }),
      '/batch',
      {},
    ],
  ])('%s', async (_name, sent, path, headers) => {
    expect(await post(path, sent, headers)).toMatchObject({ status: 200, body: { status: 1 } });
    expect(await stored()).toMatchObject([{ event: 'e', distinct_id: 'd', team_id: TEAM }]);
  });

  test('a beacon gets an answer without a body', async () => {
    expect((await post('/e/?beacon=1', body)).status).toBe(204);
    expect(await stored()).toHaveLength(1);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['$distinct_id', { distinct_id: undefined, $distinct_id: 'x' }, 'x'],
    ['properties.distinct_id', { distinct_id: null, properties: { distinct_id: 'y' } }, 'y'],
    ['a number', { distinct_id: 17 }, '17'],
    ['true', { distinct_id: true }, 'true'],
    ['an object', { distinct_id: { a: 1 } }, '{"a":1}'],
    ['a long one', { distinct_id: '😀'.repeat(300) }, '😀'.repeat(200)],
    ['half a character', { distinct_id: 'a\ud800b' }, 'a\ufffdb'],
  ])('distinct id: %s', async (_name, changes, expected) => {
    expect((await post('/e', JSON.stringify({ api_key: TOKEN, ...one(), ...changes }))).status).toBe(200);
    expect(await stored()).toMatchObject([{ distinct_id: expected }]);
  });
});

describe('what is stored', () => {
  test('properties, character by character', async () => {
    const properties =
      '{ "n":9007199254740993, "huge":18446744073709551616.50, "lone":"\\ud800","nul":"\\u0000", "q":"\\"\\\\", "é":"😀","a":1,"a":2 }';
    const body = `{"api_key":"${TOKEN}","event":"e","distinct_id":9007199254740993,"properties":${properties}}`;
    expect((await post('/e', body)).status).toBe(200);
    expect(await stored()).toMatchObject([{ properties, distinct_id: '9007199254740993', person_properties: '{}' }]);
  });

  test('the person as captured: $set over $set_once, of the event or of its properties', async () => {
    const body = `{"api_key":"${TOKEN}","batch":[
      {"event":"a","distinct_id":"d","properties":{"$set":{"x":9007199254740993},"$set_once":{"x":1,"y":2}}},
      {"event":"b","distinct_id":"d","$set":{"x":1},"properties":{"$set":{"x":2}}},
      {"event":"c","distinct_id":"d","properties":{"$set_once":{"y":2},"$person_id":"A1B2C3D4-0000-4000-8000-00000000000A"}}]}`;
    expect((await post('/batch', body)).status).toBe(200);
    const rows = await stored();
    expect(rows.map((row) => row['person_properties'])).toEqual(['{"x":9007199254740993,"y":2}', '{"x":1}', '{"y":2}']);
    const derived = personIdOf(TEAM, 'd');
    expect(rows.map((row) => row['person_id'])).toEqual([derived, derived, 'a1b2c3d4-0000-4000-8000-00000000000a']);
  });

  test('a uuid is kept in lower case, or made', async () => {
    const uuid = randomUUID();
    await post(
      '/batch',
      JSON.stringify({ api_key: TOKEN, batch: [one({ uuid: uuid.toUpperCase() }), one({ event: 'f', uuid: '' })] }),
    );
    const rows = await stored();
    expect(rows[0]?.['uuid']).toBe(uuid);
    expect(rows[1]?.['uuid']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  test('names that would be prototype members are plain names', async () => {
    const body = `{"api_key":"${TOKEN}","event":"__proto__","distinct_id":"constructor","properties":{"__proto__":{"token":"phc_other"}}}`;
    expect((await post('/e', body)).status).toBe(200);
    expect(await stored()).toMatchObject([{ event: '__proto__', distinct_id: 'constructor' }]);
  });
});

describe('refusals', () => {
  test.each(HOSTILE.map((request) => [request.name, request] as const))('%s', async (_name, request) => {
    const answer = await post(request.path ?? '/batch', request.body, request.headers);
    expect(answer).toMatchObject({ status: request.status, body: { status: 0, code: request.code } });
    expect(answer.body['field']).toBe(request.field ?? answer.body['field']);
    expect(String(answer.body['detail']).length).toBeGreaterThan(5);
    expect(await stored()).toEqual([]);
  });

  test('what a webhook delivers is not captured again: it would never end', async () => {
    const answer = await post('/e', JSON.stringify({ api_key: TOKEN, ...one() }), { 'sluice-attempt': '1' });
    expect(answer).toMatchObject({ status: 403, body: { status: 0, code: 'capture_loop' } });
    expect(await stored()).toEqual([]);
  });

  test('an oversize event is named', async () => {
    const body = JSON.stringify({ api_key: TOKEN, batch: [one(), one({ properties: { a: 'x'.repeat(1_000_000) } })] });
    expect((await post('/batch', body)).body['detail']).toMatch(/maximum event size exceeded: batch\[1\]/);
  });

  test('the largest allowed event is stored', async () => {
    const empty = JSON.stringify(one({ properties: { a: '' } })).length;
    const body = JSON.stringify({ api_key: TOKEN, batch: [one({ properties: { a: 'x'.repeat(1_000_000 - empty) } })] });
    expect((await post('/batch', body)).status).toBe(200);
  });

  test('ClickHouse down: 503, a time to come back, and nothing acknowledged', async () => {
    const dead = createClickHouse({ url: 'http://127.0.0.1:1', database: 'none' });
    const failing = new GroupCommitter({
      ...DEFAULT_COMMITTER_OPTIONS,
      retryDelayMs: 1,
      insert: (events, deduplicationToken) => insertEvents(dead, events, { deduplicationToken, timeoutMs: 1_000 }),
    });
    const other = await startApp((events, bytes) => failing.store(events, bytes));
    const response = await fetch(`${addressOf(other)}/e`, {
      method: 'POST',
      body: JSON.stringify({ api_key: TOKEN, ...one() }),
    });
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject({ status: 0, code: 'store_unavailable' });
    await other.close();
    await dead.close();
  });
});

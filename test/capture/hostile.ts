import { gzipSync } from 'node:zlib';

/** A request that must be refused as a whole, and how. */
export interface HostileRequest {
  name: string;
  body: Buffer | string;
  headers?: Record<string, string>;
  path?: string;
  status: number;
  code: string;
  field?: string;
}

const TOKEN = 'phc_test';
const good = { event: 'e', distinct_id: 'd', uuid: '0190e5a0-0000-7000-8000-000000000001' };
const batch = (events: unknown[]): string => JSON.stringify({ api_key: TOKEN, batch: events });
const single = (changes: Record<string, unknown>): string => JSON.stringify({ api_key: TOKEN, ...good, ...changes });
const gzip = gzipSync(batch([good]));
const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

/** `good` events stand first in the batches, so that a half-stored request would show. */
export const HOSTILE: HostileRequest[] = [
  { name: 'no body', body: '', status: 400, code: 'empty_body' },
  { name: 'space', body: ' \n', status: 400, code: 'empty_body' },
  { name: 'no JSON', body: 'hello', status: 400, code: 'invalid_json' },
  { name: 'cut JSON', body: batch([good]).slice(0, -5), status: 400, code: 'invalid_json' },
  { name: 'trailing JSON', body: `${batch([good])}{}`, status: 400, code: 'invalid_json' },
  {
    name: 'NaN',
    body: `{"api_key":"${TOKEN}","event":"e","distinct_id":"d","properties":{"a":NaN}}`,
    status: 400,
    code: 'invalid_json',
  },
  { name: 'a scalar', body: '"text"', status: 400, code: 'invalid_event' },
  { name: 'null', body: 'null', status: 400, code: 'invalid_event' },
  { name: 'an empty array', body: '[]', status: 400, code: 'empty_batch' },
  { name: 'an empty batch', body: batch([]), status: 400, code: 'empty_batch', field: 'batch' },
  {
    name: 'a batch that is no array',
    body: JSON.stringify({ api_key: TOKEN, batch: {} }),
    status: 400,
    code: 'invalid_batch',
    field: 'batch',
  },
  { name: 'an event that is no object', body: batch([good, 7]), status: 400, code: 'invalid_event', field: 'batch[1]' },
  {
    name: 'an event that is an array',
    body: batch([good, [good]]),
    status: 400,
    code: 'invalid_event',
    field: 'batch[1]',
  },
  {
    name: 'properties that are no object',
    body: batch([good, { ...good, properties: [] }]),
    status: 400,
    code: 'invalid_properties',
    field: 'batch[1].properties',
  },
  {
    name: 'no name',
    body: batch([good, { distinct_id: 'd' }]),
    status: 400,
    code: 'invalid_event',
    field: 'batch[1].event',
  },
  { name: 'an empty name', body: single({ event: '' }), status: 400, code: 'invalid_event', field: 'event' },
  { name: 'a name that is a number', body: single({ event: 5 }), status: 400, code: 'invalid_event', field: 'event' },
  {
    name: 'no distinct id',
    body: batch([good, { event: 'e' }]),
    status: 400,
    code: 'invalid_distinct_id',
    field: 'batch[1].distinct_id',
  },
  {
    name: 'an empty distinct id',
    body: single({ distinct_id: '' }),
    status: 400,
    code: 'invalid_distinct_id',
    field: 'distinct_id',
  },
  {
    name: 'a uuid that is none',
    body: batch([good, { ...good, uuid: '1-2-3' }]),
    status: 400,
    code: 'invalid_uuid',
    field: 'batch[1].uuid',
  },
  {
    name: 'a uuid that is SQL',
    body: single({ uuid: "'); DROP TABLE event_log --" }),
    status: 400,
    code: 'invalid_uuid',
    field: 'uuid',
  },
  {
    name: 'too deep nesting',
    body: `{"api_key":"${TOKEN}","event":"e","distinct_id":"d","properties":{"a":${deep(200)}}}`,
    status: 400,
    code: 'too_deep',
  },
  { name: 'absurd nesting', body: deep(1_000_000), status: 400, code: 'too_deep' },
  {
    name: 'an oversize event',
    body: batch([good, { ...good, properties: { a: 'é'.repeat(500_000) } }]),
    status: 413,
    code: 'event_too_large',
    field: 'batch[1]',
  },
  {
    name: 'too many events',
    body: batch(Array.from({ length: 10_001 }, () => good)),
    status: 413,
    code: 'too_many_events',
  },
  { name: 'a body over the limit', body: Buffer.alloc(20_000_001, 32), status: 413, code: 'body_too_large' },
  { name: 'a bomb', body: gzipSync(Buffer.alloc(500_000_000)), status: 413, code: 'body_too_large' },
  { name: 'cut gzip', body: gzip.subarray(0, gzip.length - 12), status: 400, code: 'invalid_gzip' },
  {
    name: 'damaged gzip',
    body: Buffer.concat([gzip.subarray(0, 12), Buffer.from('xxxx'), gzip.subarray(16)]),
    status: 400,
    code: 'invalid_gzip',
  },
  { name: 'gzip of no JSON', body: gzipSync('hello'), status: 400, code: 'invalid_json' },
  {
    name: 'an unknown encoding',
    body: batch([good]),
    headers: { 'content-encoding': 'br' },
    status: 415,
    code: 'unsupported_compression',
  },
  {
    name: 'an unknown compression',
    body: batch([good]),
    path: '/e/?compression=lz64',
    status: 415,
    code: 'unsupported_compression',
  },
  {
    name: 'bytes that are no UTF-8',
    body: Buffer.from([123, 34, 255, 34, 58, 49, 125]),
    status: 400,
    code: 'invalid_utf8',
  },
  { name: 'a form that is no base64', body: 'data=%%%', status: 400, code: 'invalid_base64', field: 'data' },
  {
    name: 'a form of nothing readable',
    body: `data=${Buffer.from('hello').toString('base64')}`,
    status: 400,
    code: 'invalid_json',
  },
  { name: 'no token', body: JSON.stringify(good), status: 401, code: 'token_missing' },
  {
    name: 'a token that is a number',
    body: JSON.stringify({ ...good, api_key: 5 }),
    status: 401,
    code: 'token_missing',
  },
  {
    name: 'two tokens',
    body: JSON.stringify([
      { ...good, token: 'phc_a' },
      { ...good, token: 'phc_b' },
    ]),
    status: 401,
    code: 'token_ambiguous',
  },
  {
    name: 'an unknown token',
    body: JSON.stringify({ ...good, token: 'phc_wrong' }),
    status: 401,
    code: 'token_unknown',
  },
  {
    name: 'a personal key',
    body: JSON.stringify({ ...good, api_key: 'phx_secret' }),
    status: 401,
    code: 'token_is_secret_key',
  },
];

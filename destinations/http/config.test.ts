import { expect, test } from '@jest/globals';
import { httpConfigSchema } from './config.ts';
import { failureOf, retryAfterOf } from './errors.ts';

const base = { url: 'https://example.com/batch/', apiKey: 'phc_x' };

test.each([
  [{ url: 'https://user:secret@example.com/' }, 'url'],
  [{ url: 'ftp://example.com/' }, 'url'],
  [{ apiKey: undefined }, 'apiKey'],
  [{ shape: 'jsonl' }, 'apiKey'],
  [{ auth: 'bearer' }, 'token'],
  [{ token: 'x' }, 'token'],
  [{ auth: 'basic', username: 'u' }, 'password'],
  [{ headers: { Authorization: 'Bearer s3cret' } }, 'headers'],
  [{ headers: { 'X-Sluice-Batch-Id': 's3cret' } }, 'headers'],
  [{ headers: { ok: 's3cret\r\nx: y' } }, 'headers'],
  [{ headers: { A: '1', a: '2' } }, 'headers'],
  [{ maxBatchRows: 0 }, 'maxBatchRows'],
])('%j is refused at its field', (changes, field) => {
  const result = httpConfigSchema.safeParse({ ...base, ...changes });
  expect(result.error?.issues.map(({ path }) => path[0])).toContain(field);
  expect(JSON.stringify(result.error?.issues)).not.toContain('s3cret');
});

test.each([
  [200, undefined, undefined],
  [204, undefined, undefined],
  [302, 'http_target_redirected', false],
  [400, 'http_target_batch_refused', false],
  [401, 'http_target_credentials_refused', false],
  [403, 'http_target_credentials_refused', false],
  [404, 'http_target_endpoint_missing', false],
  [408, 'http_target_unavailable', true],
  [410, 'http_target_endpoint_missing', false],
  [413, 'http_target_row_too_large', false],
  [422, 'http_target_batch_refused', false],
  [429, 'http_target_throttled', true],
  [500, 'http_target_unavailable', true],
  [503, 'http_target_throttled', true],
  [599, 'http_target_unavailable', true],
])('status %i is %s', (status, code, retryable) => {
  const response = { kind: 'response', status, headers: {}, body: 'echo', bodyTruncated: false } as const;
  const failure = failureOf({ ...response, timings: { totalMs: 1 } });
  expect([failure?.code, failure?.retryable]).toEqual([code, retryable]);
  expect(String(failure)).not.toContain('echo');
});

test('what PostHog acknowledges and drops is no success', () => {
  const response = {
    kind: 'response',
    status: 200,
    headers: {},
    bodyTruncated: false,
    timings: { totalMs: 1 },
  } as const;
  expect(failureOf({ ...response, body: '{"status":"Ok","quota_limited":["events"]}' })).toMatchObject({
    code: 'http_target_quota_limited',
    retryable: true,
  });
  expect(failureOf({ ...response, body: '{"status":"Ok","quota_limited":[]}' })).toBeUndefined();
});

test('Retry-After: seconds or a date, at most a minute', () => {
  const now = Date.parse('2026-11-21T00:00:00Z');
  expect(retryAfterOf('7', now)).toBe(7_000);
  expect(retryAfterOf('Sat, 21 Nov 2026 00:00:05 GMT', now)).toBe(5_000);
  expect(retryAfterOf('Sat, 21 Nov 2020 00:00:05 GMT', now)).toBe(0);
  expect(retryAfterOf('999999', now)).toBe(60_000);
  expect(retryAfterOf('soon', now)).toBeUndefined();
  expect(retryAfterOf(undefined, now)).toBeUndefined();
});

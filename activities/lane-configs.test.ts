import { describe, expect, test } from '@jest/globals';
import { classifyAttempt, prepareAttempt } from '../delivery/attempt.ts';
import { classifyOutcome } from '../delivery/classify.ts';
import { laneConfig } from './lane-configs.ts';

const WEBHOOK = { id: 'w1', teamId: 1, name: 'hook', version: 1, health: 'healthy' } as const;

test('credentials that an endpoint may say back are not shown: not what is too short to be one', () => {
  const hidden = (config: object) =>
    laneConfig({ ...WEBHOOK, config: { url: 'https://example.com', ...config } }).hidden;
  expect(hidden({ authentication: { type: 'bearer', token: 'a-long-token' } })).toEqual([
    'Bearer a-long-token',
    'a-long-token',
  ]);
  expect(hidden({ authentication: { type: 'basic', username: 'erin', password: 'hunter2' } })).toEqual([
    ...['Basic ZXJpbjpodW50ZXIy', 'ZXJpbjpodW50ZXIy', 'hunter2'],
  ]);
  const headers = { 'X-Api-Key': 'key-of-erin', 'x-token': 'short', accept: 'application/json' };
  expect(hidden({ headers })).toEqual(['key-of-erin']);
  expect(hidden({ headers: { accept: 'application/json' } })).toBeUndefined();
});

test('attempts are counted by the kind of their webhook', () => {
  const kindOf = (config: object) => laneConfig({ ...WEBHOOK, config: { url: 'https://example.com', ...config } }).kind;
  expect(kindOf({})).toBe('generic');
  expect(kindOf({ kind: 'slack', inputs: {}, inputSecrets: {} })).toBe('slack');
});

test.each([
  ['https://slack.com/api/chat.postMessage', 'misconfigured'],
  ['https://example.com/slack.com', 'delivered'],
  ['https://notslack.com/api', 'delivered'],
])('200 with "ok": false from %s means %s', (url, expected) => {
  const { answers } = laneConfig({ ...WEBHOOK, config: { url } });
  const answer = { kind: 'response', status: 200, headers: {}, body: '{"ok":false,"error":"not_in_channel"}' } as const;
  expect(classifyOutcome(answer, new Date(), answers).class).toBe(expected);
});

describe('limits of requests and retries', () => {
  const URL_ONLY = { url: 'https://example.com', secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' };
  const event = {
    ...{ teamId: 1, uuid: '0193483a-0000-7000-8000-000000000001', event: 'signed up', distinctId: 'u1' },
    ...{ propertiesJson: '{}', personId: '0193483a-0000-7000-8000-000000000002', personPropertiesJson: '{}' },
    ...{ timestamp: '2026-11-21T00:00:00.000000Z', insertedAtMicros: 1 },
  };
  const attempt = (config: Record<string, unknown>): ReturnType<typeof prepareAttempt> =>
    prepareAttempt({ config: laneConfig({ ...WEBHOOK, config }), event, attempt: 1, via: 'live' }, 0);
  const busy = {
    ...({ kind: 'response', status: 503, headers: { 'retry-after': '7200' }, body: '' } as const),
    timings: { totalMs: 1 },
  };

  test('are those of the webhook, in each request and of each answer', () => {
    const prepared = attempt({
      ...{ ...URL_ONLY, connectTimeoutMs: 1_000, headersTimeoutMs: 2_000, timeoutMs: 3_000 },
      ...{ maxOpenRetries: 4, maxRetryAfterSeconds: 60 },
    });
    expect(prepared.request).toMatchObject({ connectTimeoutMs: 1_000, headersTimeoutMs: 2_000, timeoutMs: 3_000 });
    expect(prepared.input.config.maxOpenRetries).toBe(4);
    expect(classifyAttempt(prepared, busy, 0).retryAfterMs).toBe(60_000);
  });

  test('of one from before there were any are what they were', () => {
    const prepared = attempt(URL_ONLY);
    const { connectTimeoutMs, headersTimeoutMs, timeoutMs } = prepared.request;
    expect([connectTimeoutMs, headersTimeoutMs, timeoutMs]).toEqual([undefined, undefined, 15_000]);
    expect(prepared.input.config.maxOpenRetries).toBeUndefined();
    expect(classifyAttempt(prepared, busy, 0).retryAfterMs).toBe(7_200_000);
  });
});

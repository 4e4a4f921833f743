import { describe, expect, test } from '@jest/globals';
import { classifyOutcome, classifyOversize, type HttpOutcomeLike } from './classify.ts';

const NOW = new Date('2026-11-21T05:00:00Z');
const response = (status: number, headers: Record<string, string> = {}): HttpOutcomeLike => ({
  kind: 'response',
  status,
  headers,
});

describe('responses', () => {
  test.each<[number, string, boolean]>([
    [200, 'delivered', true],
    [204, 'delivered', true],
    [299, 'delivered', true],
    [301, 'misconfigured', true],
    [304, 'misconfigured', true],
    [308, 'misconfigured', true],
    [400, 'retry', true],
    [401, 'misconfigured', true],
    [403, 'misconfigured', true],
    [404, 'misconfigured', true],
    [408, 'retry', true],
    [410, 'gone', true],
    [413, 'retry', true],
    [422, 'retry', true],
    [429, 'throttled', false],
    [500, 'retry', true],
    [502, 'retry', true],
    [503, 'retry', true],
    [599, 'retry', true],
    [999, 'retry', true],
  ])('%d is %s, charged: %p', (status, expected, chargesHealth) => {
    const classification = classifyOutcome(response(status), NOW);
    expect(classification).toMatchObject({ class: expected, chargesHealth });
    expect(classification.errorCode).toBe(expected === 'delivered' ? undefined : `http_${status}`);
  });

  test('429 and 503 with Retry-After slow down without charging the endpoint or the schedule', () => {
    for (const status of [429, 503]) {
      expect(classifyOutcome(response(status, { 'retry-after': '7' }), NOW)).toMatchObject({
        class: 'throttled',
        retryAfterMs: 7_000,
        chargesHealth: false,
        chargesAttempt: false,
      });
    }
  });

  test('an invalid Retry-After does not turn 503 into throttling', () => {
    expect(classifyOutcome(response(503, { 'retry-after': 'soon' }), NOW)).toMatchObject({ class: 'retry' });
  });

  test('500 with Retry-After waits but is charged', () => {
    const date = 'Sat, 21 Nov 2026 05:01:00 GMT';
    expect(classifyOutcome(response(500, { 'retry-after': date }), NOW)).toMatchObject({
      class: 'retry',
      retryAfterMs: 60_000,
      chargesHealth: true,
    });
  });

  test('what the owner has to repair says how', () => {
    for (const status of [301, 401, 403, 404]) {
      expect(classifyOutcome(response(status), NOW).remedy).toBeTruthy();
    }
  });
});

describe('errors', () => {
  test.each<[string, string, boolean]>([
    ['connect_timeout', 'retry', true],
    ['total_timeout', 'retry', true],
    ['connection_reset', 'retry', true],
    ['connection_refused', 'retry', true],
    ['dns_failed', 'retry', true],
    ['dns_timeout', 'retry', true],
    ['host_unreachable', 'retry', true],
    ['something_new', 'retry', true],
    ['address_refused', 'misconfigured', true],
    ['tls_failed', 'misconfigured', true],
    ['invalid_url', 'misconfigured', true],
    ['dns_unavailable', 'retry', false],
    ['network_unavailable', 'retry', false],
    ['aborted', 'retry', false],
    ['pool_exhausted', 'retry', false],
    ['proxy_failed', 'retry', false],
    ['platform_error', 'retry', false],
  ])('%s is %s, charged: %p', (code, expected, chargesHealth) => {
    const classification = classifyOutcome({ kind: 'error', code, message: 'why' }, NOW);
    expect(classification).toMatchObject({
      class: expected,
      errorCode: code,
      message: 'why',
      chargesHealth,
      chargesAttempt: chargesHealth,
    });
  });
});

test('an event that is too large is rejected, which is nobody’s fault but its own', () => {
  expect(classifyOversize(3, 2)).toMatchObject({
    class: 'rejected',
    errorCode: 'payload_too_large',
    chargesHealth: false,
  });
});

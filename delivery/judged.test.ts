import { expect, test } from '@jest/globals';
import type { AttemptOutcome } from '../core/attempts.ts';
import { classifyOutcome } from './classify.ts';
import { judgementOf } from './judged.ts';
import { VENDORS } from './vendors/registry.ts';

const attemptedAt = new Date('2026-11-22T12:00:00Z');
const judged = (errorCode: string, outcome: AttemptOutcome = 'failed_attempt', responseHeaders = ''): unknown =>
  judgementOf({ errorCode, outcome, responseHeaders, attemptedAt });

test.each([200, 302, 400, 401, 403, 404, 410, 413, 429, 500, 503])(
  'an answer %i is judged as when it came',
  (status) => {
    const {
      class: ofClass,
      remedy = null,
      errorCode = '',
    } = classifyOutcome({ kind: 'response', status, headers: {} }, attemptedAt);
    expect(judged(errorCode, status === 200 ? 'delivered' : 'failed_attempt')).toEqual({ class: ofClass, remedy });
  },
);

test.each(['dns_failed', 'dns_unavailable', 'tls_failed', 'connect_timeout', 'oauth2_refused', 'address_refused'])(
  'no answer, %s, is judged as when it did not come',
  (code) => {
    const { class: ofClass, remedy = null } = classifyOutcome({ kind: 'error', code, message: '' }, attemptedAt);
    expect(judged(code)).toEqual({ class: ofClass, remedy });
  },
);

test('503 that said for how long was no failure', () => {
  expect(judged('http_503', 'failed_attempt', 'retry-after: 30')).toMatchObject({ class: 'throttled' });
  expect(judged('http_503')).toMatchObject({ class: 'retry' });
});

test('what a vendor means is told by its name, which means one thing only', () => {
  for (const { answers } of VENDORS.values()) {
    for (const { name, class: ofClass, remedy } of answers) {
      expect(judged(name)).toEqual({ class: ofClass, remedy });
    }
  }
});

test('of an event that can never be sent, and of one that was not sent', () => {
  expect(judged('template_failed', 'discarded')).toMatchObject({ class: 'rejected', remedy: expect.any(String) });
  expect(judged('event_expired', 'discarded')).toMatchObject({ class: 'rejected', remedy: expect.any(String) });
  expect(judged('', 'masked')).toEqual({ class: null, remedy: null });
  expect(judged('event_forgotten', 'discarded')).toEqual({ class: null, remedy: null });
  expect(judged('retry_terminated', 'discarded')).toEqual({ class: null, remedy: expect.any(String) });
});

import { describe, expect, test } from '@jest/globals';
import { failedStatus, quotaExceeded, quotaRenewal, startOfUtcDay, utcDay } from './quotas.ts';

describe('a day of a quota', () => {
  test.each([
    ['2026-11-22T00:00:00.000Z', '2026-11-22', '2026-11-23T00:00:00.000Z'],
    ['2026-11-22T23:59:59.999Z', '2026-11-22', '2026-11-23T00:00:00.000Z'],
    ['2026-12-31T12:00:00.000+14:00', '2026-12-30', '2026-12-31T00:00:00.000Z'],
  ])('is that of UTC: %s', (at, day, renewsAt) => {
    expect(utcDay(new Date(at))).toBe(day);
    expect(startOfUtcDay(new Date(at))).toEqual(new Date(`${day}T00:00:00Z`));
    expect(quotaRenewal(new Date(at))).toEqual(new Date(renewsAt));
  });
});

test('only its own code ends a run over quota', () => {
  expect(failedStatus('quota_exceeded')).toBe('over_quota');
  expect(failedStatus('bigquery_quota_exceeded')).toBe('failed');
  expect(failedStatus(undefined)).toBe('failed');
});

test('the remedy says when it goes on, or that it never will', () => {
  const renewsAt = new Date('2026-11-23T00:00:00Z');
  const refused = { limit: 1_000, used: 900, renewsAt };
  expect(quotaExceeded({ ...refused, rows: 200 })).toMatchObject({
    ...{ code: 'quota_exceeded', retryable: false, fault: 'customer' },
    remedy: expect.stringContaining('2026-11-23T00:00:00.000Z'),
  });
  const { remedy } = quotaExceeded({ ...refused, rows: 1_001 });
  expect(remedy).toContain('more rows than the quota of a whole day');
  expect(remedy).not.toContain('by themselves');
});

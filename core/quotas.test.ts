import { describe, expect, test } from '@jest/globals';
import { failedStatus, overQuota, quotaRenewal, startOfUtcDay, utcDay } from './quotas.ts';

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

test('only its own codes end a run over quota', () => {
  expect(failedStatus('quota_exceeded')).toBe('over_quota');
  expect(failedStatus('quota_too_small')).toBe('over_quota');
  expect(failedStatus('bigquery_quota_exceeded')).toBe('failed');
  expect(failedStatus(undefined)).toBe('failed');
});

describe('a refusal', () => {
  const refused = { limit: 1_000, used: 900, renewsAt: new Date('2026-11-23T00:00:00Z') };

  test.each([101, 1_000])('of %i rows says when it goes on', (rows) => {
    expect(overQuota({ ...refused, rows })).toMatchObject({
      ...{ code: 'quota_exceeded', retryable: false, fault: 'customer' },
      message: `the interval has ${String(rows)} rows, and 900 of the 1000 that the team may export in a day are used`,
      remedy: expect.stringContaining('2026-11-23T00:00:00.000Z'),
    });
  });

  test.each([0, 900])('of more than a whole day says that waiting does not help, with %i used', (used) => {
    const error = overQuota({ ...refused, used, rows: 1_001 });
    expect(error).toMatchObject({
      ...{ code: 'quota_too_small', retryable: false, fault: 'customer' },
      message: 'the interval has 1001 rows, more than the 1000 that the team may export in a whole day',
      remedy: expect.stringMatching(/^No new day helps: .* to at least 1001 rows a day/),
    });
    expect(error.remedy).not.toContain('renews');
  });
});

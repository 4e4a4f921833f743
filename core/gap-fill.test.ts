import { describe, expect, test } from '@jest/globals';
import { judgeGap, type LastRun } from './gap-fill.ts';

const FINISHED = new Date('2026-11-21T12:00:00Z');
const MINUTE_MS = 60_000;

function last(changes: Partial<LastRun>): LastRun {
  return {
    ...{ status: 'failed_retryable', errorCode: null, startedAt: FINISHED, finishedAt: FINISHED },
    ...{ fills: 0, waitedOut: false, quotaSet: false, ...changes },
  };
}

function delayMinutes(run: LastRun): number | undefined {
  const { due } = judgeGap(run);
  return due && (due.getTime() - FINISHED.getTime()) / MINUTE_MS;
}

describe('an interval without a completed run', () => {
  test('is due at once when nobody has run it, and never while a run is open', () => {
    expect(judgeGap(undefined)).toEqual({ state: 'missing', due: new Date(0) });
    expect(judgeGap(last({ status: 'running', finishedAt: null }))).toEqual({ state: 'running', due: undefined });
  });

  test.each(['failed_retryable', 'terminated', 'timed_out'])('is repeated after a run that is %s', (status) => {
    expect(delayMinutes(last({ status }))).toBe(10);
  });

  test('is repeated with growing delays, once a day at most', () => {
    expect([0, 1, 2, 7, 8, 5_000].map((fills) => delayMinutes(last({ fills })))).toEqual([
      10, 20, 40, 1_280, 1_440, 1_440,
    ]);
  });

  test.each(['failed', 'cancelled'])('is left alone after a run that is %s', (status) => {
    expect(judgeGap(last({ status, errorCode: 's3_bucket_missing' }))).toEqual({ state: 'failed', due: undefined });
  });

  test('is repeated at once when Sluice had paused the export after such a failure and it is resumed', () => {
    const refused = { errorCode: 's3_bucket_missing', waitedOut: true };
    expect(delayMinutes(last({ status: 'failed', ...refused }))).toBe(0);
    expect(delayMinutes(last({ status: 'cancelled', ...refused }))).toBeUndefined();
  });

  test('waits for the next day of the quota after a run over it, or for a quota that is set anew', () => {
    const refused = last({ status: 'over_quota', errorCode: 'quota_exceeded' });
    expect(judgeGap(refused)).toEqual({ state: 'failed', due: new Date('2026-11-22T00:00:00Z') });
    expect(judgeGap({ ...refused, quotaSet: true })).toEqual({ state: 'failed', due: FINISHED });
    const overnight = { ...refused, startedAt: new Date('2026-11-20T23:59:59.999Z') };
    expect(judgeGap(overnight)).toEqual({ state: 'failed', due: new Date('2026-11-21T00:00:00Z') });
  });

  test.each([
    ...['run_abandoned', 'run_lease_lost', 'postgres_stage_lost'],
    ...['run_superseded', 'destination_generation_taken'],
  ])('is repeated after %s', (errorCode) => {
    expect(delayMinutes(last({ status: 'failed', errorCode }))).toBe(10);
  });
});

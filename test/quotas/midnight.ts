import { expect } from '@jest/globals';
import { quotaRenewal } from '../../core/quotas.ts';
import { eventually } from '../support/eventually.ts';

/** Quotas renew at midnight (UTC), which is for a test to decide: one that takes `lastsMs` begins after it or ends before. */
export function untilNotAroundMidnight(lastsMs: number): Promise<void> {
  const leftMs = (): number => quotaRenewal(new Date()).getTime() - Date.now();
  return eventually(() => expect(leftMs()).toBeGreaterThan(lastsMs), {
    timeoutMs: lastsMs + 30_000,
    intervalMs: 1_000,
  });
}

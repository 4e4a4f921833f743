import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { sourcesOf, type WebhookSpan } from '../../clickhouse/activity/added-days.ts';
import { deliverySeries } from '../../clickhouse/activity/delivery-series.ts';
import { deliveryStats } from '../../clickhouse/activity/delivery-stats.ts';
import { correctionSql } from '../../clickhouse/activity/figures.ts';
import type { ClickHouse } from '../../clickhouse/client.ts';
import type { AttemptRecord } from '../../core/attempts.ts';
import { startOfUtcDay } from '../../core/quotas.ts';
import { scanSeries, scanStats } from './attempt-scans.ts';

export const HOUR_MS = 60 * 60_000;
export const DAY_MS = 24 * HOUR_MS;
export const DAY_SECONDS = 86_400;
/** As charts of a week have it: with rows of its own. */
export const THREE_HOURS_SECONDS = 3 * 3_600;
/** Today, for all of a file, whatever the clock says meanwhile. */
export const TODAY = startOfUtcDay(new Date());
export const daysAgo = (days: number, hours = 0): Date => new Date(TODAY.getTime() - days * DAY_MS + hours * HOUR_MS);

export const webhook = (teamId = 1): Pick<WebhookSpan, 'teamId' | 'destinationId'> => ({
  teamId,
  destinationId: randomUUID(),
});

export function attempt(changes: Partial<AttemptRecord>): AttemptRecord {
  return {
    ...{ teamId: 1, destinationId: randomUUID(), eventUuid: randomUUID(), webhookId: 'msg_1', attempt: 1 },
    ...{ attemptedAt: TODAY, outcome: 'delivered', statusCode: 200 },
    eventInsertedAtMicros: (changes.attemptedAt ?? TODAY).getTime() * 1_000,
    ...{ errorCode: '', errorMessage: '', durationMs: 1, latencyMs: 1, responseBody: '', nextAttemptAt: null },
    ...{ via: 'live', ...changes },
  };
}

/** What is said of a span is what a look at all of its rows says. */
export async function expectScannedIn(
  ch: ClickHouse,
  span: WebhookSpan,
  steps = [DAY_SECONDS, THREE_HOURS_SECONDS, 7_200],
): Promise<void> {
  const since = span.from;
  expect(await deliveryStats(ch, { ...span, since })).toEqual(await scanStats(ch, span));
  await expectCorrectedAlike(ch, span);
  for (const stepSeconds of steps) {
    const query = { ...span, stepSeconds };
    expect(await deliverySeries(ch, query)).toEqual(await scanSeries(ch, query));
  }
}

/** Of days with many attempts only those are looked through that can matter. */
async function expectCorrectedAlike(ch: ClickHouse, span: WebhookSpan): Promise<void> {
  const sources = await sourcesOf(ch, span);
  const params = { team: span.teamId, destination: span.destinationId, builds: sources.builds };
  const [ofFew, ofMany] = await Promise.all(
    [sources, { ...sources, addedRows: 1_000_000_000 }].map(async (of) => {
      const sql = correctionSql(of);
      return sql === undefined ? [] : ch.rows({ sql, params });
    }),
  );
  expect(ofMany).toEqual(ofFew);
}

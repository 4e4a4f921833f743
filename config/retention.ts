import { info } from './info.ts';
import { integer } from './values.ts';

const KEPT = 'How long ClickHouse keeps what Sluice writes about its work; `sluice setup` sees to it';

export const retentionFields = {
  SLUICE_ATTEMPTS_KEPT_DAYS: integer({ min: 8, max: 3_650 })
    .default(30)
    .meta(info(KEPT, 'Attempts of deliveries, with the answers of endpoints. Above the longest retry schedule.')),
  SLUICE_LOGS_KEPT_DAYS: integer({ min: 1, max: 3_650 })
    .default(30)
    .meta(info(KEPT, 'What users read about a run or a webhook.')),
  SLUICE_REJECTED_KEPT_DAYS: integer({ min: 1, max: 3_650 })
    .default(90)
    .meta(info(KEPT, 'Records that a destination could not hold, contents included.')),
};

/** `Retention` of clickhouse/. */
export function retentionOf(
  env: Record<keyof typeof retentionFields, number>,
): Record<'attemptsDays' | 'logsDays' | 'rejectedDays', number> {
  return {
    attemptsDays: env.SLUICE_ATTEMPTS_KEPT_DAYS,
    logsDays: env.SLUICE_LOGS_KEPT_DAYS,
    rejectedDays: env.SLUICE_REJECTED_KEPT_DAYS,
  };
}

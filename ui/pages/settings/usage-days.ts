import type { paths } from '../../../api-client/index.ts';

export type UsageDay = paths['/api/v1/usage']['get']['responses']['200']['content']['application/json']['days'][number];

const DAY_MS = 86_400_000;
export const DAYS_SHOWN = 30;

/** The last 30 UTC days, today with them: days without anything are absent in what the API answers. `renewsAt` is the end of today. */
export function everyDay(days: readonly UsageDay[], renewsAt: string): UsageDay[] {
  const known = new Map(days.map((day) => [day.day, day]));
  const end = Date.parse(renewsAt);
  return Array.from({ length: DAYS_SHOWN }, (_, index) => {
    const day = new Date(end - (DAYS_SHOWN - index) * DAY_MS).toISOString().slice(0, 10);
    return known.get(day) ?? nothingOn(day);
  });
}

function nothingOn(day: string): UsageDay {
  return { day, events: 0, exports: { runs: 0, rows: 0, bytes: 0 }, webhooks: { attempts: 0, delivered: 0 } };
}

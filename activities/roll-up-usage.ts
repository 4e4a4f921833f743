import { deliveriesOfTeams, eventsOfTeams } from '../clickhouse/activity/usage.ts';
import { quotaRenewal, startOfUtcDay } from '../core/quotas.ts';
import { NO_USAGE } from '../core/usage.ts';
import { forgetOldTakings } from '../store/quotas.ts';
import {
  exportedByTeams,
  firstUsageDay,
  noteRolledUp,
  replaceUsageDay,
  rolledUpUntil,
  type TeamUsage,
} from '../store/usage.ts';
import type { ActivityDeps } from './deps.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
/** Days before the last look that are counted again: what came late. Below the least that attempts are kept (8 days). */
const CORRECTED_DAYS = 2;
/** Of the first look: 13 months. What the logs have forgotten by then is not counted. */
const FIRST_LOOK_DAYS = 400;

export interface RollUp {
  now: Date;
  /** Called before each day, which takes seconds. */
  beat?: () => void;
}

/**
 * Adds up what the teams have used, once an hour: today so far and the days before it, so that bills and charts need no
 * log. A look that was missed is made up for. Idempotent; answers how many days it counted.
 */
export async function rollUpUsage(
  deps: Pick<ActivityDeps, 'db' | 'clickhouse'>,
  { now, beat = () => undefined }: RollUp,
): Promise<number> {
  const until = await rolledUpUntil(deps.db);
  if (until !== undefined && now.getTime() - until.getTime() < HOUR_MS) {
    return 0;
  }
  const first = until === undefined ? await firstDay(deps, now) : daysBefore(until, CORRECTED_DAYS);
  let days = 0;
  for (let from = first; from <= now; from = quotaRenewal(from)) {
    beat();
    const to = quotaRenewal(from);
    await replaceUsageDay(deps.db, from, await usageOf(deps, { from, to }));
    await noteRolledUp(deps.db, to < now ? to : now);
    days += 1;
  }
  await forgetOldTakings(deps.db, now);
  return days;
}

async function firstDay({ db }: Pick<ActivityDeps, 'db'>, now: Date): Promise<Date> {
  const [oldest, born] = [daysBefore(now, FIRST_LOOK_DAYS), (await firstUsageDay(db)) ?? startOfUtcDay(now)];
  return born < oldest ? oldest : born;
}

function daysBefore(at: Date, days: number): Date {
  return new Date(startOfUtcDay(at).getTime() - days * DAY_MS);
}

async function usageOf(
  { db, clickhouse }: Pick<ActivityDeps, 'db' | 'clickhouse'>,
  day: { from: Date; to: Date },
): Promise<TeamUsage[]> {
  const [events, exported, delivered] = await Promise.all([
    eventsOfTeams(clickhouse, day),
    exportedByTeams(db, day),
    deliveriesOfTeams(clickhouse, day),
  ]);
  const teams = new Map<number, TeamUsage>();
  const of = (teamId: number): TeamUsage => {
    const known = teams.get(teamId) ?? { teamId, ...NO_USAGE };
    teams.set(teamId, known);
    return known;
  };
  events.forEach((row) => {
    of(row.teamId).events = row.events;
  });
  exported.forEach(({ teamId, ...exports }) => {
    of(teamId).exports = exports;
  });
  delivered.forEach(({ teamId, ...webhooks }) => {
    of(teamId).webhooks = webhooks;
  });
  return [...teams.values()];
}

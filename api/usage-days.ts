import { quotaRenewal, startOfUtcDay } from '../core/quotas.ts';
import { NO_USAGE, type UsageDay } from '../core/usage.ts';
import { exportedByDay } from '../store/run-stats.ts';
import { rolledUpUntil, usageDays } from '../store/usage.ts';
import type { ApiDeps } from './deps.ts';
import type { Span } from './span.ts';

type TeamSpan = Span & { teamId: number };

/** The UTC days that the span touches, whole: from the roll-up, and counted now from the day on that it has not closed. */
export async function usageByDay(deps: ApiDeps, { teamId, ...span }: TeamSpan): Promise<UsageDay[]> {
  const [from, to] = [startOfUtcDay(span.from), quotaRenewal(new Date(span.to.getTime() - 1))];
  const until = await rolledUpUntil(deps.db);
  const open = until === undefined ? from : startOfUtcDay(until);
  const [closed, counted] = await Promise.all([
    open > from ? usageDays(deps.db, { teamId, from, to: open < to ? open : to }) : [],
    open < to ? countedDays(deps, { teamId, from: open > from ? open : from, to }) : [],
  ]);
  return [...closed, ...counted];
}

async function countedDays(deps: ApiDeps, span: TeamSpan): Promise<UsageDay[]> {
  const [events, exported, delivered] = await Promise.all([
    deps.events.eventsByDay(span),
    exportedByDay(deps.db, span),
    deps.events.deliveriesByDay(span),
  ]);
  const days = [...new Set([...events, ...exported, ...delivered].map(({ day }) => day))].sort();
  return days.map((day) => ({
    day,
    events: events.find((row) => row.day === day)?.events ?? 0,
    exports: exported.find((row) => row.day === day) ?? NO_USAGE.exports,
    webhooks: delivered.find((row) => row.day === day) ?? NO_USAGE.webhooks,
  }));
}

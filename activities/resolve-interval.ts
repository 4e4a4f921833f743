import { lastFinishedInterval } from '../core/schedule-spec.ts';
import { notFound } from '../store/errors.ts';
import { getTimeline } from '../store/schedules.ts';
import type { ActivityDeps } from './deps.ts';
import type { ResolvedInterval, ResolveIntervalInput } from './types.ts';

/**
 * A nominal time that is no boundary (a trigger by hand, a Schedule that has not heard of an edit, other zone data at
 * Temporal's server) is that of the last finished interval; when that is exported, the run ends as skipped.
 */
export async function resolveInterval(deps: ActivityDeps, input: ResolveIntervalInput): Promise<ResolvedInterval> {
  const timeline = await getTimeline(deps.db.kysely, input.exportId);
  if (timeline.length === 0) {
    throw notFound('export', input.exportId);
  }
  const { start, end } = lastFinishedInterval(timeline, new Date(input.nominal));
  return { intervalStart: start.toISOString(), intervalEnd: end.toISOString() };
}

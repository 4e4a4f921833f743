import { percentilesOf, successRateOf, tally, type HistoryStatistics, type Weighted } from '../../core/statistics.ts';
import type { TemporalClient } from '../temporal.ts';
import { endedIn, countOpen, reachesBackTo, type Execution, type StatisticsRange } from './executions.ts';
import { activityTimes, historyOf, readEach, type ActivityTimes } from './history.ts';

/** Each costs a request; what is beyond is counted from visibility alone. */
export const MAX_HISTORIES = 500;

const MEANING = {
  good: ['completed'],
  bad: ['failed', 'failed_retryable', 'terminated', 'timed_out'],
};

/** Export runs to the destination that ended in the range. */
export async function runStatistics(
  temporal: TemporalClient,
  range: StatisticsRange,
  now: Date,
): Promise<HistoryStatistics> {
  const [executions, open, reaches] = await Promise.all([
    endedIn(temporal, 'export', range),
    countOpen(temporal, 'export', range.destinationId),
    reachesBackTo(temporal, now),
  ]);
  const outcomes: Record<string, number> = {};
  executions.forEach(({ outcome }) => tally(outcomes, outcome));
  const read = await readEach(executions.slice(0, MAX_HISTORIES), async (execution) => {
    const events = await historyOf(temporal, execution);
    return events === undefined ? [] : [activityTimes(events)];
  });
  const times = read.flat();
  const completed = executions.filter(({ outcome }) => outcome === 'completed');
  return {
    ...{ of: 'runs', from: range.from, to: range.to, reachesBackTo: reaches, outcomes, open },
    successRate: successRateOf(outcomes, MEANING),
    retries: retriesOf(times),
    latency: {
      queueMs: percentilesOf(times.map(({ queuedMs }) => once(queuedMs))),
      runMs: percentilesOf(completed.map(({ startMs, closeMs }) => once(closeMs - startMs))),
      endToEndMs: percentilesOf(completed.flatMap(sinceIntervalEnd)),
    },
    historiesRead: times.length,
  };
}

function retriesOf(times: readonly ActivityTimes[]): Record<string, number> {
  const table: Record<string, number> = {};
  times.forEach(({ retries }) => tally(table, retries));
  return table;
}

/** The id ends in the end of the interval: `export/<id>-2026-11-21T10:00:00Z`. */
function sinceIntervalEnd({ workflowId, closeMs }: Execution): Weighted[] {
  const end = Date.parse(/\d{4}-\d\d-\d\dT[\d:]+Z$/.exec(workflowId)?.[0] ?? '');
  return Number.isNaN(end) ? [] : [once(closeMs - end)];
}

function once(value: number): Weighted {
  return { value: Math.max(0, value), count: 1 };
}

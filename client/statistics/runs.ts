import { percentilesOf, successRateOf, tally, type HistoryStatistics, type Weighted } from '../../core/statistics.ts';
import type { BatchExportInput } from '../../workflows/messages.ts';
import type { TemporalClient } from '../temporal.ts';
import { endedIn, countOpen, reachesBackTo, type Execution, type StatisticsRange } from './executions.ts';
import { activityTimes, historyOf, inputOf, readEach, type ActivityTimes } from './history.ts';

/** Each costs a request; what is beyond is counted from visibility alone. */
export const MAX_HISTORIES = 500;

const MEANING = {
  good: ['completed'],
  bad: ['failed', 'failed_retryable', 'terminated', 'timed_out'],
};

/** Runs that are owed at the end of their interval. Others begin when somebody wants them, however long after it that is. */
const OWED: readonly BatchExportInput['trigger'][] = ['schedule', 'gap_fill'];

/**
 * Export runs to the destination that ended in the range. Latencies are those of owed runs: a backfill of last year would
 * make it months from the end of an interval to its data.
 */
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
  const read = await readEach(owedFirst(executions).slice(0, MAX_HISTORIES), (run) => readRun(temporal, run));
  const known = read.flat();
  const owed = known.filter(({ isOwed }) => isOwed);
  const completed = executions.filter(({ outcome }) => outcome === 'completed');
  return {
    ...{ of: 'runs', from: range.from, to: range.to, reachesBackTo: reaches, outcomes, open },
    successRate: successRateOf(outcomes, MEANING),
    retries: retriesOf(known),
    latency: {
      queueMs: percentilesOf(owed.map(({ times }) => once(times.queuedMs))),
      runMs: percentilesOf(completed.map(({ startMs, closeMs }) => once(closeMs - startMs))),
      endToEndMs: percentilesOf(owed.flatMap(({ execution }) => sinceIntervalEnd(execution))),
    },
    historiesRead: known.length,
  };
}

interface KnownRun {
  execution: Execution;
  times: ActivityTimes;
  isOwed: boolean;
}

async function readRun(temporal: TemporalClient, execution: Execution): Promise<KnownRun[]> {
  const events = await historyOf(temporal, execution);
  if (events === undefined) {
    return [];
  }
  const { trigger } = inputOf(events) as BatchExportInput;
  return [{ execution, times: activityTimes(events), isOwed: OWED.includes(trigger) }];
}

/** Those of a large backfill must not leave live ones unread. */
function owedFirst(executions: readonly Execution[]): Execution[] {
  return executions.toSorted((a, b) => Number(a.isChild) - Number(b.isChild));
}

function retriesOf(known: readonly KnownRun[]): Record<string, number> {
  const table: Record<string, number> = {};
  known.forEach(({ times }) => tally(table, times.retries));
  return table;
}

/** Of a completed run. The id ends in the end of the interval: `export/<id>-2026-11-21T10:00:00Z`. */
function sinceIntervalEnd({ workflowId, outcome, closeMs }: Execution): Weighted[] {
  const end = Date.parse(/\d{4}-\d\d-\d\dT[\d:]+Z$/.exec(workflowId)?.[0] ?? '');
  return Number.isNaN(end) || outcome !== 'completed' ? [] : [once(closeMs - end)];
}

function once(value: number): Weighted {
  return { value: Math.max(0, value), count: 1 };
}

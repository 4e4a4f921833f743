import { webhookWorkflowId } from '../../core/ids.ts';
import { percentilesOf, successRateOf, tally, type HistoryStatistics, type Weighted } from '../../core/statistics.ts';
import type { RetryDeliveryInput, TrafficReport } from '../../workflows/messages.ts';
import type { TemporalClient } from '../temporal.ts';
import { endedIn, countOpen, reachesBackTo, type Execution, type StatisticsRange } from './executions.ts';
import { activityTimes, historyOf, inputOf, readEach, signalsOf } from './history.ts';
import { MAX_HISTORIES } from './runs.ts';

const MEANING = { good: ['delivered'], bad: ['discarded', 'expired', 'dropped', 'terminated', 'timed_out', 'failed'] };
/** A latency above the highest bound is told as this. */
const LONGEST_BOUND_MS = 3_600_000;

/**
 * Deliveries of a webhook that ended in the range: those of its shard from the reports that its entity workflow was
 * sent, which come some minutes after, and those of retry workflows.
 */
export async function deliveryStatistics(
  temporal: TemporalClient,
  range: StatisticsRange,
  now: Date,
): Promise<HistoryStatistics> {
  const [retried, reports, open, reaches] = await Promise.all([
    endedIn(temporal, 'delivery', range),
    reportsIn(temporal, range),
    countOpen(temporal, 'delivery', range.destinationId),
    reachesBackTo(temporal, now),
  ]);
  const byShard = reports.reduce((sum, { delivered }) => sum + delivered, 0);
  const outcomes: Record<string, number> = {};
  tally(outcomes, 'delivered', byShard);
  retried.forEach(({ outcome }) => tally(outcomes, outcome));
  const read = await readEach(retried.slice(0, MAX_HISTORIES), (execution) => readRetry(temporal, execution));
  const known = read.flat();
  const shardLatency = reports.flatMap(({ latencyBuckets }) => Object.entries(latencyBuckets).map(ofBucket));
  return {
    ...{ of: 'deliveries', from: range.from, to: range.to, reachesBackTo: reaches, outcomes, open },
    successRate: successRateOf(outcomes, MEANING),
    retries: retriesOf(byShard, known),
    latency: {
      queueMs: percentilesOf(known.map(({ queuedMs }) => once(queuedMs))),
      runMs: percentilesOf(retried.map(({ startMs, closeMs }) => once(closeMs - startMs))),
      endToEndMs: percentilesOf([...shardLatency, ...known.flatMap(({ latencyMs }) => latencyMs)]),
    },
    historiesRead: known.length,
  };
}

/** Its entity workflow goes on as new from time to time: each of its executions has a part. */
async function reportsIn(temporal: TemporalClient, range: StatisticsRange): Promise<TrafficReport[]> {
  const query = `WorkflowId = '${webhookWorkflowId(range.destinationId)}' AND StartTime < '${range.to.toISOString()}'`;
  const reports: TrafficReport[] = [];
  for await (const { workflowId, runId } of temporal.client.workflow.list({ query })) {
    const events = (await historyOf(temporal, { workflowId, runId })) ?? [];
    const inRange = signalsOf(events, 'report').filter(
      ({ atMs }) => atMs >= range.from.getTime() && atMs < range.to.getTime(),
    );
    reports.push(...inRange.map(({ argument }) => argument as TrafficReport));
  }
  return reports;
}

interface KnownRetry {
  /** Attempts that the retry workflow made. */
  retries: number;
  queuedMs: number;
  /** Of a delivered one: from capture. */
  latencyMs: Weighted[];
}

async function readRetry(temporal: TemporalClient, execution: Execution): Promise<KnownRetry[]> {
  const events = await historyOf(temporal, execution);
  if (events === undefined) {
    return [];
  }
  const { eventInsertedAtMicros, attemptsMade } = inputOf(events) as RetryDeliveryInput;
  const latencyMs = execution.closeMs - eventInsertedAtMicros / 1_000;
  return [
    {
      retries: Math.max(0, (execution.attempts ?? attemptsMade) - attemptsMade),
      queuedMs: activityTimes(events).queuedMs,
      latencyMs: execution.outcome === 'delivered' ? [once(latencyMs)] : [],
    },
  ];
}

function retriesOf(byShard: number, known: readonly KnownRetry[]): Record<string, number> {
  const table: Record<string, number> = {};
  tally(table, 0, byShard);
  known.forEach(({ retries }) => tally(table, retries));
  return table;
}

function ofBucket([bound, count]: [string, number]): Weighted {
  return { value: bound === 'more' ? LONGEST_BOUND_MS : Number(bound), count };
}

function once(value: number): Weighted {
  return { value: Math.max(0, Math.round(value)), count: 1 };
}

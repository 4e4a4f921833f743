import { webhookWorkflowId } from '../../core/ids.ts';
import { percentilesOf, successRateOf, tally, type HistoryStatistics, type Weighted } from '../../core/statistics.ts';
import { addTraffic, emptyTraffic, retriesOf, type TrafficReport } from '../../core/traffic.ts';
import type { RetryDeliveryInput } from '../../workflows/messages.ts';
import type { TemporalClient } from '../temporal.ts';
import { endedIn, countOpen, reachesBackTo, type Execution, type StatisticsRange } from './executions.ts';
import { activityTimes, historyOf, inputOf, readEach, resultsOf, signalsOf } from './history.ts';
import { MAX_HISTORIES } from './runs.ts';

const MEANING = { good: ['delivered'], bad: ['discarded', 'expired', 'dropped', 'terminated', 'timed_out', 'failed'] };
/** A latency above the highest bound is told as this. */
const LONGEST_BOUND_MS = 3_600_000;

/**
 * Deliveries of a webhook that ended in the range: those of its shard from the reports that its entity workflow was
 * sent, which come some minutes after, those of its probes, and those of retry workflows.
 */
export async function deliveryStatistics(
  temporal: TemporalClient,
  range: StatisticsRange,
  now: Date,
): Promise<HistoryStatistics> {
  const [retried, traffic, open, reaches] = await Promise.all([
    endedIn(temporal, 'delivery', range),
    trafficIn(temporal, range),
    countOpen(temporal, 'delivery', range.destinationId),
    reachesBackTo(temporal, now),
  ]);
  const outcomes = outcomesOf(traffic);
  retried.forEach(({ outcome }) => tally(outcomes, outcome));
  const read = await readEach(retried.slice(0, MAX_HISTORIES), (execution) => readRetry(temporal, execution));
  const known = read.flat();
  const firstLatency = Object.entries(traffic.latencyBuckets).map(ofBucket);
  return {
    ...{ of: 'deliveries', from: range.from, to: range.to, reachesBackTo: reaches, outcomes, open },
    successRate: successRateOf(outcomes, MEANING),
    retries: retriesIn(traffic, known),
    latency: {
      queueMs: percentilesOf(known.map(({ queuedMs }) => once(queuedMs))),
      runMs: percentilesOf(retried.map(({ startMs, closeMs }) => once(closeMs - startMs))),
      endToEndMs: percentilesOf([...firstLatency, ...known.flatMap(({ latencyMs }) => latencyMs)]),
    },
    historiesRead: known.length,
  };
}

/**
 * What the entity workflow was told in the range: by reports of shards, and by results of its own probes. It goes on as new
 * from time to time: each of its executions has a part.
 */
async function trafficIn(
  temporal: TemporalClient,
  { destinationId, from, to }: StatisticsRange,
): Promise<TrafficReport> {
  const query = `WorkflowId = '${webhookWorkflowId(destinationId)}' AND StartTime < '${to.toISOString()}'`;
  const total = emptyTraffic();
  for await (const { workflowId, runId } of temporal.client.workflow.list({ query })) {
    const events = (await historyOf(temporal, { workflowId, runId })) ?? [];
    const told = [...signalsOf(events, 'report').map(ofReport), ...resultsOf(events, 'probeDestination').map(ofProbe)];
    told.forEach(({ atMs, traffic }) => {
      if (traffic !== undefined && atMs >= from.getTime() && atMs < to.getTime()) {
        addTraffic(total, traffic);
      }
    });
  }
  return total;
}

interface Told {
  atMs: number;
  traffic: TrafficReport | undefined;
}

function ofReport({ atMs, argument }: { atMs: number; argument: unknown }): Told {
  return { atMs, traffic: argument as TrafficReport };
}

function ofProbe({ atMs, result }: { atMs: number; result: unknown }): Told {
  return { atMs, traffic: (result as { traffic?: TrafficReport }).traffic };
}

/** Of those that ended without a retry workflow. */
function outcomesOf({ delivered, discarded = 0, expired = 0 }: TrafficReport): Record<string, number> {
  const outcomes: Record<string, number> = { delivered };
  for (const [outcome, count] of Object.entries({ discarded, expired })) {
    if (count > 0) {
      tally(outcomes, outcome, count);
    }
  }
  return outcomes;
}

interface KnownRetry {
  /** Attempts that the retry workflow made, and those before it beyond the first two. */
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
  const { eventInsertedAtMicros, attemptsMade, replayed } = inputOf(events) as RetryDeliveryInput;
  const latencyMs = execution.closeMs - eventInsertedAtMicros / 1_000;
  return [
    {
      // While parked, before it had a workflow. Who has replayed it has asked for no retry.
      retries:
        Math.max(0, (execution.attempts ?? 0) - attemptsMade) + (replayed === true ? 0 : retriesOf(attemptsMade)),
      queuedMs: activityTimes(events).queuedMs,
      latencyMs: execution.outcome === 'delivered' ? [once(latencyMs)] : [],
    },
  ];
}

function retriesIn(traffic: TrafficReport, known: readonly KnownRetry[]): Record<string, number> {
  const { delivered, discarded = 0, expired = 0, retries = {} } = traffic;
  const table: Record<string, number> = {};
  const retried = Object.values(retries).reduce((sum, count) => sum + count, 0);
  tally(table, 0, delivered + discarded + expired - retried);
  Object.entries(retries).forEach(([made, count]) => {
    tally(table, made, count);
  });
  known.forEach(({ retries: made }) => {
    tally(table, made);
  });
  return table;
}

function ofBucket([bound, count]: [string, number]): Weighted {
  return { value: bound === 'more' ? LONGEST_BOUND_MS : Number(bound), count };
}

function once(value: number): Weighted {
  return { value: Math.max(0, Math.round(value)), count: 1 };
}

import { Context } from '@temporalio/activity';
import { countWaitingRetries, listWaitingRetries } from '../clickhouse/waiting-retries.ts';
import { countOpenRetries } from '../client/deliveries.ts';
import { executionState } from '../client/executions.ts';
import { retryDeliveryWorkflowId } from '../core/ids.ts';
import type { Micros, MicrosRange } from '../core/time.ts';
import type { LaneConfig } from '../delivery/shard/lane-config.ts';
import type { ActivityDeps } from './deps.ts';
import { handToRetry, reportMissed, type Missed } from './missed-deliveries.ts';

/** Of one webhook, in one look: ten times the most that it may have open. */
const MAX_LISTED = 10_000;

/**
 * Starts retries again that the attempt log names and Temporal does not have any more: it came up with an empty database,
 * or with one of an older backup. Not only those of events that are audited for the first time: a retry waits for days.
 * Answers how many. Each begins its schedule anew, with the number of the next attempt.
 */
export async function restartLostRetries(
  deps: ActivityDeps,
  configs: ReadonlyMap<string, LaneConfig>,
  range: MicrosRange,
): Promise<number> {
  const since = range.startMicros;
  const waiting = await countWaitingRetries(deps.clickhouse, { destinationIds: [...configs.keys()], since });
  let restarted = 0;
  for (const [destinationId, count] of waiting) {
    Context.current().heartbeat();
    const config = configs.get(destinationId);
    try {
      if (config !== undefined && (await countOpenRetries(deps.temporal, destinationId)) < count) {
        const retried = await restartOf(deps, config, since);
        await reportMissed(deps, config, { range, compared: 0, missed: { retried, known: [], abandoned: [] } });
        restarted += retried.length;
      }
    } catch (error) {
      deps.logger.warn({ err: error, destinationId }, 'the open retries of a webhook could not be looked up');
    }
  }
  return restarted;
}

/** What somebody has ended in Temporal stays ended. Stops where the webhook has as many open retries as it may. */
async function restartOf(deps: ActivityDeps, config: LaneConfig, since: Micros): Promise<Missed['retried']> {
  const { destinationId } = config;
  const retried: string[] = [];
  for (const event of await listWaitingRetries(deps.clickhouse, { destinationId, since, limit: MAX_LISTED })) {
    Context.current().heartbeat();
    const workflowId = retryDeliveryWorkflowId(destinationId, event.eventUuid);
    if ((await executionState(deps.temporal, workflowId)) !== 'missing') {
      continue;
    }
    const taken = await handToRetry(deps, config, event);
    if (taken === 'refused') {
      break;
    }
    if (taken === 'retried') {
      retried.push(event.eventUuid);
    }
  }
  return retried;
}

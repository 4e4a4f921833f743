import type { WorkflowExecutionInfo } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes.ts';
import type { TemporalClient } from '../temporal.ts';

export interface StatisticsRange {
  destinationId: string;
  from: Date;
  to: Date;
}

/** One execution as visibility tells it. */
export interface Execution {
  workflowId: string;
  runId: string;
  type: string;
  startMs: number;
  closeMs: number;
  outcome: string;
  /** Another workflow has started it: a backfill, or a reconciliation. */
  isChild: boolean;
  /** Of a retry: attempts of its event, those before it included. */
  attempts: number | undefined;
}

/** Executions of the destination that ended in the range, newest first as visibility sorts them. Eventually consistent. */
export async function endedIn(
  { client }: TemporalClient,
  kind: 'export' | 'delivery',
  { destinationId, from, to }: StatisticsRange,
): Promise<Execution[]> {
  const query =
    `${ofDestination(kind, destinationId)} AND ExecutionStatus != 'Running' AND ExecutionStatus != 'ContinuedAsNew' ` +
    `AND CloseTime >= '${from.toISOString()}' AND CloseTime < '${to.toISOString()}'`;
  const found: Execution[] = [];
  for await (const info of client.workflow.list({ query })) {
    found.push(executionOf(info));
  }
  return found;
}

/** Executions of the destination that have not ended. */
export async function countOpen(
  { client }: TemporalClient,
  kind: 'export' | 'delivery',
  destinationId: string,
): Promise<number> {
  const { count } = await client.workflow.count(
    `${ofDestination(kind, destinationId)} AND ExecutionStatus = 'Running'`,
  );
  return count;
}

/** Before it nothing can be told: closed executions are forgotten after the namespace's retention. */
export async function reachesBackTo({ client, connection }: TemporalClient, now: Date): Promise<Date> {
  const { namespace } = client.options;
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  const seconds = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  return new Date(now.getTime() - seconds * 1_000);
}

function ofDestination(kind: string, destinationId: string): string {
  return `SluiceDestinationId = '${destinationId}' AND SluiceKind = '${kind}'`;
}

function executionOf(info: WorkflowExecutionInfo): Execution {
  const { workflowId, runId, type, startTime, closeTime, status, typedSearchAttributes, parentExecution } = info;
  return {
    ...{ workflowId, runId, type },
    startMs: startTime.getTime(),
    closeMs: (closeTime ?? startTime).getTime(),
    // One that was terminated or timed out had no time to say how it ended.
    outcome: typedSearchAttributes.get(SEARCH_ATTRIBUTES.outcome) ?? status.name.toLowerCase(),
    isChild: parentExecution !== undefined,
    attempts: typedSearchAttributes.get(SEARCH_ATTRIBUTES.attempts),
  };
}

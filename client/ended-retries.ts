import { retryOfWorkflowId } from '../core/ids.ts';
import type { TemporalClient } from './temporal.ts';

export interface EndedRetry {
  destinationId: string;
  eventUuid: string;
}

/** Retries of all webhooks that have ended since then without being through, as visibility sees them: it lags by seconds. */
export async function* listEndedRetries({ client }: TemporalClient, since: Date): AsyncGenerator<EndedRetry> {
  const query = `SluiceKind = 'delivery' AND ExecutionStatus IN ('Terminated', 'Canceled', 'Failed', 'TimedOut')
    AND CloseTime >= '${since.toISOString()}'`;
  for await (const { workflowId } of client.workflow.list({ query })) {
    const retry = retryOfWorkflowId(workflowId);
    if (retry !== undefined) {
      yield retry;
    }
  }
}

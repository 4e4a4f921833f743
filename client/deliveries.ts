import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { deliveryShardWorkflowId, retryDeliveryWorkflowId, TASK_QUEUES, webhookWorkflowId } from '../core/ids.ts';
import type { TrafficReport } from '../core/traffic.ts';
import type {
  DeliverShardInput,
  DestinationChange,
  RetryDeliveryInput,
  RetryState,
  WebhookHealth,
  WebhookInput,
} from '../workflows/messages.ts';
import { searchAttributes } from './search-attributes.ts';
import type { TemporalClient } from './temporal.ts';

/** Starts the workflow of every shard that does not run yet. Idempotent; each worker calls it when it starts. */
export async function ensureShards({ client }: TemporalClient, shardCount: number): Promise<void> {
  for (let shard = 0; shard < shardCount; shard += 1) {
    const input: DeliverShardInput = { shard, shardCount };
    await client.workflow.start('deliverShard', {
      workflowId: deliveryShardWorkflowId(shard),
      taskQueue: TASK_QUEUES.workflows,
      args: [input],
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: `Webhook deliveries, shard ${String(shard)} of ${String(shardCount)}`,
      typedSearchAttributes: searchAttributes({ kind: 'shard' }),
    });
  }
}

export interface WebhookRef {
  destinationId: string;
  teamId: number;
  name: string;
}

/** Tells a destination's entity workflow that a user changed it, starting it when it does not run. */
export async function signalDestinationChanged(
  temporalClient: TemporalClient,
  webhook: WebhookRef,
  change: DestinationChange,
): Promise<void> {
  await signalWebhook(temporalClient, webhook, 'destinationChanged', { change });
}

/** Tells a destination's entity workflow of a new state, starting it when it does not run. */
export async function signalHealth(
  temporalClient: TemporalClient,
  webhook: WebhookRef,
  change: { to: WebhookHealth; evidence: Record<string, unknown> },
): Promise<void> {
  await signalWebhook(temporalClient, webhook, 'healthChanged', change);
}

export async function signalTraffic(
  temporalClient: TemporalClient,
  webhook: WebhookRef,
  report: TrafficReport,
): Promise<void> {
  await signalWebhook(temporalClient, webhook, 'report', report);
}

async function signalWebhook(
  { client }: TemporalClient,
  webhook: WebhookRef,
  signal: string,
  payload: unknown,
): Promise<void> {
  const input: WebhookInput = webhook;
  await client.workflow.signalWithStart('webhook', {
    workflowId: webhookWorkflowId(webhook.destinationId),
    taskQueue: TASK_QUEUES.workflows,
    args: [input],
    signal,
    signalArgs: [payload],
    staticSummary: `Webhook ${webhook.name.slice(0, 120)}`,
    typedSearchAttributes: searchAttributes({
      kind: 'webhook',
      destinationId: webhook.destinationId,
      destinationType: 'webhook',
    }),
  });
}

/**
 * Starts an event's retry workflow. One that exists or has existed already owns the event: false, and that is fine. A
 * replayed event may have had one, long ended: only an open one owns it. One that has failed (`hasFailed`) owns nothing either.
 */
export async function startRetryDelivery(
  { client }: TemporalClient,
  input: RetryDeliveryInput,
  before: { hasFailed?: boolean } = {},
): Promise<boolean> {
  try {
    await client.workflow.start('retryDelivery', {
      workflowId: retryDeliveryWorkflowId(input.destinationId, input.eventUuid),
      taskQueue: TASK_QUEUES.workflows,
      args: [input],
      workflowIdReusePolicy: reusePolicy(input, before),
      staticSummary: `Retry event ${input.eventUuid}`,
      typedSearchAttributes: searchAttributes({
        kind: 'delivery',
        destinationId: input.destinationId,
        destinationType: 'webhook',
      }),
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      return false;
    }
    throw error;
  }
}

function reusePolicy(
  { replayedAfterAttempt }: RetryDeliveryInput,
  { hasFailed = false }: { hasFailed?: boolean },
): WorkflowStartOptions['workflowIdReusePolicy'] {
  if (replayedAfterAttempt !== undefined) {
    return 'ALLOW_DUPLICATE';
  }
  return hasFailed ? 'ALLOW_DUPLICATE_FAILED_ONLY' : 'REJECT_DUPLICATE';
}

/** A worker answers within milliseconds; nobody waits for one that is away. */
const ASK_TIMEOUT_MS = 2_000;

/** When a retried delivery tries again, by its workflow's own word. Null: at no known time, or nobody answers. */
export async function nextRetryAt(
  { client, connection }: TemporalClient,
  workflowId: string,
  now: Date,
): Promise<Date | null> {
  try {
    const { deferred, waitingUntil } = await connection.withDeadline(Date.now() + ASK_TIMEOUT_MS, () =>
      client.workflow.getHandle(workflowId).query<RetryState>('state'),
    );
    const at = new Date(waitingUntil ?? 0);
    return deferred || at <= now ? null : at;
  } catch {
    // The story of an event is told without it too: while Temporal or all workers are away, and when it has just ended.
    return null;
  }
}

/** One after the other a thousand take longer than the activity may, where Temporal is far away. */
const TOLD_AT_ONCE = 20;

/** Wakes every open retry of a destination that has recovered. Returns how many were told. */
export async function resumeRetries(
  { client }: TemporalClient,
  destinationId: string,
  onProgress: () => void,
): Promise<number> {
  let told = 0;
  const tell = async (workflowId: string): Promise<void> => {
    // Visibility lags: a listed retry may have ended already.
    const isOpen = await isTold(client, workflowId, 'resumed');
    told += isOpen ? 1 : 0;
    onProgress();
  };
  const query = `SluiceDestinationId = '${destinationId}' AND SluiceKind = 'delivery' AND ExecutionStatus = 'Running'`;
  let next: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) {
    next.push(workflowId);
    if (next.length === TOLD_AT_ONCE) {
      await Promise.all(next.map(tell));
      next = [];
    }
  }
  await Promise.all(next.map(tell));
  return told;
}

/** Lets retries try at once. Returns those that were told; the others have ended, or never were. */
export async function retryNow({ client }: TemporalClient, workflowIds: readonly string[]): Promise<string[]> {
  const told: string[] = [];
  for (let from = 0; from < workflowIds.length; from += TOLD_AT_ONCE) {
    const some = workflowIds.slice(from, from + TOLD_AT_ONCE);
    const open = await Promise.all(some.map((workflowId) => isTold(client, workflowId, 'retryNow')));
    told.push(...some.filter((_, index) => open[index]));
  }
  return told;
}

/** False: the retry has ended. */
async function isTold(
  client: TemporalClient['client'],
  workflowId: string,
  signal: 'resumed' | 'retryNow',
): Promise<boolean> {
  try {
    await client.workflow.getHandle(workflowId).signal(signal);
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) {
      return false;
    }
    throw error;
  }
}

/** Webhooks whose workflow thinks that a user has paused them, in pages; as visibility sees them. */
export async function* listPausedByUser({ client }: TemporalClient, ofPage: number): AsyncGenerator<string[]> {
  const query = `SluiceKind = 'webhook' AND SluiceOutcome = 'paused_user' AND ExecutionStatus = 'Running'`;
  let page: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) {
    page.push(workflowId.slice(webhookWorkflowId('').length));
    if (page.length === ofPage) {
      yield page;
      page = [];
    }
  }
  if (page.length > 0) {
    yield page;
  }
}

/** Open retries of a destination as visibility sees them: eventually consistent, used to correct drift. */
export async function countOpenRetries({ client }: TemporalClient, destinationId: string): Promise<number> {
  const { count } = await client.workflow.count(
    `SluiceDestinationId = '${destinationId}' AND SluiceKind = 'delivery' AND ExecutionStatus = 'Running'`,
  );
  return count;
}

import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { ActivityGroups } from '../activities/index.ts';
import type { TemporalConfig } from '../client/temporal.ts';
import { TASK_QUEUES, type QueueName } from '../core/ids.ts';
import type { ProcessTracing } from '../observability/tracing.ts';
import { workflowCode } from '../observability/workflow-code.ts';

/** Above the longest request time-out of a webhook, so that a stopping worker can finish what is in flight. */
const SHUTDOWN_MARGIN_MS = 5_000;
/** Every shard of a deployment may land on one worker, and the default of 100 slots would make some wait for ever. */
const MAX_DELIVERY_ACTIVITIES = 1_000;
/** Requests take twice RETRY_PLACES and one more per webhook: what decides, notifies or gives way finds a slot beside them. */
const MAX_RETRY_ACTIVITIES = 1_000;
/** Loading waits for its turn inside of the activity, so that short decisions find a slot. */
const MAX_BACKFILL_ACTIVITIES = 200;

export interface QueueWorkerOptions {
  temporal: TemporalConfig;
  activities: ActivityGroups;
  tracing: ProcessTracing;
  /** How long a stopping shard lets deliveries in flight finish. */
  drainMs: number;
  /** Steps of export runs at once. */
  exportConcurrency: number;
}

/** The connection of workers, which is another one than that of clients. Rejects when the server does not answer. */
export async function connectWorkers({ address, tls, apiKey }: TemporalConfig): Promise<NativeConnection> {
  return NativeConnection.connect({
    address,
    ...(tls || apiKey !== undefined ? { tls: true } : {}),
    ...(apiKey === undefined ? {} : { apiKey }),
  });
}

/** The worker of one queue: `workflows` has no activities, the others have nothing else. */
export async function createQueueWorker(
  connection: NativeConnection,
  queue: QueueName,
  options: QueueWorkerOptions,
): Promise<Worker> {
  return Worker.create({
    ...{ connection, namespace: options.temporal.namespace, ...options.tracing.worker },
    taskQueue: TASK_QUEUES[queue],
    shutdownGraceTime: options.drainMs + SHUTDOWN_MARGIN_MS,
    shutdownForceTime: options.drainMs + 2 * SHUTDOWN_MARGIN_MS,
    maxHeartbeatThrottleInterval: 2_000,
    ...workOf(queue, options),
  });
}

type Work = ReturnType<typeof workflowCode> & Pick<WorkerOptions, 'activities' | 'maxConcurrentActivityTaskExecutions'>;

function workOf(queue: QueueName, { activities, tracing, exportConcurrency }: QueueWorkerOptions): Work {
  switch (queue) {
    case 'workflows':
      return workflowCode(tracing.workflowModules);
    case 'exports':
      return { activities: activities.exports, maxConcurrentActivityTaskExecutions: exportConcurrency };
    case 'backfills':
      return { activities: activities.backfills, maxConcurrentActivityTaskExecutions: MAX_BACKFILL_ACTIVITIES };
    case 'deliveries':
      return { activities: activities.deliveries, maxConcurrentActivityTaskExecutions: MAX_DELIVERY_ACTIVITIES };
    case 'retries':
      return { activities: activities.retries, maxConcurrentActivityTaskExecutions: MAX_RETRY_ACTIVITIES };
  }
}

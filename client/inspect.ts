import proto from '@temporalio/proto';
import { MAINTENANCE_SCHEDULES, TASK_QUEUES, type QueueName } from '../core/ids.ts';
import { SEARCH_ATTRIBUTE_TYPES } from './setup.ts';
import type { TemporalClient } from './temporal.ts';

/** CommonJS without named exports that Node can see: hence the default import. */
const { TaskQueueType } = proto.temporal.api.enums.v1;

export interface NamespaceState {
  serverVersion: string;
  retentionDays: number;
  searchAttributesMissing: string[];
}

/** Rejects when the server does not answer, or has no such namespace. */
export async function inspectNamespace({ connection }: TemporalClient, namespace: string): Promise<NamespaceState> {
  const { workflowService, operatorService } = connection;
  const [system, described, attributes] = await Promise.all([
    workflowService.getSystemInfo({}),
    workflowService.describeNamespace({ namespace }),
    operatorService.listSearchAttributes({ namespace }),
  ]);
  const seconds = Number(described.config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  return {
    serverVersion: system.serverVersion,
    retentionDays: seconds / (24 * 60 * 60),
    searchAttributesMissing: Object.keys(SEARCH_ATTRIBUTE_TYPES).filter(
      (name) => !(name in attributes.customAttributes),
    ),
  };
}

export interface QueueState {
  queue: QueueName;
  /** Processes that ask for its tasks. */
  pollers: number;
  /** When the last of them asked, by Temporal's clock; 0: there is none. */
  lastAskedMs: number;
}

/** Whether somebody serves each task queue. */
export async function inspectQueues({ connection }: TemporalClient, namespace: string): Promise<QueueState[]> {
  return Promise.all(
    (Object.keys(TASK_QUEUES) as QueueName[]).map(async (queue) => {
      const { pollers } = await connection.workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: TASK_QUEUES[queue] },
        taskQueueType:
          queue === 'workflows' ? TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW : TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
      });
      const asked = pollers.map(({ lastAccessTime }) => milliseconds(lastAccessTime));
      return { queue, pollers: pollers.length, lastAskedMs: Math.max(0, ...asked) };
    }),
  );
}

function milliseconds(time: { seconds?: unknown; nanos?: number | null } | null | undefined): number {
  return Number(time?.seconds ?? 0) * 1_000 + (time?.nanos ?? 0) / 1_000_000;
}

export interface ScheduleStates {
  /** Of exports: paused by the id of the export. */
  exports: ReadonlyMap<string, boolean>;
  maintenanceMissing: string[];
  maintenancePaused: string[];
}

/** The Schedules that there are. Temporal's list is a little behind: a Schedule of this second may be absent. */
export async function inspectSchedules({ client }: TemporalClient): Promise<ScheduleStates> {
  const paused = new Map<string, boolean>();
  for await (const { scheduleId, state } of client.schedule.list()) {
    paused.set(scheduleId, state.paused);
  }
  const exports = [...paused].filter(([id]) => id.startsWith(EXPORT_PREFIX));
  const maintenance = Object.values(MAINTENANCE_SCHEDULES);
  return {
    exports: new Map(exports.map(([id, isPaused]) => [id.slice(EXPORT_PREFIX.length), isPaused])),
    maintenanceMissing: maintenance.filter((id) => !paused.has(id)),
    maintenancePaused: maintenance.filter((id) => paused.get(id) === true),
  };
}

const EXPORT_PREFIX = 'export/';

import { randomBytes } from 'node:crypto';
import proto from '@temporalio/proto';
import { setupNamespace } from '../../../client/setup.ts';
import { connectTemporal, type TemporalClient, type TemporalConfig } from '../../../client/temporal.ts';
import { TASK_QUEUES } from '../../../core/ids.ts';
import { eventually } from '../../support/eventually.ts';

const { CommandType } = proto.temporal.api.enums.v1;
/** The server wants to know for how long it may wait. */
const POLL_MS = 60_000;
const SECOND = { seconds: 1 as never };

/** A namespace of its own in which no worker is. */
export async function emptyNamespace(beside: TemporalConfig): Promise<{ namespace: string; temporal: TemporalClient }> {
  const namespace = `other-${randomBytes(6).toString('hex')}`;
  const temporal = await connectTemporal({ ...beside, namespace });
  await temporal.connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  await eventually(() => setupNamespace(temporal, { namespace, retentionDays: 1 }), { timeoutMs: 60_000 });
  return { namespace, temporal };
}

/**
 * Starts a workflow of ours and makes its first step as other code would: a timer, where the present code calls an activity. The
 * next step waits for a worker. Answers the workflow's id.
 */
export async function begunByOtherCode({ client, connection }: TemporalClient): Promise<string> {
  const { namespace } = client.options;
  const workflowId = 'begun-by-other-code';
  await client.workflow.start('sweepRuns', { workflowId, taskQueue: TASK_QUEUES.workflows });
  const poll = { namespace, taskQueue: { name: TASK_QUEUES.workflows }, identity: 'other code' };
  const { taskToken } = await connection.withDeadline(Date.now() + POLL_MS, () =>
    connection.workflowService.pollWorkflowTaskQueue(poll),
  );
  await connection.workflowService.respondWorkflowTaskCompleted({
    ...{ namespace, taskToken, identity: 'other code' },
    commands: [
      {
        commandType: CommandType.COMMAND_TYPE_START_TIMER,
        startTimerCommandAttributes: { timerId: '1', startToFireTimeout: SECOND },
      },
    ],
  });
  return workflowId;
}

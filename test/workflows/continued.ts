import type { WorkflowHandle } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { Activities, ReplayState } from '../../activities/types.ts';
import { setupNamespace } from '../../client/setup.ts';
import { replayWorkflowId, TASK_QUEUES } from '../../core/ids.ts';
import type { ReplayInput } from '../../workflows/messages.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal-server.ts';
import { startOf, type BackfillRows } from './backfill-rows.ts';
import { withWorkers } from './environment.ts';

/** Events after which the server suggests a new execution; 4,096 in production. */
const LONG_HISTORY = 40;
const LOOKS = 12;

export type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

/** A real server to which histories are long soon: the time-skipping one never suggests a new execution. */
export interface ShortHistories {
  temporal: TestTemporal['temporal'];
  nativeConnection: NativeConnection;
  stop(): Promise<void>;
}

export async function startShortHistories(): Promise<ShortHistories> {
  const server = await startTestTemporal({ 'limit.historyCount.suggestContinueAsNew': String(LONG_HISTORY) });
  await setupNamespace(server.temporal, { namespace: 'default', retentionDays: 1 });
  const nativeConnection = await NativeConnection.connect({ address: server.address });
  return {
    temporal: server.temporal,
    nativeConnection,
    stop: async () => {
      await nativeConnection.close();
      await server.stop();
    },
  };
}

/** The histories of a workflow's executions, first to last. */
async function chainOf(server: ShortHistories, workflowId: string, firstRunId: string): Promise<History[]> {
  const histories: History[] = [];
  for (let runId: string | null | undefined = firstRunId; runId;) {
    const history: History = await server.temporal.client.workflow.getHandle(workflowId, runId).fetchHistory();
    histories.push(history);
    runId = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  }
  return histories;
}

/** A backfill of so many intervals, on activities that hold its rows in memory. */
export async function continuedBackfill(
  server: ShortHistories,
  rows: BackfillRows,
): Promise<{ status: unknown; histories: History[] }> {
  const { workflowId, ...options } = startOf('continued');
  return withWorkers(server, rows.activities(), async () => {
    const handle = await server.temporal.client.workflow.start('backfill', { workflowId, ...options });
    const status: unknown = await handle.result();
    return { status, histories: await chainOf(server, workflowId, handle.firstExecutionRunId) };
  });
}

/** A replay that is told of a change after each of its looks, and done with the last. */
export async function continuedReplay(
  server: ShortHistories,
): Promise<{ result: unknown; looks: number; histories: History[] }> {
  const input: ReplayInput = {
    ...{ replayId: 'continued', destinationId: 'd1', teamId: 1, name: 'hook', scope: 'matched' },
  };
  const workflowId = replayWorkflowId(input.replayId);
  let looks = 0;
  const lookAtReplay: Activities['lookAtReplay'] = async () => {
    looks += 1;
    const counts = { delivered: looks, failed: 0, skipped: 0 };
    if (looks < LOOKS) {
      await server.temporal.client.workflow.getHandle(workflowId).signal('changed');
    }
    const status: ReplayState['status'] = looks < LOOKS ? 'running' : 'completed';
    return { ...counts, status, planned: LOOKS, percent: 0, etaSeconds: null };
  };
  return withWorkers(server, { lookAtReplay }, async () => {
    const options = { workflowId, taskQueue: TASK_QUEUES.workflows, args: [input] };
    const handle = await server.temporal.client.workflow.start('replay', options);
    const result: unknown = await handle.result();
    return { result, looks, histories: await chainOf(server, workflowId, handle.firstExecutionRunId) };
  });
}

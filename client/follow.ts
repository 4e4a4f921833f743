import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError, type WorkflowStartOptions } from '@temporalio/client';
import { executionState } from './executions.ts';
import type { TemporalClient } from './temporal.ts';

/** After work is recorded as ended, its workflow has two short steps left; notices may be among them. */
const CLOSING_MS = 10_000;
const CLOSING_POLL_MS = 100;

/**
 * Starts the workflow. An open one of the same id may be about to close: this one runs after it then, and is not lost in
 * it. One that stays open is joined.
 */
export async function startOrFollow(
  temporal: TemporalClient,
  workflowType: string,
  options: WorkflowStartOptions,
): Promise<void> {
  const deadline = performance.now() + CLOSING_MS;
  while (performance.now() < deadline) {
    if (await startUnlessOpen(temporal, workflowType, options)) {
      return;
    }
    await closed(temporal, options.workflowId, deadline);
  }
  await startOrJoin(temporal, workflowType, options);
}

/** Starts the workflow; an open one of the same id is joined, whatever its input. */
export async function startOrJoin(
  { client }: TemporalClient,
  workflowType: string,
  options: WorkflowStartOptions,
): Promise<void> {
  await client.workflow.start(workflowType, { ...options, workflowIdConflictPolicy: 'USE_EXISTING' });
}

async function startUnlessOpen(
  { client }: TemporalClient,
  workflowType: string,
  options: WorkflowStartOptions,
): Promise<boolean> {
  try {
    await client.workflow.start(workflowType, { ...options, workflowIdConflictPolicy: 'FAIL' });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      return false;
    }
    throw error;
  }
}

async function closed(temporal: TemporalClient, workflowId: string, deadline: number): Promise<void> {
  while (performance.now() < deadline && (await executionState(temporal, workflowId)) === 'open') {
    await sleep(CLOSING_POLL_MS);
  }
}

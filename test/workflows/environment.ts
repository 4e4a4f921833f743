import { fileURLToPath } from 'node:url';
import { DefaultLogger, Runtime, Worker, bundleWorkflowCode, type WorkflowBundleOption } from '@temporalio/worker';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { temporalTestServer } from '../../dev/temporal-test-server.ts';
import { SEARCH_ATTRIBUTE_TYPES } from '../../client/setup.ts';
import { errorMessage } from '../../core/errors.ts';
import { TASK_QUEUES } from '../../core/ids.ts';
import type { Activities } from '../../activities/types.ts';

export const WORKFLOWS_PATH = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));

let bundle: Promise<WorkflowBundleOption> | undefined;

/** The workflows as a worker runs them: bundled once per run by `npm test`, else once per test file. */
export function workflowBundle(): Promise<WorkflowBundleOption> {
  const codePath = process.env['TEST_WORKFLOW_BUNDLE'];
  bundle ??=
    codePath === undefined
      ? bundleWorkflowCode({ workflowsPath: WORKFLOWS_PATH, logger: new DefaultLogger('ERROR') })
      : Promise.resolve({ codePath });
  return bundle;
}

export function quietRuntime(): void {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
}

/** The SDK gives a server five seconds to start, which a Java program may miss on a busy machine. */
const STARTS = 12;

async function startTimeSkipping(path: string, startsLeft = STARTS): Promise<TestWorkflowEnvironment> {
  try {
    return await TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: { type: 'existing-path', path } },
    });
  } catch (error) {
    if (startsLeft > 1 && /did not start within/.test(errorMessage(error))) {
      return startTimeSkipping(path, startsLeft - 1);
    }
    throw error;
  }
}

export async function timeSkippingEnvironment(): Promise<TestWorkflowEnvironment> {
  const env = await startTimeSkipping(await temporalTestServer());
  await env.connection.operatorService.addSearchAttributes({
    namespace: env.namespace ?? 'default',
    searchAttributes: SEARCH_ATTRIBUTE_TYPES,
  });
  return env;
}

/** Runs `use` while a workflow worker and the given activities serve every queue. */
export async function withWorkers<T>(
  env: Pick<TestWorkflowEnvironment, 'nativeConnection'>,
  activities: Partial<Activities>,
  use: () => Promise<T>,
): Promise<T> {
  const workflows = await Worker.create({
    connection: env.nativeConnection,
    taskQueue: TASK_QUEUES.workflows,
    workflowBundle: await workflowBundle(),
  });
  const queues = [TASK_QUEUES.exports, TASK_QUEUES.backfills, TASK_QUEUES.deliveries, TASK_QUEUES.retries];
  const activityWorkers = await Promise.all(
    queues.map((taskQueue) => Worker.create({ connection: env.nativeConnection, taskQueue, activities })),
  );
  const nested = activityWorkers.reduceRight<() => Promise<T>>((inner, worker) => () => worker.runUntil(inner), use);
  return workflows.runUntil(nested);
}

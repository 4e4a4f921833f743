import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { Config } from '../../config.ts';
import { TASK_QUEUES } from '../../core/ids.ts';

/** One file, `workflows-<release>.js.gz`, made by `npm run record-bundle`. */
const FOLDER = new URL('../replay/bundles/', import.meta.url);
/** What the histories say who has run a workflow. */
export const PREVIOUS_BUILD = 'previous build';

export interface PreviousBuild {
  /** As a deploy ends a worker. Idempotent. */
  stop(): Promise<void>;
}

/**
 * A worker with the workflows of the release before, for the queue of workflows; activities are those of today. One that
 * `forgets` keeps no workflow between two of its decisions: the next one is anybody's, who begins with the history.
 */
export async function startPreviousBuild(
  { temporal }: Config,
  { forgets = false }: { forgets?: boolean } = {},
): Promise<PreviousBuild> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const connection = await NativeConnection.connect({ address: temporal.address });
  const worker = await Worker.create({
    connection,
    namespace: temporal.namespace,
    taskQueue: TASK_QUEUES.workflows,
    identity: PREVIOUS_BUILD,
    workflowBundle: { code: recordedBundle() },
    ...(forgets && { maxCachedWorkflows: 0 }),
  });
  const ended = worker.run();
  const end = async (): Promise<void> => {
    worker.shutdown();
    await ended;
    await connection.close();
  };
  let stopped: Promise<void> | undefined;
  return { stop: () => (stopped ??= end()) };
}

function recordedBundle(): string {
  const [file, ...others] = readdirSync(FOLDER).filter((name) => /^workflows-\d+\.\d+\.\d+\.js\.gz$/.test(name));
  if (file === undefined || others.length > 0) {
    throw new Error('npm run record-bundle makes the one bundle that belongs here');
  }
  return gunzipSync(readFileSync(new URL(file, FOLDER))).toString();
}

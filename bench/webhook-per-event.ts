import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { request } from 'undici';
import { loadConfig } from '../config.ts';
import { deliverOneEvent } from './per-event-workflow.ts';
import type { CaseContext, Outcome } from './webhook-case.ts';
import { measureDrain } from './webhook-drain.ts';

const AIM_TIMES = 100;
const TASK_QUEUE = 'bench-per-event';
/** Enough to keep the dev server busy; more only wait. */
const STARTED_AT_ONCE = 100;

/** The product's drain beside one workflow and one activity for each event, on the same servers in the same run. */
export async function measurePerEvent(
  context: CaseContext,
  { workflows, events }: { workflows: number; events: number },
): Promise<Outcome> {
  const { bench, receiver, onProgress } = context;
  const drain = await measureDrain(bench, receiver, { destinations: 1, events, rounds: 1, aimRatio: 0 }, onProgress);
  await receiver.reset();
  const perSecond = await workflowsPerSecond(context, workflows);
  const { requests } = await receiver.stats();
  const times = drain.result.value / perSecond;
  onProgress(`one workflow per event: ${perSecond.toFixed(0)}/s`);
  return {
    ok: drain.ok && requests === workflows,
    result: {
      case: 'backlog of one destination, against one workflow per event',
      value: drain.result.value,
      unit: 'deliveries/s',
      limit: perSecond,
      ratio: times,
      aim: `>= ${String(AIM_TIMES)} times as many`,
      met: times >= AIM_TIMES,
      workflows,
    },
  };
}

async function workflowsPerSecond({ bench, receiver }: CaseContext, count: number): Promise<number> {
  const { temporal } = loadConfig(bench.system.env);
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const connection = await NativeConnection.connect({ address: temporal.address });
  try {
    const worker = await Worker.create({
      connection,
      namespace: temporal.namespace,
      taskQueue: TASK_QUEUE,
      workflowsPath: fileURLToPath(new URL('per-event-workflow.ts', import.meta.url)),
      activities: { post },
    });
    return await worker.runUntil(async () => {
      const url = receiver.url(0);
      // The first one waits for the workflow's code to be loaded.
      await runOne(bench.temporal, url);
      await receiver.reset();
      const startedMs = performance.now();
      let left = count;
      const loop = async (): Promise<void> => {
        while (left > 0) {
          left -= 1;
          await runOne(bench.temporal, url);
        }
      };
      await Promise.all(Array.from({ length: STARTED_AT_ONCE }, loop));
      return (count / (performance.now() - startedMs)) * 1_000;
    });
  } finally {
    await connection.close();
  }
}

async function runOne(temporal: CaseContext['bench']['temporal'], url: string): Promise<void> {
  const workflowId = `bench/${randomUUID()}`;
  await temporal.client.workflow.execute(deliverOneEvent, {
    taskQueue: TASK_QUEUE,
    workflowId,
    args: [url, workflowId],
  });
}

async function post(url: string, id: string): Promise<number> {
  const { statusCode, body } = await request(url, { method: 'POST', headers: { 'webhook-id': id }, body: '{}' });
  await body.dump();
  return statusCode;
}

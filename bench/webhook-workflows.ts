import { signalDestinationChanged } from '../client/deliveries.ts';
import { webhookWorkflowId } from '../core/ids.ts';
import { settleDestination } from '../store/deletions.ts';
import type { Bench } from './bench-system.ts';
import { fewAtOnce } from './few-at-once.ts';
import type { Webhooks } from './webhook-destinations.ts';

const AT_ONCE = 20;
type Endpoints = Pick<Webhooks, 'endpoints'>;

/** As the API does when webhooks are created: what happens to them later finds their workflows there. */
export async function startWorkflows({ temporal }: Bench, { endpoints }: Endpoints, teamId: number): Promise<void> {
  await fewAtOnce(endpoints, AT_ONCE, ({ destinationId }) =>
    signalDestinationChanged(temporal, { destinationId, teamId, name: 'bench' }, 'created'),
  );
}

/** Ends the workflows of deleted webhooks, as the API does: the clean-up would, in the middle of what is measured next. */
export async function settleDeleted(bench: Bench, { endpoints }: Endpoints): Promise<void> {
  const port = {
    deleteExportSchedule: () => Promise.resolve(),
    cancelExportRun: () => Promise.resolve(),
    destinationChanged: ({ destinationId }: { destinationId: string }) => end(bench, webhookWorkflowId(destinationId)),
  };
  await fewAtOnce(endpoints, AT_ONCE, ({ destinationId }) => settleDestination(bench.db, port, destinationId));
}

/** Ends what still waits to be retried for these webhooks, so that it works in no later phase. */
export async function endRetries(bench: Bench, { endpoints }: Endpoints): Promise<void> {
  const ids = new Set(endpoints.map(({ destinationId }) => destinationId));
  const open: string[] = [];
  const query = `SluiceKind = 'delivery' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of bench.temporal.client.workflow.list({ query })) {
    if (ids.has(workflowId.split('/')[1] ?? '')) {
      open.push(workflowId);
    }
  }
  await fewAtOnce(open, AT_ONCE, (id) => end(bench, id));
}

/** One that has ended in the meantime, or never was, is what is wanted. */
async function end({ temporal: { client } }: Bench, workflowId: string): Promise<void> {
  await client.workflow
    .getHandle(workflowId)
    .terminate('the measurement is over')
    .catch(() => undefined);
}

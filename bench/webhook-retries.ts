import type { Bench } from './bench-system.ts';
import type { Webhooks } from './webhook-destinations.ts';

const AT_ONCE = 20;

/** Ends what still waits to be retried for these webhooks, so that it works in no later phase. */
export async function endRetries({ temporal }: Bench, { endpoints }: Webhooks): Promise<void> {
  const ids = new Set(endpoints.map(({ destinationId }) => destinationId));
  const open: string[] = [];
  const query = `SluiceKind = 'delivery' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of temporal.client.workflow.list({ query })) {
    if (ids.has(workflowId.split('/')[1] ?? '')) {
      open.push(workflowId);
    }
  }
  for (let from = 0; from < open.length; from += AT_ONCE) {
    const some = open.slice(from, from + AT_ONCE);
    // One that has ended in the meantime is what is wanted.
    await Promise.allSettled(some.map((id) => temporal.client.workflow.getHandle(id).terminate('the phase is over')));
  }
}

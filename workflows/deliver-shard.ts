import { continueAsNew, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import { delivering } from './activity-options.ts';
import type { DeliverShardInput } from './messages.ts';

/** Owns one shard of the webhook destinations for as long as the deployment lives: one long activity after another. */
export async function deliverShard(input: DeliverShardInput): Promise<void> {
  do {
    const summary = await delivering.deliverShard(input);
    setCurrentDetails(
      `Shard ${String(input.shard)} of ${String(input.shardCount)}: ${String(summary.lanes)} destinations, ` +
        `${String(summary.suspended)} suspended at the end of the last slice`,
    );
  } while (!workflowInfo().continueAsNewSuggested);
  await continueAsNew<typeof deliverShard>(input);
}

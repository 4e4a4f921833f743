import {
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { ReplayState } from '../activities/types.ts';
import { replaying } from './activity-options.ts';
import { replayCard } from './cards.ts';
import {
  cancelReplaySignal,
  pauseReplaySignal,
  replayChangedSignal,
  resumeReplaySignal,
  type ReplayInput,
  type ReplayResult,
} from './messages.ts';
import { SEARCH_ATTRIBUTES } from './search-attributes.ts';

/** The shard tells when a replay is done; looks show its progress and cover a signal that was lost. */
const FIRST_LOOK_MS = 10_000;
const MAX_LOOK_MS = 5 * 60_000;

/**
 * The record of one replay, and what it is steered with in the Temporal UI: signals `pause`, `resume`, `cancel`, or the
 * cancellation of the workflow. The events themselves are sent by the shard of the webhook.
 */
export async function replay(input: ReplayInput): Promise<ReplayResult> {
  try {
    return await follow(input);
  } catch (error) {
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(async () => {
        await replaying.steerReplay({ replayId: input.replayId, change: 'cancel' });
        publish(input, await replaying.lookAtReplay({ replayId: input.replayId }));
      });
    }
    throw error;
  }
}

async function follow(input: ReplayInput): Promise<ReplayResult> {
  const { replayId } = input;
  const wanted: ('pause' | 'resume' | 'cancel')[] = [];
  let changed = false;
  setHandler(pauseReplaySignal, () => void wanted.push('pause'));
  setHandler(resumeReplaySignal, () => void wanted.push('resume'));
  setHandler(cancelReplaySignal, () => void wanted.push('cancel'));
  setHandler(replayChangedSignal, () => {
    changed = true;
  });
  let lookMs = FIRST_LOOK_MS;
  for (;;) {
    for (let change = wanted.shift(); change !== undefined; change = wanted.shift()) {
      await replaying.steerReplay({ replayId, change });
    }
    changed = false;
    const state = await replaying.lookAtReplay({ replayId });
    publish(input, state);
    if (state.status === 'completed' || state.status === 'cancelled') {
      const { status, delivered, failed, skipped } = state;
      return { status, delivered, failed, skipped };
    }
    const told = await condition(() => changed || wanted.length > 0, lookMs);
    lookMs = told ? FIRST_LOOK_MS : Math.min(lookMs * 2, MAX_LOOK_MS);
    if (workflowInfo().continueAsNewSuggested && wanted.length === 0) {
      await continueAsNew<typeof replay>(input);
    }
  }
}

function publish(input: ReplayInput, state: ReplayState): void {
  setCurrentDetails(replayCard(input, state));
  upsertSearchAttributes([
    { key: SEARCH_ATTRIBUTES.outcome, value: state.status },
    { key: SEARCH_ATTRIBUTES.rows, value: state.delivered },
  ]);
}

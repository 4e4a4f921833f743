import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { SweepResult } from '../activities/types.ts';
import { maintaining } from './activity-options.ts';
import { SEARCH_ATTRIBUTES } from './search-attributes.ts';

/** Closes runs whose workflow was terminated, timed out or is gone, and frees their intervals. */
export async function sweepRuns(): Promise<SweepResult> {
  const result = await maintaining.sweepRuns();
  const { looked, closed } = result;
  publish(closed, `Looked at ${String(looked)} open runs without a worker, closed ${String(closed)}`);
  return result;
}

/** `SluiceOutcome` is `repaired` when there was something to do, and `SluiceRows` says how much. */
function publish(repaired: number, details: string): void {
  setCurrentDetails(details);
  upsertSearchAttributes([
    { key: SEARCH_ATTRIBUTES.outcome, value: repaired > 0 ? 'repaired' : 'clean' },
    { key: SEARCH_ATTRIBUTES.rows, value: repaired },
  ]);
}

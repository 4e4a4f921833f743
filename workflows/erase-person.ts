import {
  CancellationScope,
  isCancellation,
  setCurrentDetails,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { ERASURE_PLACES, type ErasedRows } from '../core/erasure.ts';
import { erasing } from './activity-options.ts';
import { erasureCard } from './cards.ts';
import type { ErasureInput, ErasureResult } from './messages.ts';
import { SEARCH_ATTRIBUTES } from './search-attributes.ts';

/** A delivery that was under way is logged meanwhile, and is found by the next round. */
const MAX_ROUNDS = 5;
const BETWEEN_ROUNDS_MS = 60_000;

/**
 * Erases what is stored of one person, place by place, and looks again until nothing is left. Cancelled, it stays as far as
 * it has come; terminated, it is started again by `cleanUp`.
 */
export async function erasePerson({ erasureId }: ErasureInput): Promise<ErasureResult> {
  const erased: ErasedRows = {};
  try {
    const status = await erase(erasureId, erased);
    await erasing.finishErasure({ erasureId, status });
    publish(status, erased);
    return { status, erased };
  } catch (error) {
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(() => erasing.finishErasure({ erasureId, status: 'cancelled' }));
      publish('cancelled', erased);
    }
    throw error;
  }
}

async function erase(erasureId: string, erased: ErasedRows): Promise<'completed' | 'incomplete'> {
  setCurrentDetails(erasureCard('waiting for late rows', erased));
  const begun = await erasing.beginErasure({ erasureId });
  if (begun === undefined) {
    return 'completed';
  }
  await sleep(begun.settleMs);
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    if (round > 1) {
      await sleep(BETWEEN_ROUNDS_MS);
    }
    await eraseOnce(erasureId, erased);
    const { rows } = await erasing.leftToErase({ erasureId });
    if (rows === 0) {
      return 'completed';
    }
  }
  return 'incomplete';
}

async function eraseOnce(erasureId: string, erased: ErasedRows): Promise<void> {
  await erasing.collectErasure({ erasureId });
  for (const place of ERASURE_PLACES) {
    setCurrentDetails(erasureCard(`erasing from ${place}`, erased));
    const { rows } = await erasing.eraseFrom({ erasureId, place });
    erased[place] = (erased[place] ?? 0) + rows;
  }
}

function publish(status: ErasureResult['status'], erased: ErasedRows): void {
  setCurrentDetails(erasureCard(status, erased));
  upsertSearchAttributes([
    { key: SEARCH_ATTRIBUTES.outcome, value: status },
    { key: SEARCH_ATTRIBUTES.rows, value: Object.values(erased).reduce((total, rows) => total + rows, 0) },
  ]);
}

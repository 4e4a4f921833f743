import { useState } from 'react';
import { useNavigate } from 'react-router';
import { answer, type Schemas } from '../../../api-client/index.ts';
import { useApi } from '../../session/session.tsx';
import { useForgetExport } from './data.ts';
import { utcRange, type LocalRange } from './range-input.tsx';

export type BackfillEstimate = Schemas['BackfillEstimate'];

export interface BackfillWish {
  range: LocalRange;
  order: 'newest' | 'oldest';
  parallel: number;
  force: boolean;
}

export interface NewBackfillState {
  wish: BackfillWish;
  /** Any change makes the estimate void. */
  change: (change: Partial<BackfillWish>) => void;
  isComplete: boolean;
  estimate: BackfillEstimate | undefined;
  error: unknown;
  busy: boolean;
  askEstimate: () => void;
  /** Starts it and goes to its page. */
  start: () => void;
}

/** A backfill that is being entered. */
export function useNewBackfill(exportId: string): NewBackfillState {
  const api = useApi();
  const navigate = useNavigate();
  const forget = useForgetExport(exportId);
  const [wish, setWish] = useState<BackfillWish>({
    range: { from: null, to: null },
    ...{ order: 'newest', parallel: 2, force: false },
  });
  const [estimate, setEstimate] = useState<BackfillEstimate>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const wanted = utcRange(wish.range);
  const ask = async (dryRun: boolean): Promise<void> => {
    if (wanted === undefined) {
      return;
    }
    const { order, parallel, force } = wish;
    const body = { ...wanted, order, parallel, force, dry_run: dryRun };
    const found = await answer(
      api.POST('/api/v1/exports/{id}/backfills', { params: { path: { id: exportId } }, body }),
    );
    if ('id' in found) {
      await forget();
      await navigate(`/exports/${exportId}/backfills/${found.id}`);
    } else {
      setEstimate(found.estimate);
    }
  };
  const attempt = async (dryRun: boolean): Promise<void> => {
    setBusy(true);
    setError(undefined);
    await ask(dryRun).catch(setError);
    setBusy(false);
  };
  return {
    ...{ wish, estimate, error, busy, isComplete: wanted !== undefined },
    change: (change) => {
      setWish({ ...wish, ...change });
      setEstimate(undefined);
    },
    askEstimate: () => void attempt(true),
    start: () => void attempt(false),
  };
}

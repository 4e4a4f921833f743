import { SluiceError } from '../core/errors.ts';

/** Costly answers: one at a time for a team, `limit` for all. Throws `busy` instead of letting requests queue. */
export function takingTurns(
  limit: number,
  busy: { code: string; message: string },
): <Result>(teamId: number, work: () => Promise<Result>) => Promise<Result> {
  const open = new Set<number>();
  return async (teamId, work) => {
    if (open.has(teamId) || open.size >= limit) {
      const remedy = 'Repeat the request when the other one has ended.';
      throw new SluiceError({ ...busy, retryable: true, fault: 'customer', remedy });
    }
    open.add(teamId);
    try {
      return await work();
    } finally {
      open.delete(teamId);
    }
  };
}

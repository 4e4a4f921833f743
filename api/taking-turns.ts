import { SluiceError } from '../core/errors.ts';

interface Busy {
  code: string;
  message: string;
}

type InTurn = <Result>(teamId: number, work: () => Promise<Result>) => Promise<Result>;

/** Costly answers: one at a time for a team, `limit` for all. Throws `busy` instead of letting requests queue. */
export function takingTurns(limit: number, busy: Busy): InTurn {
  const open = new Set<number>();
  return async (teamId, work) => {
    if (open.has(teamId) || open.size >= limit) {
      throw refusal(busy, 'Repeat the request when the other one has ended.');
    }
    open.add(teamId);
    try {
      return await work();
    } finally {
      open.delete(teamId);
    }
  };
}

/** Answers that wait for somebody else: `limit` at a time for a team, whatever other teams do. Throws `busy` beyond. */
export function boundedByTeam(limit: number, busy: Busy): InTurn {
  const open = new Map<number, number>();
  return async (teamId, work) => {
    if ((open.get(teamId) ?? 0) >= limit) {
      throw refusal(busy, 'Repeat the request when one of them has ended.');
    }
    open.set(teamId, (open.get(teamId) ?? 0) + 1);
    try {
      return await work();
    } finally {
      const left = (open.get(teamId) ?? 1) - 1;
      if (left === 0) {
        open.delete(teamId);
      } else {
        open.set(teamId, left);
      }
    }
  };
}

function refusal(busy: Busy, remedy: string): SluiceError {
  return new SluiceError({ ...busy, retryable: true, fault: 'customer', remedy });
}

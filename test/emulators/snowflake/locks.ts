import { canceled, lockNotReleased } from './errors.ts';

/** Who may hold a lock: an open transaction, or one statement that commits itself. */
export interface LockHolder {
  id: string;
  /** When its last statement ended; undefined while one runs. */
  idleSince: number | undefined;
  /** Ends the holder: its work is rolled back and its locks are released. */
  abandon(): Promise<void>;
}

interface Waiter {
  holder: LockHolder;
  grant(): void;
}

interface Lock {
  holder: LockHolder;
  waiters: Waiter[];
}

const POLL_MS = 50;

/**
 * Table locks as UPDATE, DELETE and MERGE take them: one holder, the others wait in order. A holder whose session says
 * nothing for `idleAbortMs` while others wait is rolled back, as Snowflake does after five minutes.
 */
export class TableLocks {
  private readonly locks = new Map<string, Lock>();
  private readonly idleAbortMs: number;

  constructor(idleAbortMs: number) {
    this.idleAbortMs = idleAbortMs;
  }

  /** Throws 000625 after `timeoutMs`, 000604 when `signal` aborts. Re-entrant. */
  async acquire(
    table: string,
    holder: LockHolder,
    { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
  ): Promise<void> {
    const lock = this.locks.get(table);
    if (lock === undefined) {
      this.locks.set(table, { holder, waiters: [] });
    } else if (lock.holder !== holder) {
      await this.wait(table, lock, holder, { timeoutMs, signal });
    }
  }

  releaseAll(holder: LockHolder): void {
    for (const [table, lock] of this.locks) {
      if (lock.holder === holder) {
        this.passOn(table, lock);
      }
    }
  }

  /** Tables that someone waits for or holds, for tests. */
  waiting(): number {
    return [...this.locks.values()].reduce((sum, { waiters }) => sum + waiters.length, 0);
  }

  private passOn(table: string, lock: Lock): void {
    const next = lock.waiters.shift();
    if (next === undefined) {
      this.locks.delete(table);
    } else {
      lock.holder = next.holder;
      next.grant();
    }
  }

  private async wait(
    table: string,
    lock: Lock,
    holder: LockHolder,
    { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
  ): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    let poll: NodeJS.Timeout | undefined;
    let waiter: Waiter | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        waiter = { holder, grant: resolve };
        lock.waiters.push(waiter);
        signal.addEventListener('abort', () => reject(canceled()), { once: true });
        poll = setInterval(() => {
          if (Date.now() >= deadline) {
            reject(lockNotReleased(table, lock.holder.id));
          }
          void this.abandonIdle(lock.holder);
        }, POLL_MS);
      });
    } catch (error) {
      lock.waiters = lock.waiters.filter((other) => other !== waiter);
      throw error;
    } finally {
      clearInterval(poll);
    }
  }

  private async abandonIdle(holder: LockHolder): Promise<void> {
    if (holder.idleSince !== undefined && Date.now() - holder.idleSince >= this.idleAbortMs) {
      await holder.abandon();
    }
  }
}

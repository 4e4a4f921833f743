import { randomUUID } from 'node:crypto';
import { ApiError } from './api-error.ts';

/**
 * BigQuery's rule for tables whose rows are updated, deleted or merged: a transaction that meets another writer is
 * aborted, a statement outside a transaction waits. The lock is the whole table, not the row.
 */
export class TableLocks {
  private readonly holders = new Map<string, Promise<void>>();

  /** Runs `work` with the tables locked. Rejects at once when `transactional` and one of them is taken. */
  async hold<T>(tables: string[], transactional: boolean, work: () => Promise<T>): Promise<T> {
    for (let taken = this.firstTaken(tables); taken !== undefined; taken = this.firstTaken(tables)) {
      if (transactional) {
        throw abortedAt(taken);
      }
      await this.holders.get(taken);
    }
    // Nothing is awaited from the last look until here: of several that waited for one holder, one goes on.
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    tables.forEach((table) => this.holders.set(table, released));
    try {
      return await work();
    } finally {
      tables.forEach((table) => this.holders.delete(table));
      release();
    }
  }

  private firstTaken(tables: string[]): string | undefined {
    return tables.find((table) => this.holders.has(table));
  }
}

function abortedAt(name: string): ApiError {
  const table = name.replace('.', ':');
  const message = `Transaction is aborted due to concurrent update against table ${table}. Transaction ID: ${randomUUID()}`;
  return new ApiError('invalidQuery', `Query error: ${message} at [1:1]`);
}

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
    await this.makeWay(tables, transactional);
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

  private async makeWay(tables: string[], transactional: boolean): Promise<void> {
    for (let taken = this.firstTaken(tables); taken !== undefined; taken = this.firstTaken(tables)) {
      if (transactional) {
        const table = taken.replace('.', ':');
        const message = `Transaction is aborted due to concurrent update against table ${table}. Transaction ID: ${randomUUID()}`;
        throw new ApiError('invalidQuery', `Query error: ${message} at [1:1]`);
      }
      await this.holders.get(taken);
    }
  }

  private firstTaken(tables: string[]): string | undefined {
    return tables.find((table) => this.holders.has(table));
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import type { AttemptRecord } from '../core/attempts.ts';
import { attemptLines, insertAttempts, type ShardLease } from './attempt-log.ts';
import type { ClickHouse } from './client.ts';

/** Shards flush at the same ticks of the clock; within this time all of them have offered their rows. */
const GATHER_MS = 5;

/**
 * The attempt log of a process: what its shards flush at the same time becomes one insert instead of one for each.
 * `append` resolves when the rows are stored. After a failure the very same list may be offered again: the insert that it
 * was part of is then repeated byte for byte, so that nothing is stored twice, whoever of its shards asks.
 */
export class AttemptLogWriter {
  readonly #ch: ClickHouse;
  readonly #groups = new WeakMap<readonly AttemptRecord[], Group>();
  #open: Group | undefined;

  constructor(ch: ClickHouse) {
    this.#ch = ch;
  }

  append(rows: readonly AttemptRecord[], lease: ShardLease): Promise<void> {
    const group = this.#groups.get(rows) ?? this.#join(rows, lease);
    return group.store();
  }

  #join(rows: readonly AttemptRecord[], lease: ShardLease): Group {
    const group = (this.#open ??= new Group(this.#ch, this.#closed()));
    group.add(attemptLines(rows, lease));
    this.#groups.set(rows, group);
    return group;
  }

  /** Resolves when no more rows join the group that is open now. */
  async #closed(): Promise<void> {
    await delay(GATHER_MS);
    this.#open = undefined;
  }
}

/** The lines of one insert. */
class Group {
  readonly #ch: ClickHouse;
  readonly #complete: Promise<void>;
  #lines = '';
  #storing: Promise<void> | undefined;

  constructor(ch: ClickHouse, complete: Promise<void>) {
    this.#ch = ch;
    this.#complete = complete;
  }

  add(lines: string): void {
    this.#lines += lines;
  }

  /** One insert at a time for all who ask; once stored it stays so. */
  store(): Promise<void> {
    this.#storing ??= this.#insert();
    return this.#storing;
  }

  async #insert(): Promise<void> {
    await this.#complete;
    try {
      await insertAttempts(this.#ch, this.#lines);
      this.#lines = '';
    } catch (error) {
      this.#storing = undefined;
      throw error;
    }
  }
}

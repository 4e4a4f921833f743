import type { Micros } from '../../core/time.ts';
import type { CursorPosition } from './ports.ts';

/**
 * Where one destination stands in the event log, and what of the log beyond that point it has taken already.
 *
 * `position` says how far the log was read; `known` says which rows from the checkpoint on were taken (a row may become
 * visible late, so a range is read more than once); `pending` says which of those are not yet settled in the attempt
 * log. The checkpoint is what a crash may fall back to: it never passes a pending row. Rows before it, or before the
 * position that the lane began with, are not the lane's: they were settled, or are older than the destination.
 */
export class LaneCursor {
  #position: CursorPosition;
  #floorMicros: Micros;
  readonly #known: Map<string, Micros>;
  readonly #pending = new Map<string, Micros>();
  #newestMicros: Micros = 0;

  constructor(position: CursorPosition, settled: ReadonlyMap<string, Micros>) {
    this.#position = position;
    this.#floorMicros = position.positionMicros;
    this.#known = new Map(settled);
  }

  get position(): CursorPosition {
    return this.#position;
  }

  get pendingCount(): number {
    return this.#pending.size;
  }

  /** When the newest row was ingested that the lane has taken; 0 when it has taken none. */
  get newestMicros(): Micros {
    return this.#newestMicros;
  }

  knows(uuid: string): boolean {
    return this.#known.has(uuid);
  }

  /** False for a row that was taken before or is not the lane's. */
  wants(uuid: string, insertedAtMicros: Micros): boolean {
    return insertedAtMicros >= this.#floorMicros && !this.#known.has(uuid);
  }

  /** Takes a row for delivery; false when it is not wanted. */
  take(uuid: string, insertedAtMicros: Micros): boolean {
    if (!this.wants(uuid, insertedAtMicros)) {
      return false;
    }
    this.#known.set(uuid, insertedAtMicros);
    this.#pending.set(uuid, insertedAtMicros);
    this.#newestMicros = Math.max(this.#newestMicros, insertedAtMicros);
    return true;
  }

  /** The row's owner is settled in the attempt log. */
  settle(uuid: string): void {
    this.#pending.delete(uuid);
  }

  /** Gives a row back to the log: it will be read again, so the position falls back to it. */
  release(uuid: string): void {
    const insertedAtMicros = this.#pending.get(uuid);
    if (insertedAtMicros === undefined) {
      return;
    }
    this.#pending.delete(uuid);
    this.#known.delete(uuid);
    if (insertedAtMicros <= this.#position.positionMicros) {
      this.#position = { positionMicros: insertedAtMicros, afterUuid: null };
    }
  }

  /** Every matching row up to here has been taken. Never moves back. */
  advance(to: CursorPosition): void {
    const from = this.#position;
    if (to.positionMicros > from.positionMicros || (to.positionMicros === from.positionMicros && to.afterUuid)) {
      this.#position = to;
    }
  }

  /** When the oldest row was ingested that is taken and not yet settled; infinite when there is none. */
  oldestPending(): Micros {
    let oldest = Number.POSITIVE_INFINITY;
    for (const insertedAtMicros of this.#pending.values()) {
      oldest = Math.min(oldest, insertedAtMicros);
    }
    return oldest;
  }

  checkpoint(): CursorPosition {
    const oldestPending = this.oldestPending();
    return oldestPending <= this.#position.positionMicros
      ? { positionMicros: oldestPending, afterUuid: null }
      : this.#position;
  }

  /** Forgets the rows before the checkpoint, which are not wanted again. Call about once a second. */
  prune(): void {
    const { positionMicros } = this.checkpoint();
    this.#floorMicros = Math.max(this.#floorMicros, positionMicros);
    for (const [uuid, insertedAtMicros] of this.#known) {
      if (insertedAtMicros < positionMicros) {
        this.#known.delete(uuid);
      }
    }
  }
}

import { addCounts, type ReplayCounts } from '../../core/replays.ts';
import type { CursorPosition } from './ports.ts';

interface OpenPage {
  /** Everything before is settled once this page and those before it are. */
  end: CursorPosition;
  pending: Set<string>;
  counts: ReplayCounts;
}

/** The pages of a replay that are read and not yet settled, in order. A checkpoint never passes an unsettled event. */
export class ReplayPages {
  #settled: { position: CursorPosition; counts: ReplayCounts };
  readonly #open: OpenPage[] = [];

  constructor(position: CursorPosition, counts: ReplayCounts) {
    this.#settled = { position, counts };
  }

  get openPages(): number {
    return this.#open.length;
  }

  /** What a crash falls back to: the counts are those of the events before the position, and of no others. */
  get checkpoint(): { position: CursorPosition; counts: ReplayCounts } {
    return this.#settled;
  }

  add(end: CursorPosition, uuids: Iterable<string>, counts: ReplayCounts): void {
    this.#open.push({ end, pending: new Set(uuids), counts });
    this.#close();
  }

  /** An event's owner is on record. An event that no open page waits for is ignored. */
  settle(uuid: string, outcome: keyof ReplayCounts): void {
    const page = this.#open.find(({ pending }) => pending.delete(uuid));
    if (page !== undefined) {
      page.counts = { ...page.counts, [outcome]: page.counts[outcome] + 1 };
      this.#close();
    }
  }

  #close(): void {
    while (this.#open[0]?.pending.size === 0) {
      const { end, counts } = this.#open[0];
      this.#settled = { position: end, counts: addCounts(this.#settled.counts, counts) };
      this.#open.shift();
    }
  }
}

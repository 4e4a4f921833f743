import type { EventFilter } from '../core/filters.ts';
import type { Micros } from '../core/time.ts';
import type { TailEvent } from '../core/webhook-event.ts';
import type { ClickHouse } from './client.ts';
import { ScanSteps, type TeamRange } from './scan-steps.ts';
import { readTail, TAIL_SECONDS } from './tail.ts';

export interface ScannedPage {
  events: TailEvent[];
  /**
   * Everything up to here that the filter takes is among them: where the next page begins, which may be where this one did.
   * Undefined: the range has no more.
   */
  next: { positionMicros: Micros; afterUuid: string | null } | undefined;
}

/** Each is a number; those that were made first are learned anew. */
const MAX_KNOWN = 1_000;

/**
 * Pages of ranges as wide as they may be, whatever the filter: a page that takes too long is read in smaller steps, and a step in which
 * nothing matches moves on too. How small is remembered by team and filter until the end of a range is reached.
 */
export class TailScans {
  readonly #ch: ClickHouse;
  readonly #maxSeconds: number;
  readonly #steps = new Map<string, ScanSteps>();

  constructor(ch: ClickHouse, { maxSeconds = TAIL_SECONDS }: { maxSeconds?: number } = {}) {
    this.#ch = ch;
    this.#maxSeconds = maxSeconds;
  }

  /** One step, of at most two statements. Fails as `readTail` does. */
  async read(query: TeamRange & { limit: number; filter: EventFilter }): Promise<ScannedPage> {
    const { limit, filter, ...range } = query;
    const key = JSON.stringify([range.teamId, filter]);
    const steps = this.#steps.get(key) ?? new ScanSteps(this.#maxSeconds);
    const step = await steps.take(this.#ch, range, async ({ teamId, ...part }) => {
      const asked = { ...part, teamIds: [teamId], limit, filter };
      const events = await readTail(this.#ch, asked, { maxSeconds: this.#maxSeconds });
      return { events, whole: events.length < limit };
    });
    if (step === undefined) {
      this.#remember(key, steps);
      return { events: [], next: { positionMicros: range.fromMicros, afterUuid: range.afterUuid ?? null } };
    }
    const { events, whole } = step.result;
    const last = whole ? undefined : events.at(-1);
    const next = last === undefined ? step.upTo : { positionMicros: last.insertedAtMicros, afterUuid: last.uuid };
    if (next === undefined) {
      this.#steps.delete(key);
    }
    return { events, next };
  }

  #remember(key: string, steps: ScanSteps): void {
    const [oldest] = this.#steps.keys();
    if (oldest !== undefined && this.#steps.size >= MAX_KNOWN) {
      this.#steps.delete(oldest);
    }
    this.#steps.set(key, steps);
  }
}

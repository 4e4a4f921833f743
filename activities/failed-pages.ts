import type { ClickHouse } from '../clickhouse/client.ts';
import { failedKeys } from '../clickhouse/replay-range.ts';
import type { Micros } from '../core/time.ts';
import type { CursorPosition, ReplayTask } from '../delivery/shard/ports.ts';

/** Each look groups all that has ever failed in what is left of the range: so many pages share it. */
const PAGES_PER_LOOK = 50;

interface Key {
  uuid: string;
  insertedAtMicros: Micros;
}

interface Found {
  replayId: string;
  /** Where the keys begin. */
  after: CursorPosition;
  keys: readonly Key[];
}

/** The failed events of replays, page by page. As of the begin of the replay they are always the same. */
export class FailedPages {
  readonly #clickhouse: ClickHouse;
  /** By destination, which has one replay at a time. */
  readonly #ahead = new Map<string, Found>();

  constructor(clickhouse: ClickHouse) {
    this.#clickhouse = clickhouse;
  }

  /** Fewer than `limit`: there are no more before `untilMicros`. */
  async read(
    task: ReplayTask,
    { after, untilMicros, limit }: { after: CursorPosition; untilMicros: Micros; limit: number },
  ): Promise<readonly Key[]> {
    const ahead = this.#ahead.get(task.destinationId);
    const known = ahead?.replayId === task.id && isSame(ahead.after, after) ? ahead.keys.slice(0, limit) : [];
    // A short page would say that there are no more; what is known was read for an end that may have moved.
    const isFull = known.length === limit && known.every(({ insertedAtMicros }) => insertedAtMicros < untilMicros);
    const keys = isFull && ahead !== undefined ? ahead.keys : await this.#look(task, { after, untilMicros, limit });
    this.#keep(task, keys, limit);
    return keys.slice(0, limit);
  }

  #look(
    { destinationId, begunAt }: ReplayTask,
    { after, untilMicros, limit }: { after: CursorPosition; untilMicros: Micros; limit: number },
  ): Promise<readonly Key[]> {
    return failedKeys(this.#clickhouse, {
      ...{ destinationId, asOf: begunAt, limit: limit * PAGES_PER_LOOK },
      range: { startMicros: after.positionMicros, endMicros: untilMicros },
      ...(after.afterUuid === null ? {} : { afterUuid: after.afterUuid }),
    });
  }

  #keep({ id: replayId, destinationId }: ReplayTask, keys: readonly Key[], limit: number): void {
    const last = keys[limit - 1];
    if (last === undefined || keys.length < 2 * limit) {
      this.#ahead.delete(destinationId);
    } else {
      const after = { positionMicros: last.insertedAtMicros, afterUuid: last.uuid };
      this.#ahead.set(destinationId, { replayId, after, keys: keys.slice(limit) });
    }
  }
}

function isSame(a: CursorPosition, b: CursorPosition): boolean {
  return a.positionMicros === b.positionMicros && a.afterUuid === b.afterUuid;
}

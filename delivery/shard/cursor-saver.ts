import type { Micros } from '../../core/time.ts';
import type { Lane } from './lane.ts';
import type { CursorPort, CursorPosition } from './ports.ts';

export class ShardFencedError extends Error {
  override readonly name = 'ShardFencedError';
}

/** Saves the checkpoints of a shard's lanes that have moved since they were saved last. */
export class CursorSaver {
  readonly #cursors: CursorPort;
  readonly #saved = new Map<string, CursorPosition>();

  constructor(cursors: CursorPort) {
    this.#cursors = cursors;
  }

  /**
   * One statement, also when nothing has moved: it tells whether the shard is still ours. Throws `ShardFencedError` when
   * it is not. A cursor that has only moved forward by less than `stepMicros` may wait: live cursors follow the clock,
   * and what was sent since is in the attempt log.
   */
  async save(lanes: readonly Lane[], { stepMicros }: { stepMicros: Micros }): Promise<void> {
    const moved = lanes
      .map((lane) => ({ destinationId: lane.config.destinationId, ...lane.cursor.checkpoint() }))
      .filter((cursor) => hasMoved(this.#saved.get(cursor.destinationId), cursor, stepMicros));
    if (!(await this.#cursors.save(moved))) {
      throw new ShardFencedError('another worker has taken this shard');
    }
    for (const { destinationId, positionMicros, afterUuid } of moved) {
      this.#saved.set(destinationId, { positionMicros, afterUuid });
    }
  }

  /** The lane has ended; what comes next for its destination is saved whatever it is. */
  forget(destinationId: string): void {
    this.#saved.delete(destinationId);
  }
}

function hasMoved(saved: CursorPosition | undefined, now: CursorPosition, stepMicros: Micros): boolean {
  if (saved === undefined || saved.afterUuid !== now.afterUuid) {
    return true;
  }
  const movedMicros = now.positionMicros - saved.positionMicros;
  return movedMicros < 0 || (movedMicros > 0 && movedMicros >= stepMicros);
}

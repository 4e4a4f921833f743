import type { Micros } from '../../core/time.ts';
import type { Lane } from './lane.ts';
import type { CursorPort, CursorPosition } from './ports.ts';

export class ShardFencedError extends Error {
  override readonly name = 'ShardFencedError';
}

type SavedCursor = CursorPosition & { destinationId: string };

export interface SavingSteps {
  /** A cursor that has only moved forward by less may wait: what was sent since is in the attempt log. */
  stepMicros: Micros;
  /**
   * The same of a lane all of whose events are behind the saved one: it only follows the clock, and a crash would have it
   * read again what is not its.
   */
  quietStepMicros: Micros;
}

/** At once. */
export const ALL_THAT_MOVED: SavingSteps = { stepMicros: 0, quietStepMicros: 0 };

/** Saves the checkpoints of a shard's lanes that have moved since they were saved last. */
export class CursorSaver {
  readonly #cursors: CursorPort;
  readonly #saved = new Map<string, CursorPosition>();

  constructor(cursors: CursorPort) {
    this.#cursors = cursors;
  }

  /**
   * One statement, also when nothing has moved: it tells whether the shard is still ours. Throws `ShardFencedError` when
   * it is not.
   */
  async save(lanes: readonly Lane[], steps: SavingSteps): Promise<void> {
    const moved = lanes.flatMap((lane) => this.#moved(lane, steps));
    if (!(await this.#cursors.save(moved))) {
      throw new ShardFencedError('another worker has taken this shard');
    }
    for (const { destinationId, positionMicros, afterUuid } of moved) {
      this.#saved.set(destinationId, { positionMicros, afterUuid });
    }
  }

  #moved({ config: { destinationId }, cursor }: Lane, steps: SavingSteps): SavedCursor[] {
    const saved = this.#saved.get(destinationId);
    const checkpoint = cursor.checkpoint();
    const isQuiet = saved !== undefined && cursor.newestMicros <= saved.positionMicros;
    const stepMicros = isQuiet ? steps.quietStepMicros : steps.stepMicros;
    return hasMoved(saved, checkpoint, stepMicros) ? [{ destinationId, ...checkpoint }] : [];
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

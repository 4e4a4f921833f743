import { ShardFencedError } from './cursor-saver.ts';
import type { ShardPorts } from './ports.ts';

export type BesideWork = 'refresh' | 'maintenance' | 'messages' | 'parked' | 'recoveries' | 'reports';

/** Work beside the polls of a shard, which must not wait for a sweep or a slow database; one of each kind at a time. */
export class Beside {
  readonly #observe: ShardPorts['observe'];
  readonly #underWay = new Map<BesideWork, Promise<void>>();
  #fenced: ShardFencedError | undefined;

  constructor(observe: ShardPorts['observe']) {
    this.#observe = observe;
  }

  /** Not while the last one of its kind runs. What fails is told, and tried again when it is due again. */
  start(kind: BesideWork, work: () => Promise<void>): void {
    if (this.#underWay.has(kind)) {
      return;
    }
    const done = work()
      .catch((error: unknown) => {
        if (error instanceof ShardFencedError) {
          this.#fenced = error;
        } else {
          this.#observe.warn(`the ${kind} of a delivery shard failed and is tried again`, { error });
        }
      })
      .finally(() => this.#underWay.delete(kind));
    this.#underWay.set(kind, done);
  }

  /** Throws when some work has found that the shard belongs to another worker. */
  assertNotFenced(): void {
    if (this.#fenced !== undefined) {
      throw this.#fenced;
    }
  }

  async ended(): Promise<void> {
    await Promise.all(this.#underWay.values());
  }
}

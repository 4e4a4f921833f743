/** The messages that a lane has taken: a message is read until the attempt log has an owner for it. */
export class LaneMessages {
  readonly #held = new Set<string>();
  readonly #settled = new Set<string>();

  /** With the lane now, waiting or in flight. */
  get held(): ReadonlySet<string> {
    return this.#held;
  }

  /** False when the lane has it already. */
  hold(uuid: string): boolean {
    const isNew = !this.#held.has(uuid);
    this.#held.add(uuid);
    return isNew;
  }

  /** Gives it back: it will be read again. */
  release(uuid: string): void {
    this.#held.delete(uuid);
  }

  /** The attempt log has its owner. It stays held until the table of messages says so too. */
  settle(uuid: string): void {
    if (this.#held.has(uuid)) {
      this.#settled.add(uuid);
    }
  }

  get settled(): string[] {
    return [...this.#settled];
  }

  /** The table knows of them. */
  forget(uuids: readonly string[]): void {
    for (const uuid of uuids) {
      this.#held.delete(uuid);
      this.#settled.delete(uuid);
    }
  }
}

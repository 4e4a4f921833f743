/** Postgres serializes the commits of those who notify: many inserts share one. A shard polls less often than this. */
const DEFAULT_EVERY_MS = 50;

export interface AnnouncerOptions {
  tell(teamIds: ReadonlySet<number>): Promise<void>;
  everyMs?: number;
  /** The first failure after a success, or of all. */
  onFailure?(error: unknown): void;
}

/**
 * Tells those who poll that events of some teams are stored: the first at once, what comes soon afterwards together.
 * Nobody waits for it, and what could not be told is not told again: polls find it.
 */
export class Announcer {
  readonly #options: AnnouncerOptions;
  #teams = new Set<number>();
  #telling: Promise<void> | undefined;
  #closed = false;
  #failing = false;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  stored(events: readonly { teamId: number }[]): void {
    for (const { teamId } of events) {
      this.#teams.add(teamId);
    }
    this.#telling ??= this.#tellAll();
  }

  /** Resolves when nothing is being told; what waits is told before. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#telling;
  }

  async #tellAll(): Promise<void> {
    while (this.#teams.size > 0) {
      const teams = this.#teams;
      this.#teams = new Set();
      await this.#tell(teams);
      await this.#rest();
    }
    this.#telling = undefined;
  }

  async #tell(teams: ReadonlySet<number>): Promise<void> {
    try {
      await this.#options.tell(teams);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) {
        this.#failing = true;
        this.#options.onFailure?.(error);
      }
    }
  }

  async #rest(): Promise<void> {
    if (!this.#closed) {
      await new Promise((resolve) => setTimeout(resolve, this.#options.everyMs ?? DEFAULT_EVERY_MS));
    }
  }
}

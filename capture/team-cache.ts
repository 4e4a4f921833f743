import { withTimeout } from '../core/with-timeout.ts';

export interface TeamCacheOptions {
  /** How long a known token is believed: a revoked one stops working after at most this. */
  knownForMs: number;
  /** How long an unknown token stays unknown: a new team waits at most this. */
  unknownForMs: number;
  /** How long a token that was known is believed while it cannot be looked up. Nobody can revoke one in that time. */
  unreachableForMs: number;
  /** A look-up of a token that was known has failed when it takes longer. */
  patienceMs: number;
  maxEntries: number;
}

export const DEFAULT_TEAM_CACHE: TeamCacheOptions = {
  knownForMs: 30_000,
  unknownForMs: 2_000,
  // Longer than a failover, a restart or an upgrade of the database takes.
  unreachableForMs: 3_600_000,
  patienceMs: 1_000,
  maxEntries: 10_000,
};

type FindTeam = (token: string) => Promise<number | undefined>;

/** What the database has said of a token. */
interface Answer {
  teamId: number | undefined;
  atMs: number;
}

interface Entry {
  answer: Promise<Answer>;
  /** The last answer that named a team. */
  known: Answer | undefined;
  expiresAtMs: number;
}

/**
 * Looks tokens up at most once per period, also under concurrency. A failed look-up is not kept; a token that was known
 * goes on to be worth what it was while the database is away. `now`: milliseconds of a clock that nobody sets.
 */
export function cachedTeams(
  find: FindTeam,
  options: TeamCacheOptions = DEFAULT_TEAM_CACHE,
  now: () => number = () => performance.now(),
): FindTeam {
  const cache = new TeamCache(find, options, now);
  return async (token) => (await cache.answerTo(token)).teamId;
}

class TeamCache {
  readonly #entries = new Map<string, Entry>();
  readonly #find: FindTeam;
  readonly #options: TeamCacheOptions;
  readonly #now: () => number;

  constructor(find: FindTeam, options: TeamCacheOptions, now: () => number) {
    this.#find = find;
    this.#options = options;
    this.#now = now;
  }

  answerTo(token: string): Promise<Answer> {
    const entry = this.#entries.get(token);
    return entry !== undefined && entry.expiresAtMs > this.#now() ? entry.answer : this.#renew(token, entry?.known);
  }

  #renew(token: string, known: Answer | undefined): Promise<Answer> {
    const answer = this.#lookUp(token, known);
    const entry: Entry = { answer, known, expiresAtMs: this.#now() + this.#options.unknownForMs };
    this.#entries.delete(token);
    this.#entries.set(token, entry);
    answer.then(
      (found) => this.#adopt(entry, found),
      () => this.#entries.get(token) === entry && this.#entries.delete(token),
    );
    this.#makeRoom();
    return answer;
  }

  #lookUp(token: string, known: Answer | undefined): Promise<Answer> {
    const fresh = this.#ask(token);
    const usable = known !== undefined && known.atMs + this.#options.unreachableForMs > this.#now();
    return usable ? withTimeout(fresh, this.#options.patienceMs).catch(() => known) : fresh;
  }

  async #ask(token: string): Promise<Answer> {
    return { teamId: await this.#find(token), atMs: this.#now() };
  }

  /** An old answer that stands in for a failed look-up is tried again as soon as an unknown token. */
  #adopt(entry: Entry, found: Answer): void {
    const { knownForMs, unknownForMs } = this.#options;
    const confirmed = found.teamId !== undefined && found !== entry.known;
    entry.expiresAtMs = this.#now() + (confirmed ? knownForMs : unknownForMs);
    entry.known = found.teamId === undefined ? undefined : found;
  }

  #makeRoom(): void {
    const oldest = this.#entries.size > this.#options.maxEntries ? this.#entries.keys().next().value : undefined;
    if (oldest !== undefined) {
      this.#entries.delete(oldest);
    }
  }
}

export interface TeamCacheOptions {
  /** How long a known token is believed: a revoked one stops working after at most this. */
  knownForMs: number;
  /** How long an unknown token stays unknown: a new team waits at most this. */
  unknownForMs: number;
  maxEntries: number;
}

export const DEFAULT_TEAM_CACHE: TeamCacheOptions = { knownForMs: 30_000, unknownForMs: 2_000, maxEntries: 10_000 };

interface Entry {
  teamId: Promise<number | undefined>;
  expiresAtMs: number;
}

/** Looks tokens up at most once per period, also under concurrency. A failed look-up is not kept. */
export function cachedTeams(
  find: (token: string) => Promise<number | undefined>,
  options: TeamCacheOptions = DEFAULT_TEAM_CACHE,
  now: () => number = Date.now,
): (token: string) => Promise<number | undefined> {
  const entries = new Map<string, Entry>();
  return (token) => {
    const known = entries.get(token);
    if (known && known.expiresAtMs > now()) {
      return known.teamId;
    }
    const entry: Entry = { teamId: find(token), expiresAtMs: now() + options.unknownForMs };
    entries.delete(token);
    entries.set(token, entry);
    entry.teamId.then(
      (teamId) => {
        entry.expiresAtMs = now() + (teamId === undefined ? options.unknownForMs : options.knownForMs);
      },
      () => entries.get(token) === entry && entries.delete(token),
    );
    const oldest = entries.size > options.maxEntries ? entries.keys().next().value : undefined;
    if (oldest !== undefined) {
      entries.delete(oldest);
    }
    return entry.teamId;
  };
}

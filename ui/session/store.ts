import type { SessionHeaders } from '../../api-client/index.ts';

export type Role = 'owner' | 'editor' | 'viewer';

export interface Team {
  id: number;
  name: string;
  role: Role;
}

/** Somebody with a password or from an identity provider; the cookie itself is the browser's. */
export interface UserSession {
  kind: 'user';
  user: { email: string; name: string };
  teams: Team[];
  csrfToken: string;
  /** The team whose things are shown; undefined for people in no team. */
  teamId: number | undefined;
}

/** A key that was typed in. It is held in memory only: a reload forgets it. */
export interface KeySession {
  kind: 'key';
  key: string;
}

export type Session = UserSession | KeySession;

const TEAM_ITEM = 'sluice-team';
const listeners = new Set<() => void>();
let current: Session | undefined;

export function currentSession(): Session | undefined {
  return current;
}

export function subscribeSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function beginSession(session: Session): void {
  current = session;
  listeners.forEach((listener) => {
    listener();
  });
}

export function endSession(): void {
  current = undefined;
  listeners.forEach((listener) => {
    listener();
  });
}

export function chooseTeam(teamId: number): void {
  if (current?.kind === 'user') {
    localStorage.setItem(TEAM_ITEM, String(teamId));
    beginSession({ ...current, teamId });
  }
}

/** The team of last time, where it is still theirs. */
export function preferredTeam(teams: readonly Team[]): number | undefined {
  const stored = Number(localStorage.getItem(TEAM_ITEM));
  return (teams.find(({ id }) => id === stored) ?? teams[0])?.id;
}

/** Whose things are shown: nobody's, a key's, or a person's in one team. */
export function ownerOf(session: Session | undefined): string | undefined {
  if (session === undefined) {
    return undefined;
  }
  return session.kind === 'key' ? `key/${session.key}` : `user/${session.user.email}/${String(session.teamId)}`;
}

/** Headers of requests in the current session; none without one. */
export function sessionHeaders(): SessionHeaders | undefined {
  return current?.kind === 'user' ? { csrfToken: current.csrfToken, teamId: current.teamId } : undefined;
}

/** What the person may do in the team that is shown; a key may do what the API lets it. */
export function roleOf(session: Session | undefined): Role {
  if (session?.kind === 'key') {
    return 'owner';
  }
  return session?.teams.find(({ id }) => id === session.teamId)?.role ?? 'viewer';
}

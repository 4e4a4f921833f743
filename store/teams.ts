import { randomBytes } from 'node:crypto';
import type { Database } from './database.ts';

export interface Team {
  id: number;
  name: string;
  /** Identifies the team in captured events. Write-only and public, as it ships in browsers. */
  captureToken: string;
}

const COLUMNS = ['id', 'name', 'captureToken'] as const;

export async function createTeam(db: Database, team: { name: string; captureToken?: string }): Promise<Team> {
  const captureToken = team.captureToken ?? `slc_${randomBytes(24).toString('base64url')}`;
  return db.kysely
    .insertInto('teams')
    .values({ name: team.name, captureToken })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
}

export async function getTeam(db: Database, id: number): Promise<Team | undefined> {
  return db.kysely.selectFrom('teams').select(COLUMNS).where('id', '=', id).executeTakeFirst();
}

/** By id. Installations have few teams; this is for setup and operators. */
export async function listTeams(db: Database): Promise<Team[]> {
  return db.kysely.selectFrom('teams').select(COLUMNS).orderBy('id').execute();
}

export async function findTeamByCaptureToken(db: Database, captureToken: string): Promise<Team | undefined> {
  if (captureToken.includes('\0')) {
    return undefined;
  }
  return db.kysely.selectFrom('teams').select(COLUMNS).where('captureToken', '=', captureToken).executeTakeFirst();
}

import { randomBytes } from 'node:crypto';
import type { Database } from './database.ts';
import type { SecretBox } from './secrets.ts';

const KEY_BYTES = 32;

/** Key of a team's hashes, made at the first call; the same for every export and for ever. Throws `secret_unreadable`. */
export async function teamHashKey(db: Database, box: SecretBox, teamId: number): Promise<Buffer> {
  const context = hashKeyContext(teamId);
  const sealed = (await storedKey(db, teamId)) ?? (await makeKey(db, teamId, box.seal(newKey(), context)));
  return Buffer.from(box.open(sealed, context) as string, 'base64');
}

export function hashKeyContext(teamId: number): string {
  return `hash key of team ${String(teamId)}`;
}

function newKey(): string {
  return randomBytes(KEY_BYTES).toString('base64');
}

/** Of several at once the first wins; all get its key. */
async function makeKey(db: Database, teamId: number, sealed: Buffer): Promise<Buffer> {
  const update = db.kysely.updateTable('teams').set({ hashKey: sealed });
  await update.where('id', '=', teamId).where('hashKey', 'is', null).execute();
  return (await storedKey(db, teamId)) ?? sealed;
}

async function storedKey(db: Database, teamId: number): Promise<Buffer | null> {
  const teams = db.kysely.selectFrom('teams').select('hashKey').where('id', '=', teamId);
  return (await teams.executeTakeFirstOrThrow()).hashKey;
}

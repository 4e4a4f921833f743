import { sql } from 'kysely';
import type { Database } from './database.ts';
import type { SecretBox } from './secrets.ts';

/** A request under a key that its caller chose. */
export interface IdempotentRequest {
  teamId: number;
  key: string;
  requestHash: Buffer;
}

export interface StoredAnswer {
  status: number;
  body: string;
}

/** `mine`: this request is the first, and ends with `keepAnswer` or `forgetRequest`. */
export type Claim = 'mine' | 'other_request' | 'in_progress' | StoredAnswer;

/** A request that has not ended after so long is taken for dead with its process. */
const ABANDONED = sql`interval '2 minutes'`;
const KEPT = sql`interval '24 hours'`;

/** Takes the key for a request, or says what is known of it. Of requests at the same time one gets `mine`. */
export async function claimKey(db: Database, box: SecretBox, request: IdempotentRequest): Promise<Claim> {
  await sql`DELETE FROM idempotency_keys WHERE created_at < now() - ${KEPT}
    OR (status IS NULL AND created_at < now() - ${ABANDONED})`.execute(db.kysely);
  const { teamId, key, requestHash } = request;
  const inserted = await db.kysely
    .insertInto('idempotencyKeys')
    .values({ teamId, key, requestHash, status: null, answer: null })
    .onConflict((conflict) => conflict.columns(['teamId', 'key']).doNothing())
    .returning('key')
    .executeTakeFirst();
  if (inserted) {
    return 'mine';
  }
  const found = await db.kysely
    .selectFrom('idempotencyKeys')
    .selectAll()
    .where('teamId', '=', teamId)
    .where('key', '=', key)
    .executeTakeFirst();
  if (found && !found.requestHash.equals(requestHash)) {
    return 'other_request';
  }
  return found?.answer && found.status !== null
    ? { status: found.status, body: box.open(found.answer, answerContext(request)) as string }
    : 'in_progress';
}

export async function keepAnswer(
  db: Database,
  box: SecretBox,
  request: IdempotentRequest & { answer: StoredAnswer },
): Promise<void> {
  const { status, body } = request.answer;
  await db.kysely
    .updateTable('idempotencyKeys')
    .set({ status, answer: box.seal(body, answerContext(request)) })
    .where('teamId', '=', request.teamId)
    .where('key', '=', request.key)
    .execute();
}

/** The request was refused or failed: it may be tried again under the same key. */
export async function forgetRequest(db: Database, { teamId, key }: IdempotentRequest): Promise<void> {
  await db.kysely
    .deleteFrom('idempotencyKeys')
    .where('teamId', '=', teamId)
    .where('key', '=', key)
    .where('status', 'is', null)
    .execute();
}

export function answerContext({ teamId, key }: Pick<IdempotentRequest, 'teamId' | 'key'>): string {
  return `idempotency ${String(teamId)} ${key}`;
}

import { createHash, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { SluiceError } from '../core/errors.ts';
import type { Database, Queries } from './database.ts';
import { notFound } from './errors.ts';
import { notifyMessage } from './notify.ts';
import type { Row } from './tables.ts';
import type { PageCursor } from './values.ts';

export type MessageRecord = Row<'webhookMessages'>;

/** With how much is left of its time, by the clock that has set its end: that of whoever reads it may differ. */
export type MessageWithTime = MessageRecord & { leftMs: number };

const LEFT_MS = 'extract(epoch FROM expires_at - clock_timestamp())::float8 * 1000';

export interface NewMessage {
  teamId: number;
  destinationId: string;
  eventType: string;
  /** JSON. */
  payload: string;
  idempotencyKey?: string;
  ttlSeconds: number;
}

/** Messages that may wait for one webhook: it has been broken for long, or somebody sends in a circle. */
export const MAX_WAITING = 10_000;
/** So long a message can be followed, resent, and its key is known. */
export const MESSAGE_KEPT_DAYS = 30;

/**
 * Stored when this resolves; the shard hears of it at once. A repeated key is answered with its first message. Throws
 * `idempotency_key_reused` for other contents, `message_backlog_full`.
 */
export async function createMessage(
  db: Database,
  message: NewMessage,
): Promise<{ row: MessageRecord; isNew: boolean }> {
  return db.kysely.transaction().execute(async (tx) => {
    const known = await findByKey(tx, message);
    if (known !== undefined) {
      return { row: sameContents(known, message), isNew: false };
    }
    await refuseFullBacklog(tx, message.destinationId);
    const row = await insert(tx, message);
    if (row === undefined) {
      // Somebody else was first with this key, and has committed.
      return { row: sameContents(await findByKey(tx, message), message), isNew: false };
    }
    await notifyMessage(tx, message.destinationId);
    return { row, isNew: true };
  });
}

function insert(tx: Queries, message: NewMessage): Promise<MessageRecord | undefined> {
  const { teamId, destinationId, eventType, payload, idempotencyKey, ttlSeconds } = message;
  return tx
    .insertInto('webhookMessages')
    .values({
      ...{ id: randomUUID(), teamId, destinationId, eventType, payload },
      ...{ idempotencyKey: idempotencyKey ?? null, contentHash: contentHash(message) },
      expiresAt: sql<Date>`now() + make_interval(secs => ${ttlSeconds})`,
    })
    .onConflict((conflict) => conflict.columns(['destinationId', 'idempotencyKey']).doNothing())
    .returningAll()
    .executeTakeFirst();
}

async function findByKey(tx: Queries, message: NewMessage): Promise<MessageRecord | undefined> {
  return message.idempotencyKey === undefined
    ? undefined
    : tx
        .selectFrom('webhookMessages')
        .selectAll()
        .where('destinationId', '=', message.destinationId)
        .where('idempotencyKey', '=', message.idempotencyKey)
        .executeTakeFirst();
}

function sameContents(known: MessageRecord | undefined, message: NewMessage): MessageRecord {
  if (known?.contentHash.equals(contentHash(message)) === true) {
    return known;
  }
  throw new SluiceError({
    code: 'idempotency_key_reused',
    message: 'another message was sent with this Idempotency-Key',
    retryable: false,
    fault: 'customer',
    remedy: 'Use a new key for each message, and the same one only to repeat a request as it was.',
  });
}

function contentHash({ eventType, payload, ttlSeconds }: NewMessage): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([eventType, payload, ttlSeconds]))
    .digest();
}

async function refuseFullBacklog(tx: Queries, destinationId: string): Promise<void> {
  const { rows } = await sql`SELECT 1 FROM webhook_messages
    WHERE destination_id = ${destinationId}::uuid AND handed_over_at IS NULL
    ORDER BY created_at, id OFFSET ${MAX_WAITING - 1} LIMIT 1`.execute(tx);
  if (rows.length > 0) {
    throw new SluiceError({
      code: 'message_backlog_full',
      message: `${String(MAX_WAITING)} messages are waiting for this webhook`,
      retryable: true,
      fault: 'customer',
      remedy: 'Look at the health of the webhook, and send again when it takes messages.',
    });
  }
}

/** Throws `message_not_found`, for another webhook's too. */
export async function getMessage(
  db: Database,
  key: { teamId: number; destinationId: string; id: string },
): Promise<MessageRecord> {
  const row = await db.kysely
    .selectFrom('webhookMessages')
    .selectAll()
    .where('id', '=', key.id)
    .where('destinationId', '=', key.destinationId)
    .where('teamId', '=', key.teamId)
    .executeTakeFirst();
  if (row === undefined) {
    throw notFound('message', key.id);
  }
  return row;
}

/** From new to old. */
export async function listMessages(
  db: Database,
  page: { destinationId: string; limit: number; after?: PageCursor },
): Promise<MessageRecord[]> {
  let query = db.kysely
    .selectFrom('webhookMessages')
    .selectAll()
    .where('destinationId', '=', page.destinationId)
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit);
  if (page.after) {
    query = query.where(sql<boolean>`(created_at, id) < (${page.after.at}, ${page.after.id}::uuid)`);
  }
  return query.execute();
}

/** Of a team, by id; unknown ones are left out. */
export async function readMessages(db: Database, teamId: number, ids: readonly string[]): Promise<MessageWithTime[]> {
  return ids.length === 0
    ? []
    : db.kysely
        .selectFrom('webhookMessages')
        .selectAll()
        .select(sql.raw<number>(LEFT_MS).as('leftMs'))
        .where('teamId', '=', teamId)
        .where('id', '=', sql<string>`ANY(${ids}::uuid[])`)
        .execute();
}

/**
 * The destinations that messages wait for. Goes through the index of those that wait, from one destination to the next: it
 * costs what it finds, however many destinations and messages there are.
 */
export async function destinationsWaitedFor(db: Database): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    WITH RECURSIVE waited_for (id) AS (
      (SELECT destination_id FROM webhook_messages WHERE handed_over_at IS NULL ORDER BY destination_id LIMIT 1)
      UNION ALL
      SELECT (
        SELECT destination_id FROM webhook_messages
        WHERE handed_over_at IS NULL AND destination_id > waited_for.id ORDER BY destination_id LIMIT 1
      ) FROM waited_for WHERE waited_for.id IS NOT NULL
    ) SELECT id FROM waited_for WHERE id IS NOT NULL`.execute(db.kysely);
  return rows.map(({ id }) => id);
}

/**
 * A few of each destination, without those that are `held`: the oldest of each, then the second of each, and so on. So the
 * backlog of some keeps nobody else's message waiting.
 */
export async function waitingMessages(
  db: Database,
  query: { destinationIds: readonly string[]; held: readonly string[]; ofEach: number; limit: number },
): Promise<MessageWithTime[]> {
  if (query.destinationIds.length === 0) {
    return [];
  }
  const { rows } = await sql<MessageWithTime>`
    SELECT message.*, ${sql.raw(LEFT_MS)} AS left_ms FROM (
      SELECT waiting.* FROM unnest(${query.destinationIds}::uuid[]) AS wanted (id)
      CROSS JOIN LATERAL (
        SELECT id, created_at, row_number() OVER (ORDER BY created_at, id) AS nth FROM webhook_messages
        WHERE destination_id = wanted.id AND handed_over_at IS NULL AND id <> ALL(${query.held}::uuid[])
        ORDER BY created_at, id LIMIT ${query.ofEach}
      ) AS waiting ORDER BY nth, waiting.created_at LIMIT ${query.limit}
    ) AS next JOIN webhook_messages AS message ON message.id = next.id ORDER BY next.nth, message.created_at`.execute(
    db.kysely,
  );
  return rows;
}

/** Idempotent. */
export async function noteHandedOver(db: Database, ids: readonly string[]): Promise<void> {
  await db.kysely
    .updateTable('webhookMessages')
    .set({ handedOverAt: sql<Date>`now()` })
    .where('id', '=', sql<string>`ANY(${ids}::uuid[])`)
    .where('handedOverAt', 'is', null)
    .execute();
}

export async function forgetOldMessages(db: Database): Promise<void> {
  await db.kysely
    .deleteFrom('webhookMessages')
    .where('createdAt', '<', sql<Date>`now() - make_interval(days => ${MESSAGE_KEPT_DAYS})`)
    .execute();
}

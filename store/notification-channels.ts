import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { ChannelConfig, ChannelKind, NoticeEvent } from '../core/notices.ts';
import type { Database, Queries } from './database.ts';
import { editConflict, notFound } from './errors.ts';
import type { SecretBox } from './secrets.ts';
import type { Row } from './tables.ts';
import { json, type PageCursor } from './values.ts';

/** A channel without its secrets. */
export interface ChannelRecord {
  id: string;
  teamId: number;
  kind: ChannelKind;
  name: string;
  /** What may be shown of its settings. */
  shown: Record<string, unknown>;
  /** Null: every event. */
  events: NoticeEvent[] | null;
  enabled: boolean;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

export interface NewChannel {
  teamId: number;
  name: string;
  config: ChannelConfig;
  events: NoticeEvent[] | null;
  enabled: boolean;
}

export interface ChannelPatch {
  name?: string;
  /** Replaces the whole config; its kind stays. */
  config?: ChannelConfig;
  events?: NoticeEvent[] | null;
  enabled?: boolean;
}

export interface ChannelKey {
  teamId: number;
  id: string;
}

export async function createChannel(db: Database, box: SecretBox, input: NewChannel): Promise<ChannelRecord> {
  const { teamId, name, config, events, enabled } = input;
  const id = randomUUID();
  return db.kysely
    .insertInto('notificationChannels')
    .values({ id, teamId, kind: config.kind, name, events, enabled, ...configColumns(box, { teamId, id }, config) })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** From new to old. */
export async function listChannels(
  db: Database,
  page: { teamId: number; limit: number; after?: PageCursor },
): Promise<ChannelRecord[]> {
  let query = live(db.kysely)
    .where('teamId', '=', page.teamId)
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit);
  if (page.after) {
    query = query.where(sql<boolean>`(created_at, id) < (${page.after.at}, ${page.after.id}::uuid)`);
  }
  return query.execute();
}

/** Throws `notification_channel_not_found`. */
export async function getChannel(db: Database, key: ChannelKey): Promise<ChannelRecord> {
  return found(await one(db.kysely, key).executeTakeFirst(), key.id);
}

/** Throws `notification_channel_not_found`, or `edit_conflict` unless the record still has this version. */
export async function updateChannel(
  db: Database,
  box: SecretBox,
  update: ChannelKey & { expectedVersion: number; patch: ChannelPatch },
): Promise<ChannelRecord> {
  const { config, ...plain } = update.patch;
  return db.kysely.transaction().execute(async (tx) => {
    const row = found(await one(tx, update).forUpdate().executeTakeFirst(), update.id);
    if (row.version !== update.expectedVersion) {
      throw editConflict('notification channel', update.id);
    }
    return tx
      .updateTable('notificationChannels')
      .set({
        ...plain,
        ...(config === undefined ? {} : configColumns(box, update, config)),
        version: row.version + 1,
        updatedAt: sql<Date>`now()`,
      })
      .where('id', '=', update.id)
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

/** Hides it for good and forgets its secrets. Throws `notification_channel_not_found`. */
export async function deleteChannel(db: Database, key: ChannelKey): Promise<void> {
  const row = await db.kysely
    .updateTable('notificationChannels')
    .set({ deletedAt: sql<Date>`now()`, sealed: Buffer.alloc(0), shown: json({}) })
    .where('id', '=', key.id)
    .where('teamId', '=', key.teamId)
    .where('deletedAt', 'is', null)
    .returning('id')
    .executeTakeFirst();
  found(row, key.id);
}

/** The complete settings of a channel that may be used; undefined when it is deleted or switched off. For workers. */
export async function openEnabledChannel(db: Database, box: SecretBox, id: string): Promise<ChannelConfig | undefined> {
  const row = await live(db.kysely).where('id', '=', id).where('enabled', '=', true).executeTakeFirst();
  return row && open(box, row);
}

/** The same for the owner, enabled or not. Throws `notification_channel_not_found`. */
export async function openChannel(db: Database, box: SecretBox, key: ChannelKey): Promise<ChannelConfig> {
  return open(box, found(await one(db.kysely, key).executeTakeFirst(), key.id));
}

function open(box: SecretBox, row: Row<'notificationChannels'>): ChannelConfig {
  return box.open(row.sealed, channelContext(row)) as ChannelConfig;
}

export function channelContext(key: ChannelKey): string {
  return `notification-channel/${String(key.teamId)}/${key.id}`;
}

function configColumns(
  box: SecretBox,
  key: ChannelKey,
  config: ChannelConfig,
): { sealed: Buffer; shown: ReturnType<typeof json<Record<string, unknown>>> } {
  return { sealed: box.seal(config, channelContext(key)), shown: json(shownOf(config)) };
}

/** The address of a Slack webhook is its password. */
function shownOf(config: ChannelConfig): Record<string, unknown> {
  switch (config.kind) {
    case 'webhook':
      return { url: config.url, secret: { configured: true } };
    case 'slack':
      return { url: { configured: true } };
    case 'email':
      return { to: config.to };
  }
}

function live(queries: Queries) {
  return queries.selectFrom('notificationChannels').selectAll().where('deletedAt', 'is', null);
}

function one(queries: Queries, key: ChannelKey) {
  return live(queries).where('id', '=', key.id).where('teamId', '=', key.teamId);
}

function found<Found>(row: Found | undefined, id: string): Found {
  if (row === undefined) {
    throw notFound('notification channel', id);
  }
  return row;
}

import { randomUUID } from 'node:crypto';
import { sql, type UpdateObject } from 'kysely';
import { shardOf } from '../core/ids.ts';
import type { Micros } from '../core/time.ts';
import { createAudit, noteFilterChange } from './audits.ts';
import type { Database, Queries } from './database.ts';
import { createCursor } from './delivery.ts';
import { changedSecrets, rememberDestination } from './destination-versions.ts';
import type { ChangedBy } from './delivery-tables.ts';
import { createEndpointState } from './endpoint-state.ts';
import { recordUserPause } from './endpoint-transitions.ts';
import { editConflict, notFound } from './errors.ts';
import { notifyDestination } from './notify.ts';
import type { SecretBox } from './secrets.ts';
import type { DestinationSettings, DestinationStatus, Row, Tables } from './tables.ts';
import { json } from './values.ts';

export const WEBHOOK_KIND = 'webhook';
/** Where on-demand exports keep what is to be downloaded; made by us, one per team, and never shown. */
export const DOWNLOAD_KIND = 'download';

/** A destination without its secrets: each one that is set reads `{ configured: true }` in `config`. */
export interface DestinationRecord {
  id: string;
  teamId: number;
  kind: string;
  name: string;
  config: Record<string, unknown>;
  status: DestinationStatus;
  /** 1 at creation; each change adds one. */
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

export interface NewDestination {
  teamId: number;
  kind: string;
  name: string;
  /** Complete and validated. */
  config: Record<string, unknown>;
  /** Fields of `config` that are sealed. */
  secretFields: readonly string[];
  /** Where a webhook starts in the event log, by ClickHouse's clock. A webhook without it is refused. */
  startMicros?: Micros;
  /** Makes what exists exactly when the destination does. */
  beside?: (tx: Queries, destination: DestinationKey) => Promise<void>;
}

export interface DestinationPatch {
  name?: string;
  /** Replaces the whole config, secrets included. */
  config?: { values: Record<string, unknown>; secretFields: readonly string[] };
  /** Refuses with `edit_conflict` unless the record still has this version. */
  expectedVersion?: number;
}

export interface DestinationKey {
  teamId: number;
  id: string;
}

export async function createDestination(
  db: Database,
  box: SecretBox,
  input: NewDestination,
): Promise<DestinationRecord> {
  const values = newRow(box, input);
  const { id } = values;
  return db.kysely.transaction().execute(async (tx) => {
    const row = await tx.insertInto('destinations').values(values).returningAll().executeTakeFirstOrThrow();
    if (input.kind === WEBHOOK_KIND) {
      await createCursor(tx, id, startOf(input));
      await createAudit(tx, id);
      await createEndpointState(tx, id);
    }
    await input.beside?.(tx, { teamId: input.teamId, id });
    await rememberDestination(tx, row, row.secretNames);
    await announce(tx, row);
    return recordOf(row);
  });
}

/** A row with an id of its own. */
export function newRow(
  box: SecretBox,
  input: NewDestination,
): ReturnType<typeof sealedColumns> & Pick<Row<'destinations'>, 'id' | 'teamId' | 'kind' | 'name' | 'shardHash'> {
  const { teamId, kind, name, config, secretFields } = input;
  const id = randomUUID();
  const sealed = sealedColumns(box, { teamId, id }, config, secretFields);
  return { id, teamId, kind, name, shardHash: shardHashOf(id), ...sealed };
}

/** The database's clock is not the one that stamps events: by it a new webhook could miss some, or get old ones. */
function startOf({ startMicros }: NewDestination): Micros {
  if (startMicros === undefined) {
    throw new TypeError('a webhook needs startMicros, by the clock of ClickHouse');
  }
  return startMicros;
}

export async function getDestination(db: Database, key: DestinationKey): Promise<DestinationRecord | undefined> {
  const row = await one(db.kysely, key).executeTakeFirst();
  return row && recordOf(row);
}

/** For runs: also a deleted destination, as long as they clean up there. */
export async function getRunDestination(db: Database, key: DestinationKey): Promise<DestinationRecord | undefined> {
  const row = await readable(db.kysely).where('id', '=', key.id).where('teamId', '=', key.teamId).executeTakeFirst();
  return row && recordOf(row);
}

/** For workers, which know an id and no team; the API asks with a team. Undefined when deleted. */
export async function getDestinationById(db: Database, id: string): Promise<DestinationRecord | undefined> {
  const row = await live(db.kysely).where('id', '=', id).executeTakeFirst();
  return row && recordOf(row);
}

/** Throws `destination_not_found` or `edit_conflict`. */
export async function updateDestination(
  db: Database,
  box: SecretBox,
  update: DestinationKey & { patch: DestinationPatch },
): Promise<DestinationRecord> {
  const { patch } = update;
  return db.kysely.transaction().execute(async (tx) => {
    const row = await lockDestination(tx, update);
    if (patch.expectedVersion !== undefined && patch.expectedVersion !== row.version) {
      throw editConflict('destination', update.id);
    }
    if (patch.config) {
      await noteFilterChange(tx, row.id, { from: row.config, to: patch.config.values });
    }
    const values = {
      ...(patch.name === undefined ? {} : { name: patch.name }),
      ...(patch.config ? sealedColumns(box, update, patch.config.values, patch.config.secretFields) : {}),
    };
    return change(tx, row, values, patch.config && replacedSecrets(box, row, patch.config));
  });
}

function replacedSecrets(
  box: SecretBox,
  row: Row<'destinations'>,
  config: NonNullable<DestinationPatch['config']>,
): string[] {
  return changedSecrets({ config: openRow(box, row), secretNames: row.secretNames }, config);
}

/** Throws `destination_not_found`. Setting the status it has changes nothing. Of a webhook it is part of its endpoint's history. */
export async function setDestinationStatus(
  db: Database,
  { status, by, ...key }: DestinationKey & { status: DestinationStatus; by?: ChangedBy | undefined },
): Promise<DestinationRecord> {
  return db.kysely.transaction().execute(async (tx) => {
    const row = await lockDestination(tx, key);
    if (row.status === status) {
      return recordOf(row);
    }
    if (row.kind === WEBHOOK_KIND) {
      await recordUserPause(tx, { destinationId: row.id, status, by });
    }
    return change(tx, row, { status });
  });
}

/** The complete config, secrets included; of a deleted one as long as runs clean up there. For workers and for explicit reveals; throws `destination_not_found`. */
export async function openDestinationConfig(
  db: Database,
  box: SecretBox,
  id: string,
): Promise<Record<string, unknown>> {
  const row = await readable(db.kysely).where('id', '=', id).executeTakeFirst();
  if (!row) {
    throw notFound('destination', id);
  }
  return openRow(box, row);
}

export function openRow(box: SecretBox, row: Row<'destinations'>): Record<string, unknown> {
  const secrets = box.open(row.secrets, destinationContext(row)) as Record<string, unknown>;
  return { ...row.config, ...secrets };
}

export function destinationContext(key: DestinationKey): string {
  return `destination/${String(key.teamId)}/${key.id}`;
}

/** The whole hash: `shardOf` modulo 2^32 is the 32-bit hash itself, of which every shard number is the remainder. */
function shardHashOf(id: string): number {
  return shardOf(id, 2 ** 32);
}

function sealedColumns(
  box: SecretBox,
  key: DestinationKey,
  config: Record<string, unknown>,
  secretFields: readonly string[],
): Pick<Row<'destinations'>, 'secrets' | 'secretNames'> & { config: ReturnType<typeof json<Record<string, unknown>>> } {
  const entries = Object.entries(config).filter(([, value]) => value !== undefined);
  const secrets = entries.filter(([name]) => secretFields.includes(name));
  return {
    config: json(Object.fromEntries(entries.filter(([name]) => !secretFields.includes(name)))),
    secrets: box.seal(Object.fromEntries(secrets), destinationContext(key)),
    secretNames: secrets.map(([name]) => name),
  };
}

export function recordOf(row: Row<'destinations'>): DestinationRecord {
  const { id, teamId, kind, name, status, version, createdAt, updatedAt } = row;
  return { id, teamId, kind, name, config: shownConfig(row), status, version, createdAt, updatedAt };
}

/** A config with its secrets as everybody may see them. */
export function shownConfig({
  config,
  secretNames,
}: Pick<DestinationSettings, 'config' | 'secretNames'>): Record<string, unknown> {
  return { ...config, ...Object.fromEntries(secretNames.map((secret) => [secret, { configured: true }])) };
}

function live(queries: Queries) {
  return queries.selectFrom('destinations').selectAll().where('deletedAt', 'is', null);
}

/** Its secrets are still there: of what is deleted they go when nothing needs them any more. */
function readable(queries: Queries) {
  return queries
    .selectFrom('destinations')
    .selectAll()
    .where((eb) => eb.or([eb('deletedAt', 'is', null), eb(sql<number>`octet_length(secrets)`, '>', 0)]));
}

function one(queries: Queries, key: DestinationKey) {
  return live(queries).where('id', '=', key.id).where('teamId', '=', key.teamId);
}

export async function lockDestination(tx: Queries, key: DestinationKey): Promise<Row<'destinations'>> {
  const row = await one(tx, key).forUpdate().executeTakeFirst();
  if (!row) {
    throw notFound('destination', key.id);
  }
  return row;
}

type Change = UpdateObject<Tables, 'destinations'>;

async function change(
  tx: Queries,
  row: Row<'destinations'>,
  values: Change,
  secretsChanged: readonly string[] = [],
): Promise<DestinationRecord> {
  const changed = await tx
    .updateTable('destinations')
    .set({ ...values, version: row.version + 1, updatedAt: sql<Date>`now()` })
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await rememberDestination(tx, changed, secretsChanged);
  await announce(tx, changed);
  return recordOf(changed);
}

export async function announce(tx: Queries, row: { kind: string; id: string }): Promise<void> {
  if (row.kind === WEBHOOK_KIND) {
    await notifyDestination(tx, row.id);
  }
}

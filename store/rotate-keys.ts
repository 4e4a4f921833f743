import { sql } from 'kysely';
import { isSluiceError } from '../core/errors.ts';
import type { Database } from './database.ts';
import { destinationContext } from './destinations.ts';
import { erasureContext } from './erasures.ts';
import { hashKeyContext } from './hash-keys.ts';
import { answerContext } from './idempotency.ts';
import { channelContext } from './notification-channels.ts';
import type { SecretBox } from './secrets.ts';
import type { Tables } from './tables.ts';

/** What became of the sealed values of one table that another key than the present one has sealed. */
export interface Rotation {
  table: string;
  resealed: number;
  /** No key that is given opens them: they stay as they are. */
  unreadable: number;
}

/** A column with sealed values; empty ones are secrets that were forgotten. */
interface SealedColumn<Key> {
  table: keyof Tables;
  column: string;
  key: readonly (keyof Key & string)[];
  contextOf(key: Key): string;
}

type SomeKey = Record<string, string | number>;

/** Every table that has sealed values. */
const SEALED: readonly SealedColumn<SomeKey>[] = [
  sealed({ table: 'destinations', column: 'secrets', key: ['teamId', 'id'], contextOf: destinationContext }),
  sealed({ table: 'notificationChannels', column: 'sealed', key: ['teamId', 'id'], contextOf: channelContext }),
  sealed({ table: 'teams', column: 'hashKey', key: ['id'], contextOf: ({ id }: { id: number }) => hashKeyContext(id) }),
  sealed({ table: 'idempotencyKeys', column: 'answer', key: ['teamId', 'key'], contextOf: answerContext }),
  sealed({
    table: 'erasures',
    column: 'subject',
    key: ['id'],
    contextOf: ({ id }: { id: string }) => erasureContext(id),
  }),
];

function sealed<Key>(column: SealedColumn<Key>): SealedColumn<SomeKey> {
  return column as unknown as SealedColumn<SomeKey>;
}

/**
 * Seals everything anew that the present key has not sealed. May be repeated, and run beside processes that work: a value
 * that changes meanwhile is left to whoever changes it.
 */
export async function rotateKeys(db: Database, box: SecretBox): Promise<Rotation[]> {
  const rotations: Rotation[] = [];
  for (const column of SEALED) {
    rotations.push(await rotateColumn(db, box, column));
  }
  return rotations;
}

async function rotateColumn(db: Database, box: SecretBox, column: SealedColumn<SomeKey>): Promise<Rotation> {
  const rotation: Rotation = { table: column.table, resealed: 0, unreadable: 0 };
  for (const { sealed: before, ...key } of await staleValues(db, box, column)) {
    const after = resealed(box, before, column.contextOf(key));
    if (after === undefined) {
      rotation.unreadable += 1;
    } else {
      rotation.resealed += await replace(db, column, { key, before, after });
    }
  }
  return rotation;
}

async function staleValues(
  db: Database,
  box: SecretBox,
  { table, column, key }: SealedColumn<SomeKey>,
): Promise<(SomeKey & { sealed: Buffer })[]> {
  const { rows } = await sql<SomeKey & { sealed: Buffer }>`
    SELECT ${sql.join(key.map((name) => sql.ref(name)))}, ${sql.ref(column)} AS sealed FROM ${sql.table(table)}
    WHERE octet_length(${sql.ref(column)}) > 0
      AND substring(${sql.ref(column)} FROM 1 FOR ${box.header.length}::integer) <> ${box.header}`.execute(db.kysely);
  return rows;
}

/** Undefined when no key opens it. */
function resealed(box: SecretBox, before: Buffer, context: string): Buffer | undefined {
  try {
    return box.seal(box.open(before, context), context);
  } catch (error) {
    if (isSluiceError(error) && error.code === 'secret_unreadable') {
      return undefined;
    }
    throw error;
  }
}

async function replace(
  db: Database,
  { table, column }: SealedColumn<SomeKey>,
  { key, before, after }: { key: SomeKey; before: Buffer; after: Buffer },
): Promise<number> {
  const same = Object.entries(key).map(([name, value]) => sql`${sql.ref(name)} = ${value}`);
  const { numAffectedRows = 0n } = await sql`UPDATE ${sql.table(table)} SET ${sql.ref(column)} = ${after}
    WHERE ${sql.join(same, sql` AND `)} AND ${sql.ref(column)} = ${before}`.execute(db.kysely);
  return Number(numAffectedRows);
}

import type { Database } from '../store/database.ts';
import { expectShards } from '../store/delivery-division.ts';
import { inspectDatabase, tryKey, type DatabaseState } from '../store/inspect.ts';
import { migrationState, type MigrationState } from '../store/migrate.ts';
import type { SecretBox } from '../store/secrets.ts';
import { clockFinding, readClock } from './clocks.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

const MIN_VERSION = 150_000;
/** Above this share of its connections a restart of all processes at once may not find enough. */
const BUSY_SHARE = 0.85;
/** The latest sealed configs that are tried. */
const SEALED = 50;

export interface DatabaseParts {
  db: Database;
  box: SecretBox;
  visibilityBoundMs: number;
  deliveryShards: number;
}

/** Rejects when the server does not answer. */
export async function checkDatabase({ db, visibilityBoundMs }: DatabaseParts): Promise<Finding[]> {
  // Connects: the second question is a short one.
  await inspectDatabase(db);
  const { clock, state } = await readClock('PostgreSQL', () => inspectDatabase(db));
  return [...serverFindings(state), clockFinding(clock, visibilityBoundMs)];
}

export function serverFindings({ versionNumber, connections, maxConnections }: DatabaseState): Finding[] {
  const version = `PostgreSQL ${String(Math.floor(versionNumber / 10_000))}`;
  const used = `${String(connections)} of ${String(maxConnections)} connections are used`;
  return [
    versionNumber < MIN_VERSION
      ? fail('postgres.connection', `${version} answers`, 'Use PostgreSQL 15 or newer.')
      : ok('postgres.connection', `${version} answers`),
    connections > BUSY_SHARE * maxConnections
      ? warn('postgres.connections', used, 'Raise max_connections, or lower SLUICE_DATABASE_MAX_CONNECTIONS.')
      : ok('postgres.connections', used),
  ];
}

export async function checkSchema({ db }: DatabaseParts): Promise<Finding[]> {
  return [schemaFinding('postgres.schema', await migrationState(db))];
}

/** For both databases. */
export function schemaFinding(check: string, { pending, changed, unknown }: MigrationState): Finding {
  if (changed.length > 0) {
    const remedy = 'Restore the files of this release; a change belongs into a new migration.';
    return fail(check, `applied with other contents than now: ${changed.join(', ')}`, remedy);
  }
  if (pending.length > 0) {
    return fail(check, `not applied: ${pending.join(', ')}`, 'Run sluice setup.');
  }
  if (unknown.length > 0) {
    return warn(check, `a newer release has applied ${unknown.join(', ')}`, 'Run the same release everywhere.');
  }
  return ok(check, 'every migration is applied');
}

export async function checkKey({ db, box }: DatabaseParts): Promise<Finding[]> {
  const check = 'encryption.key';
  const { opened, refused } = await tryKey(db, box, SEALED);
  if (refused > 0) {
    const remedy = 'Start with the SLUICE_ENCRYPTION_KEY that they were stored with, or enter their secrets again.';
    return [fail(check, `${String(refused)} of ${String(opened + refused)} stored secrets cannot be opened`, remedy)];
  }
  return [ok(check, opened === 0 ? 'no secret is stored yet' : `opens the latest ${String(opened)} stored secrets`)];
}

/** Only workers of deliveries are held to the setting; elsewhere it misleads. */
export async function checkShards({ db, deliveryShards }: DatabaseParts): Promise<Finding[]> {
  await expectShards(db, deliveryShards);
  return [ok('delivery.shards', `webhooks are divided into ${String(deliveryShards)} shards`)];
}

import { sql } from 'kysely';
import type { Database } from './database.ts';
import { usersOf, type User } from './delete-destination.ts';
import { DOWNLOAD_KIND, WEBHOOK_KIND } from './destinations.ts';
import { restorableUntil } from './restore-webhook.ts';
import type { RunRecord } from './runs.ts';
import type { Row } from './tables.ts';

/** Names of stored files that a plan shows as a sample. */
const SAMPLE_FILES = 5;

export type DeletionState = 'active' | 'deleting' | 'deleted';

export interface ExportDeletion {
  id: string;
  name: string;
  state: DeletionState;
  openRuns: RunRecord[];
  /** Intervals that are known to be due and that nobody has exported. */
  unexportedIntervals: number;
  leftBehind: LeftBehind;
}

/** What stays at the destination: Sluice removes nothing that was committed. */
export interface LeftBehind {
  destinationId: string;
  kind: string;
  destinationName: string;
  /** Without secrets. */
  config: Record<string, unknown>;
  model: string;
  intervals: number;
  rows: number;
  bytes: number;
  files: number;
  /** Of the newest committed interval. */
  latestFiles: string[];
}

type Deletable = Pick<Row<'exports'>, 'deletedAt' | 'deletionSettledAt'>;

function stateOf({ deletedAt, deletionSettledAt }: Deletable): DeletionState {
  return deletedAt === null ? 'active' : deletionSettledAt === null ? 'deleting' : 'deleted';
}

/** Also of an export that is deleted already. `onDemand`: one of those, or none of them; absent: either. */
export async function exportDeletion(
  db: Database,
  key: { teamId: number; id: string; onDemand?: boolean },
): Promise<ExportDeletion | undefined> {
  const row = await db.kysely
    .selectFrom('exports')
    .innerJoin('destinations', 'destinations.id', 'exports.destinationId')
    .selectAll('exports')
    .select(['destinations.kind', 'destinations.name as destinationName', 'destinations.config'])
    .where('exports.id', '=', key.id)
    .where('exports.teamId', '=', key.teamId)
    .where('onDemand', 'in', key.onDemand === undefined ? [true, false] : [key.onDemand])
    .executeTakeFirst();
  if (row === undefined) {
    return undefined;
  }
  const openRuns = await db.kysely
    .selectFrom('exportRuns')
    .selectAll()
    .where('exportId', '=', key.id)
    .where('finishedAt', 'is', null)
    .orderBy('intervalEnd')
    .execute();
  const { unexportedIntervals, ...exported } = await exportedSoFar(db, key.id);
  const { kind, destinationName, config, destinationId, model } = row;
  const latestFiles = await filesOfLatest(db, key.id);
  return {
    ...{ id: row.id, name: row.name, state: stateOf(row), openRuns, unexportedIntervals },
    leftBehind: { destinationId, kind, destinationName, config, model, ...exported, latestFiles },
  };
}

async function exportedSoFar(
  db: Database,
  exportId: string,
): Promise<Pick<LeftBehind, 'intervals' | 'rows' | 'bytes' | 'files'> & Pick<ExportDeletion, 'unexportedIntervals'>> {
  const { rows } = await sql<Awaited<ReturnType<typeof exportedSoFar>>>`
    SELECT count(committed_at)::integer AS intervals, coalesce(sum(ledger.rows), 0)::bigint AS rows,
      coalesce(sum(ledger.bytes), 0)::bigint AS bytes, coalesce(sum(run.files), 0)::integer AS files,
      count(*) FILTER (WHERE committed_at IS NULL)::integer AS unexported_intervals
    FROM interval_ledger ledger LEFT JOIN export_runs run ON run.id = ledger.committed_run_id
    WHERE ledger.export_id = ${exportId}`.execute(db.kysely);
  return rows[0] ?? { intervals: 0, rows: 0, bytes: 0, files: 0, unexportedIntervals: 0 };
}

/** Of a table: the names under which its rows were staged, which are gone; the caller leaves them out. */
async function filesOfLatest(db: Database, exportId: string): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    SELECT file ->> 'key' AS key
    FROM (SELECT committed_run_id, committed_generation FROM interval_ledger
      WHERE export_id = ${exportId} AND committed_at IS NOT NULL AND rows > 0
      ORDER BY interval_end DESC LIMIT 1) latest
    JOIN run_chunks chunk ON chunk.run_id = committed_run_id AND chunk.generation = committed_generation,
    jsonb_array_elements(chunk.receipt -> 'files') file
    ORDER BY chunk.chunk_index LIMIT ${SAMPLE_FILES}`.execute(db.kysely);
  return rows.map(({ key }) => key);
}

export interface DestinationDeletion {
  id: string;
  name: string;
  kind: string;
  state: DeletionState;
  /** Not deleted, or deleted together with it. */
  exportIds: string[];
}

/** Of a batch destination, also of one that is deleted already. */
export async function destinationDeletion(
  db: Database,
  key: { teamId: number; id: string },
): Promise<DestinationDeletion | undefined> {
  const row = await destination(db, key);
  if (row === undefined || row.kind === WEBHOOK_KIND || row.kind === DOWNLOAD_KIND) {
    return undefined;
  }
  const users =
    row.deletedAt === null ? await usersOf(db.kysely, key.id) : await deletedWith(db, key.id, row.deletedAt);
  const { id, name, kind } = row;
  return { id, name, kind, state: stateOf(row), exportIds: users.map((user) => user.id) };
}

/** In the same transaction, which has one time. */
async function deletedWith(db: Database, destinationId: string, deletedAt: Date): Promise<Pick<User, 'id'>[]> {
  return db.kysely
    .selectFrom('exports')
    .select('id')
    .where('destinationId', '=', destinationId)
    .where('deletedAt', '=', deletedAt)
    .orderBy('createdAt')
    .execute();
}

export interface WebhookDeletion {
  id: string;
  name: string;
  state: DeletionState;
  /** Without secrets. */
  config: Record<string, unknown>;
  /** Of a deleted one; undefined when it cannot be restored any more. */
  restorableUntil: Date | undefined;
  /** Microseconds; undefined when it has no cursor any more. */
  cursorMicros: number | undefined;
  openRetries: number;
}

/** Also of a webhook that is deleted already. */
export async function webhookDeletion(
  db: Database,
  key: { teamId: number; id: string },
): Promise<WebhookDeletion | undefined> {
  const row = await destination(db, key);
  if (row?.kind !== WEBHOOK_KIND) {
    return undefined;
  }
  const rest = await db.kysely
    .selectFrom('endpointStates')
    .leftJoin('destinationCursors', 'destinationCursors.destinationId', 'endpointStates.destinationId')
    .select(['openRetries', 'positionMicros'])
    .where('endpointStates.destinationId', '=', key.id)
    .executeTakeFirst();
  return {
    ...{ id: row.id, name: row.name, state: stateOf(row), config: row.config },
    restorableUntil: row.deletedAt === null ? undefined : await restorableUntil(db, key.id),
    cursorMicros: rest?.positionMicros ?? undefined,
    openRetries: rest?.openRetries ?? 0,
  };
}

async function destination(db: Database, key: { teamId: number; id: string }) {
  return db.kysely
    .selectFrom('destinations')
    .select(['id', 'name', 'kind', 'config', 'deletedAt', 'deletionSettledAt'])
    .where('id', '=', key.id)
    .where('teamId', '=', key.teamId)
    .executeTakeFirst();
}

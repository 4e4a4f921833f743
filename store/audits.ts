import { sql } from 'kysely';
import type { Micros } from '../core/time.ts';
import { webhookFilter } from '../core/webhook-filter.ts';
import type { Database, Queries } from './database.ts';

/** What an audit needs to know of a webhook besides its settings. */
export interface AuditState {
  destinationId: string;
  auditedMicros: Micros;
  /** Everything ingested before is settled in the attempt log. */
  cursorMicros: Micros;
  /** How long ago the filter was changed, as the database measures it; null: never. An age fits any clock. */
  filterAgeMicros: Micros | null;
}

/** Begins where the webhook's cursor is. */
export async function createAudit(tx: Queries, destinationId: string): Promise<void> {
  await tx
    .insertInto('deliveryAudits')
    .columns(['destinationId', 'auditedMicros'])
    .expression((eb) =>
      eb
        .selectFrom('destinationCursors')
        .select(['destinationId', 'positionMicros'])
        .where('destinationId', '=', destinationId),
    )
    .execute();
}

/** Of every webhook that has one; longest unaudited first. */
export async function listAudits(db: Database): Promise<AuditState[]> {
  return db.kysely
    .selectFrom('deliveryAudits')
    .innerJoin('destinationCursors', 'destinationCursors.destinationId', 'deliveryAudits.destinationId')
    .select([
      'deliveryAudits.destinationId',
      'auditedMicros',
      'positionMicros as cursorMicros',
      sql<number | null>`(extract(epoch FROM clock_timestamp() - filter_changed_at) * 1000000)::bigint`.as(
        'filterAgeMicros',
      ),
    ])
    .orderBy('auditedMicros')
    .execute();
}

/** Never moves back. */
export async function saveAudit(db: Database, destinationId: string, auditedMicros: Micros): Promise<void> {
  await db.kysely
    .updateTable('deliveryAudits')
    .set({
      auditedMicros: sql<number>`greatest(audited_micros, ${auditedMicros}::bigint)`,
      updatedAt: sql<Date>`now()`,
    })
    .where('destinationId', '=', destinationId)
    .execute();
}

/** Part of the transaction that changes the config; does nothing when the filter is the same. */
export async function noteFilterChange(
  tx: Queries,
  destinationId: string,
  change: { from: Record<string, unknown>; to: Record<string, unknown> },
): Promise<void> {
  if (filterText(change.from) === filterText(change.to)) {
    return;
  }
  await tx
    .updateTable('deliveryAudits')
    .set({ filterChangedAt: sql<Date>`now()` })
    .where('destinationId', '=', destinationId)
    .execute();
}

function filterText(config: Record<string, unknown>): string {
  const { includeEvents, excludeEvents, properties, sample } = webhookFilter(config);
  return JSON.stringify([includeEvents, excludeEvents, properties, sample]);
}

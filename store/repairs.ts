import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from './database.ts';
import type { RepairAction, RepairStatus } from './reconcile-tables.ts';
import type { Row } from './tables.ts';
import { json, storableText } from './values.ts';

/** One interval that differed, and what is done about it. */
export type RepairRecord = Row<'intervalRepairs'>;

export type NewRepair = Omit<RepairRecord, 'id' | 'status' | 'runId' | 'foundAt' | 'repairedAt'>;

/** Once per reconciliation and interval: a repeated comparison does not change what a repair may have begun with. */
export async function createRepair(db: Database, repair: NewRepair): Promise<RepairRecord> {
  const { files, selection, removals, note, ...plain } = repair;
  const row = await db.kysely
    .insertInto('intervalRepairs')
    .values({
      id: randomUUID(),
      ...plain,
      files: json(files),
      selection: selection && json(selection),
      removals: removals && json(removals),
      note: note && storableText(note),
      status: repair.action === 'none' ? 'left' : 'found',
    })
    .onConflict((conflict) =>
      conflict.columns(['reconciliationId', 'intervalEnd']).doUpdateSet({ intervalStart: repair.intervalStart }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return row;
}

export async function getRepair(db: Database, id: string): Promise<RepairRecord | undefined> {
  return db.kysely.selectFrom('intervalRepairs').selectAll().where('id', '=', id).executeTakeFirst();
}

/** In order of the intervals, at most a thousand. */
export async function listRepairs(db: Database, reconciliationId: string): Promise<RepairRecord[]> {
  return db.kysely
    .selectFrom('intervalRepairs')
    .selectAll()
    .where('reconciliationId', '=', reconciliationId)
    .orderBy('intervalStart')
    .limit(1_000)
    .execute();
}

/** Absent fields stay as they are. A repaired interval stays repaired. */
export async function settleRepair(
  db: Database,
  id: string,
  change: { status: RepairStatus; action?: RepairAction; runId?: string; note?: string },
): Promise<void> {
  const { note, ...plain } = change;
  await db.kysely
    .updateTable('intervalRepairs')
    .set({
      ...plain,
      ...(note === undefined ? {} : { note: storableText(note) }),
      ...(change.status === 'repaired' ? { repairedAt: sql<Date>`now()` } : {}),
    })
    .where('id', '=', id)
    .where('status', '!=', 'repaired')
    .execute();
}

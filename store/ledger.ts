import { sql } from 'kysely';
import type { Database } from './database.ts';
import { openInterval } from './intervals.ts';
import type { Row } from './tables.ts';

/**
 * The lease and the ledger of (export, interval): one row, changed by single conditional UPDATEs only, so that the row
 * lock of Postgres decides every race. All times are the database's, so that workers' clocks do not matter.
 */
export interface LedgerKey {
  exportId: string;
  intervalEnd: Date;
}

export type LedgerRecord = Row<'intervalLedger'>;

export interface LeaseRequest extends LedgerKey {
  intervalStart: Date;
  runId: string;
  ttlMs: number;
  /** Run an interval again that is committed. A run never repeats its own commit. */
  force?: boolean;
}

export type Lease =
  | {
      acquired: true;
      /** Fencing token: every later write of this holder names it. */
      epoch: number;
      /** Belongs to this run alone, also over its own retries; another run of the interval gets a higher one. */
      generation: number;
    }
  | { acquired: false; reason: 'committed'; holderRunId: string }
  | { acquired: false; reason: 'held'; holderRunId: string }
  /** The export's time line has no such interval: its schedule was changed since the bounds were computed. */
  | { acquired: false; reason: 'no_interval' };

/**
 * Takes the lease when it is free, expired or the run's own (a retried activity); the epoch grows with each
 * acquisition. `committed` with the run's own id as holder means that this run has finished its work.
 */
export async function acquireLease(db: Database, request: LeaseRequest): Promise<Lease> {
  if (!(await openInterval(db, request))) {
    return { acquired: false, reason: 'no_interval' };
  }
  for (;;) {
    const taken = (await tryAcquire(db, request)) ?? (await reasonOf(db, request));
    // Neither: the holder let go between the two statements, so the next try can win.
    if (taken) {
      return taken;
    }
  }
}

async function tryAcquire(db: Database, request: LeaseRequest): Promise<Lease | undefined> {
  const { rows } = await sql<{ epoch: number; generation: number }>`
    UPDATE interval_ledger SET
      epoch = epoch + 1,
      holder_run_id = ${request.runId}::uuid,
      lease_expires_at = clock_timestamp() + ${request.ttlMs} * interval '1 millisecond',
      generation = CASE WHEN generation_run_id = ${request.runId}::uuid THEN generation ELSE generation + 1 END,
      generation_run_id = ${request.runId}::uuid
    WHERE export_id = ${request.exportId} AND interval_end = ${request.intervalEnd}
      AND (committed_at IS NULL OR (${request.force ?? false}::boolean AND committed_run_id <> ${request.runId}::uuid))
      AND (holder_run_id IS NULL OR holder_run_id = ${request.runId}::uuid OR lease_expires_at <= clock_timestamp())
    RETURNING epoch, generation`.execute(db.kysely);
  return rows[0] && { acquired: true, ...rows[0] };
}

async function reasonOf(db: Database, request: LeaseRequest): Promise<Lease | undefined> {
  const row = await getLedger(db, request);
  const mayRepeat = request.force === true && row?.committedRunId !== request.runId;
  if (row?.committedRunId && !mayRepeat) {
    return { acquired: false, reason: 'committed', holderRunId: row.committedRunId };
  }
  if (row?.holderRunId && row.holderRunId !== request.runId) {
    return { acquired: false, reason: 'held', holderRunId: row.holderRunId };
  }
  return undefined;
}

export async function getLedger(db: Database, key: LedgerKey): Promise<LedgerRecord | undefined> {
  return db.kysely
    .selectFrom('intervalLedger')
    .selectAll()
    .where('exportId', '=', key.exportId)
    .where('intervalEnd', '=', key.intervalEnd)
    .executeTakeFirst();
}

/** Ends of the intervals of a range that are exported. */
export async function committedEnds(db: Database, of: { exportId: string; start: Date; end: Date }): Promise<Date[]> {
  const rows = await db.kysely
    .selectFrom('intervalLedger')
    .select('intervalEnd')
    .where('exportId', '=', of.exportId)
    .where('intervalEnd', '>', of.start)
    .where('intervalEnd', '<=', of.end)
    .where('committedAt', 'is not', null)
    .execute();
  return rows.map(({ intervalEnd }) => intervalEnd);
}

/** False: fenced, committed or released; stop at once. An expired lease that nobody took is renewed. */
export async function renewLease(db: Database, lease: LedgerKey & { epoch: number; ttlMs: number }): Promise<boolean> {
  const result = await db.kysely
    .updateTable('intervalLedger')
    .set({ leaseExpiresAt: sql<Date>`clock_timestamp() + ${lease.ttlMs} * interval '1 millisecond'` })
    .where('exportId', '=', lease.exportId)
    .where('intervalEnd', '=', lease.intervalEnd)
    .where('epoch', '=', lease.epoch)
    .where('holderRunId', 'is not', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/**
 * A new plan of the interval under the same lease: the next generation, also of those that the destination is known to
 * hold (`above`), or undefined when fenced. Idempotent: a retried call that names the same generations gets the same answer.
 */
export async function advanceGeneration(
  db: Database,
  lease: LedgerKey & { epoch: number; fromGeneration: number; above?: number },
): Promise<number | undefined> {
  const next = Math.max(lease.fromGeneration, lease.above ?? 0) + 1;
  const row = await db.kysely
    .updateTable('intervalLedger')
    .set({ generation: next })
    .where('exportId', '=', lease.exportId)
    .where('intervalEnd', '=', lease.intervalEnd)
    .where('epoch', '=', lease.epoch)
    .where('holderRunId', 'is not', null)
    .where('generation', 'in', [lease.fromGeneration, next])
    .returning('generation')
    .executeTakeFirst();
  return row?.generation;
}

export interface LedgerCommit extends LedgerKey {
  epoch: number;
  runId: string;
  generation: number;
  rows: number;
  bytes: number;
  hash: string;
}

/** Records the interval as exported and frees the lease. Idempotent for the same epoch; false when fenced. */
export async function commitLedger(db: Database, commit: LedgerCommit): Promise<boolean> {
  const result = await db.kysely
    .updateTable('intervalLedger')
    .set({
      holderRunId: null,
      leaseExpiresAt: null,
      committedAt: sql<Date>`now()`,
      committedRunId: commit.runId,
      committedGeneration: commit.generation,
      rows: commit.rows,
      bytes: commit.bytes,
      hash: commit.hash,
      reconciledTimes: 0,
    })
    .where('exportId', '=', commit.exportId)
    .where('intervalEnd', '=', commit.intervalEnd)
    .where('epoch', '=', commit.epoch)
    .where('generation', '=', commit.generation)
    .where('generationRunId', '=', commit.runId)
    .where((eb) => eb.or([eb('holderRunId', '=', commit.runId), eb('committedRunId', '=', commit.runId)]))
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Frees the lease without a commit. Idempotent; false when it was not this epoch's to free. */
export async function releaseLease(db: Database, lease: LedgerKey & { epoch: number }): Promise<boolean> {
  const result = await db.kysely
    .updateTable('intervalLedger')
    .set({ holderRunId: null, leaseExpiresAt: null })
    .where('exportId', '=', lease.exportId)
    .where('intervalEnd', '=', lease.intervalEnd)
    .where('epoch', '=', lease.epoch)
    .where('holderRunId', 'is not', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

import { CHUNKS_OUTDATED, SluiceError } from '../core/errors.ts';
import { countRows } from '../clickhouse/read-chunk.ts';
import { getPlan, type StoredReceipt } from '../store/chunks.ts';
import type { ActivityDeps } from './deps.ts';
import type { RunContext } from './run-context.ts';

/**
 * Throws chunks_outdated when a copy of an event may have been read: a row that became visible between the look for
 * duplicates and the reading of its chunk may repeat another, and a table that has taken it cannot give it back. Asked
 * before the commit; costs one count where nothing has come since the plan. Sums of what was read prove nothing here,
 * since a row that is missing hides one that is there twice: rows that came late are let pass only where the interval
 * holds no copy at all.
 */
export async function assertUpToDate(
  { db, clickhouse }: ActivityDeps,
  { run, scope, supplement }: RunContext,
  { chunks, signal }: { chunks: readonly StoredReceipt[]; signal: AbortSignal },
): Promise<void> {
  const { storedRows } = scope.model.relation;
  if (storedRows === undefined) {
    return;
  }
  const planned = (await getPlan(db, run))?.rows ?? 0;
  if (supplement !== undefined) {
    assertOnlyNamed(planned, chunks);
    return;
  }
  if ((await storedRows(clickhouse, scope, signal)) === planned) {
    return;
  }
  const wanted = await countRows(clickhouse, scope, signal);
  // Counted last: a row that comes in between looks like a copy, and never the other way round.
  const stored = await storedRows(clickhouse, scope, signal);
  if (stored > wanted.rows) {
    throw outdated(stored - planned, stored - wanted.rows);
  }
}

/** Late rows loaded alone are named one by one: only another row of the same name can have come with them. */
function assertOnlyNamed(planned: number, chunks: readonly StoredReceipt[]): void {
  const loaded = chunks.reduce((sum, { rows }) => sum + rows, 0);
  if (loaded > planned) {
    throw outdated(loaded - planned, loaded - planned);
  }
}

function outdated(late: number, copies: number): SluiceError {
  return new SluiceError({
    code: CHUNKS_OUTDATED,
    message: `${late} rows came after the interval was planned, and ${copies} of its rows are copies: some may have been read as events`,
    retryable: false,
    fault: 'platform',
    remedy: 'Nothing to do: the interval is planned and loaded again.',
  });
}

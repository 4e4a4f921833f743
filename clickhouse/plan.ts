import type { ClickHouse } from './client.ts';
import { chunksBetween, cutPoints, type Cell, type CutPoint } from './cut-points.ts';
import { forgetDuplicates } from './first-arrivals.ts';
import { scopeSql, type EventScope, type PlannedChunk } from './scope.ts';
import { microsSql } from './sql.ts';

export type { EventScope, PlannedChunk } from './scope.ts';

export interface PlanOptions {
  targetRows: number;
  maxChunks: number;
}

export interface ExportPlan {
  /** Stored rows of the scope, duplicates included. */
  rows: number;
  /** Estimate of the uncompressed size. */
  bytes: number;
  /** Together exactly the scope's range, without gap or overlap. None when there are no rows. */
  chunks: PlannedChunk[];
}

/** Cells per histogram: a plan reads `inserted_at` once, and again only inside cells that hold too many rows. */
const CELLS = 4_096;
const SAMPLE_ROWS = 10_000;
/** Width of the columns that have one: two uuids, three times, the team. */
const FIXED_ROW_BYTES = 60;

/**
 * Cuts a scope into chunks of about `targetRows` at quantiles of `inserted_at`, so that no row is read twice. Exact:
 * a histogram is refined wherever a cut would fall into too big a cell, down to one microsecond, which is cut by uuid.
 */
export async function planChunks(
  ch: ClickHouse,
  scope: EventScope,
  options: PlanOptions,
  signal?: AbortSignal,
): Promise<ExportPlan> {
  forgetDuplicates(ch, scope);
  const extent = await readExtent(ch, scope, signal);
  if (extent.rows === 0) {
    return { rows: 0, bytes: 0, chunks: [] };
  }
  const chunkCount = Math.min(Math.ceil(extent.rows / Math.max(1, options.targetRows)), Math.max(1, options.maxChunks));
  const chunkRows = extent.rows / chunkCount;
  const whole: Cell = { startMicros: extent.firstMicros, endMicros: extent.lastMicros + 1, rows: extent.rows };
  const cells = chunkCount === 1 ? [whole] : await refine(ch, scope, { cell: whole, maxRows: chunkRows / 4, signal });
  const cuts = await resolveCuts(ch, scope, cutPoints(cells, chunkCount), signal);
  const rowBytes = await estimateRowBytes(ch, scope);
  return { rows: extent.rows, bytes: extent.rows * rowBytes, chunks: chunksBetween(scope.range, cuts, extent.rows) };
}

/** Stored rows of the scope, duplicates included: what a plan counts. */
export async function countStored(ch: ClickHouse, scope: EventScope, signal?: AbortSignal): Promise<number> {
  return (await readExtent(ch, scope, signal)).rows;
}

interface Extent {
  rows: number;
  firstMicros: number;
  lastMicros: number;
}

async function readExtent(ch: ClickHouse, scope: EventScope, signal?: AbortSignal): Promise<Extent> {
  const { sql, params } = scopeSql(scope);
  const [row] = await ch.rows<Extent>({
    sql: `SELECT count() AS rows, toUnixTimestamp64Micro(min(inserted_at)) AS firstMicros,
      toUnixTimestamp64Micro(max(inserted_at)) AS lastMicros FROM ${tableOf(scope)} WHERE ${sql}`,
    params,
    ...(signal && { signal }),
  });
  return row ?? { rows: 0, firstMicros: 0, lastMicros: 0 };
}

/** Replaces a cell by finer ones until each holds at most `maxRows` or is one microsecond wide. In order of time. */
async function refine(
  ch: ClickHouse,
  scope: EventScope,
  { cell, maxRows, signal }: { cell: Cell; maxRows: number; signal: AbortSignal | undefined },
): Promise<Cell[]> {
  if (cell.rows <= maxRows || cell.endMicros - cell.startMicros <= 1) {
    return [cell];
  }
  const cells: Cell[] = [];
  for (const finer of await histogram(ch, scope, cell, signal)) {
    cells.push(...(await refine(ch, scope, { cell: finer, maxRows, signal })));
  }
  return cells;
}

async function histogram(ch: ClickHouse, scope: EventScope, cell: Cell, signal?: AbortSignal): Promise<Cell[]> {
  const { startMicros, endMicros } = cell;
  const width = Math.max(1, Math.ceil((endMicros - startMicros) / CELLS));
  const { sql, params } = scopeSql({ ...scope, range: { startMicros, endMicros } });
  const rows = await ch.rows<{ index: number; rows: number }>({
    sql: `SELECT intDiv(toUnixTimestamp64Micro(inserted_at) - ${String(startMicros)}, ${String(width)}) AS index,
      count() AS rows FROM ${tableOf(scope)} WHERE ${sql} GROUP BY index ORDER BY index`,
    params,
    ...(signal && { signal }),
  });
  return rows.map(({ index, rows: count }) => ({
    startMicros: startMicros + index * width,
    endMicros: Math.min(startMicros + (index + 1) * width, endMicros),
    rows: count,
  }));
}

/** Turns "after the n-th row of this microsecond" into "after this uuid". */
async function resolveCuts(
  ch: ClickHouse,
  scope: EventScope,
  cuts: readonly CutPoint[],
  signal?: AbortSignal,
): Promise<CutPoint[]> {
  const resolved: CutPoint[] = [];
  for (const cut of cuts) {
    resolved.push(cut.rank === undefined ? cut : await resolveCut(ch, scope, cut, signal));
  }
  return resolved;
}

async function resolveCut(ch: ClickHouse, scope: EventScope, cut: CutPoint, signal?: AbortSignal): Promise<CutPoint> {
  const { sql, params } = scopeSql({
    ...scope,
    range: { startMicros: cut.micros, endMicros: cut.micros + 1 },
  });
  const [row] = await ch.rows<{ uuid: string }>({
    sql: `SELECT toString(uuid) AS uuid FROM ${tableOf(scope)} WHERE ${sql} AND inserted_at = ${microsSql(cut.micros)}
      ORDER BY ${tableOf(scope)}.uuid LIMIT 1 OFFSET {offset:UInt64}`,
    params: { ...params, offset: (cut.rank ?? 1) - 1 },
    ...(signal && { signal }),
  });
  return row ? { ...cut, uuid: row.uuid } : cut;
}

/** Mean uncompressed bytes of a row, from the first rows of the scope; 0 when it is empty. */
export async function estimateRowBytes(ch: ClickHouse, scope: EventScope): Promise<number> {
  const { sql, params } = scopeSql(scope);
  const [row] = await ch.rows<{ bytes: number | null }>({
    sql: `SELECT if(count() = 0, NULL, avg(size)) AS bytes FROM (
      SELECT length(properties) + length(person_properties) + length(event) + length(distinct_id) AS size
      FROM ${tableOf(scope)} WHERE ${sql} LIMIT ${String(SAMPLE_ROWS)})`,
    params,
  });
  return typeof row?.bytes === 'number' ? Math.ceil(row.bytes + FIXED_ROW_BYTES) : 0;
}

function tableOf({ table }: EventScope): string {
  return table ?? 'event_log';
}

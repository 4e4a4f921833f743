import type { Micros, MicrosRange } from '../core/time.ts';
import type { PlannedChunk } from './scope.ts';

/** Rows of one span of time: `startMicros <= inserted_at < endMicros`. */
export interface Cell {
  startMicros: Micros;
  endMicros: Micros;
  rows: number;
}

/** A border between two chunks: before the microsecond `micros`, or inside it after its row number `rank`. */
export interface CutPoint {
  micros: Micros;
  /** 1-based, in ClickHouse's order of uuids; only inside one microsecond. */
  rank?: number;
  /** The uuid at `rank`. */
  uuid?: string;
  /** Rows of the scope before the border. */
  rowsBefore: number;
}

/**
 * Borders at about the k-th of `chunkCount` equal parts, for k from 1 on. A border falls between two cells, or inside
 * a cell of one microsecond when that cell is big; never at the very start or end, and never twice at one place.
 */
export function cutPoints(cells: readonly Cell[], chunkCount: number): CutPoint[] {
  const total = cells.reduce((sum, cell) => sum + cell.rows, 0);
  const ideal = total / chunkCount;
  const cuts: CutPoint[] = [];
  let before = 0;
  for (const cell of cells) {
    for (let goal = nextGoal(cuts, ideal, before); goal < before + cell.rows; goal += ideal) {
      const cut = cutInside(cell, { goal: Math.round(goal), before, ideal });
      if (cut.rowsBefore > (cuts.at(-1)?.rowsBefore ?? 0) && cut.rowsBefore < total) {
        cuts.push(cut);
      }
    }
    before += cell.rows;
  }
  return cuts;
}

/** The smallest multiple of `ideal` that lies after the last cut and not before the cell. */
function nextGoal(cuts: readonly CutPoint[], ideal: number, before: number): number {
  const last = cuts.at(-1)?.rowsBefore ?? 0;
  const after = Math.max(before, last);
  return Math.max(1, Math.ceil(after / ideal)) * ideal;
}

function cutInside(cell: Cell, { goal, before, ideal }: { goal: number; before: number; ideal: number }): CutPoint {
  const rank = goal - before;
  const divisible = cell.endMicros - cell.startMicros === 1 && cell.rows > ideal / 4 && rank > 0 && rank < cell.rows;
  if (divisible) {
    return { micros: cell.startMicros, rank, rowsBefore: goal };
  }
  return rank * 2 < cell.rows
    ? { micros: cell.startMicros, rowsBefore: before }
    : { micros: cell.endMicros, rowsBefore: before + cell.rows };
}

/** The chunks between the borders, from the start of `range` to its end. */
export function chunksBetween(range: MicrosRange, cuts: readonly CutPoint[], totalRows: number): PlannedChunk[] {
  const borders = [...cuts, { micros: range.endMicros, rowsBefore: totalRows }];
  let from: CutPoint = { micros: range.startMicros, rowsBefore: 0 };
  return borders.map((to) => {
    const chunk = chunkBetween(from, to);
    from = to;
    return chunk;
  });
}

function chunkBetween(from: CutPoint, to: CutPoint): PlannedChunk {
  return {
    startMicros: from.micros,
    endMicros: to.uuid === undefined ? to.micros : to.micros + 1,
    ...(from.uuid !== undefined && { uuidFrom: from.uuid }),
    ...(to.uuid !== undefined && { uuidTo: to.uuid }),
    expectedRows: to.rowsBefore - from.rowsBefore,
  };
}

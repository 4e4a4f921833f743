import { differences } from '../../core/digest.ts';
import type { RowSelection } from '../../core/row-selection.ts';
import type { Micros } from '../../core/time.ts';
import { digestKeys, readKeys, type NamedRow } from '../../clickhouse/log-rows.ts';
import type { FileAudit, FileFault, TableKeys } from '../../destinations/contract.ts';
import type { ActivityDeps } from '../deps.ts';
import { withSession, type RunContext } from '../run-context.ts';

/** What the destination has against the source. */
export interface DestinationComparison {
  state: 'compared' | 'not_readable' | 'failed';
  /** Why it failed. */
  problem?: string;
  faults: FileFault[];
  /** Rows of files that are missing or changed; rows that a table has lost. */
  lost: number;
  /** In a table: which these are. */
  lostKeys: [Micros, uuid: string][];
  /** Keys with several copies. */
  surplus: string[];
  surplusRows: number;
  /** The destination can delete copies, and may. */
  removes: boolean;
  /** It can, and nobody has asked for it. */
  removesOnRequest: boolean;
  /** Rows in the interval's time that the source does not have: somebody else's, or deleted at the source. */
  unknown: number;
}

export const NOTHING_FOUND: DestinationComparison = {
  state: 'compared',
  faults: [],
  lost: 0,
  lostKeys: [],
  surplus: [],
  surplusRows: 0,
  removes: false,
  removesOnRequest: false,
  unknown: 0,
};
const BUCKETS_AT_ONCE = 64;

/** `late` are rows that nobody has loaded yet: they are not lost. */
export async function compareDestination(
  deps: ActivityDeps,
  context: RunContext,
  { committedRows, late, repairCopies }: { committedRows: number; late: RowSelection; repairCopies: boolean },
  signal: AbortSignal,
): Promise<DestinationComparison> {
  return withSession(deps, context, signal, async (session) => {
    const audit = await session.auditFiles?.();
    if (audit !== undefined) {
      return filesFound(audit, committedRows);
    }
    const digests = await session.keys?.digests();
    if (session.keys === undefined || digests === undefined) {
      return { ...NOTHING_FOUND, state: 'not_readable' };
    }
    const wanted = await digestKeys(deps.clickhouse, context.scope, context.run, signal);
    const buckets = differences(wanted, digests).map(({ bucket }) => bucket);
    const found = await compareKeys(deps, { context, keys: session.keys, late }, buckets, signal);
    return { ...found, ...removalsOf(session.keys, repairCopies) };
  });
}

function removalsOf(
  { removeCopies, removesOnRequest = false }: TableKeys,
  repairCopies: boolean,
): Pick<DestinationComparison, 'removes' | 'removesOnRequest'> {
  const can = removeCopies !== undefined;
  const may = !removesOnRequest || repairCopies;
  return { removes: can && may, removesOnRequest: can && !may };
}

function filesFound({ rows, faults }: FileAudit, committedRows: number): DestinationComparison {
  const isLost = faults.some(({ problem }) => problem !== 'unexpected');
  return { ...NOTHING_FOUND, faults, lost: isLost ? Math.max(0, committedRows - rows) : 0 };
}

async function compareKeys(
  deps: ActivityDeps,
  of: { context: RunContext; keys: TableKeys; late: RowSelection },
  buckets: readonly number[],
  signal: AbortSignal,
): Promise<DestinationComparison> {
  const lostKeys: DestinationComparison['lostKeys'] = [];
  const result = { ...NOTHING_FOUND, lostKeys, surplus: new Array<string>() };
  const isLate = selected(of.late);
  for (let start = 0; start < buckets.length; start += BUCKETS_AT_ONCE) {
    const batch = buckets.slice(start, start + BUCKETS_AT_ONCE);
    const { context, keys } = of;
    const wanted = await readKeys(deps.clickhouse, context.scope, { plan: context.run, buckets: batch }, signal);
    const there = new Map((await keys.inBuckets(batch)).map(({ key, copies }) => [key, copies]));
    const missing = wanted.filter(({ uuid }) => !there.has(uuid));
    // Elsewhere in the table it is not lost: under another time, or as another export's row.
    const elsewhere = new Set(await keys.present(missing.map(({ uuid }) => uuid)));
    const lost = missing.filter((row) => !elsewhere.has(row.uuid) && !isLate(row));
    result.lostKeys.push(...lost.map(({ micros, uuid }): [Micros, string] => [micros, uuid]));
    for (const { uuid } of wanted) {
      const copies = there.get(uuid) ?? 0;
      result.surplus.push(...(copies > 1 ? [uuid] : []));
      result.surplusRows += Math.max(0, copies - 1);
      there.delete(uuid);
    }
    result.unknown += [...there.values()].reduce((sum, copies) => sum + copies, 0);
  }
  return { ...result, lost: lostKeys.length };
}

function selected({ groups, keys }: RowSelection): (row: NamedRow) => boolean {
  const inGroups = new Set(groups.map(([micros, bucket]) => `${String(micros)} ${String(bucket)}`));
  const named = new Set(keys.map(([, uuid]) => uuid));
  return ({ micros, bucket, uuid }) => inGroups.has(`${String(micros)} ${String(bucket)}`) || named.has(uuid);
}

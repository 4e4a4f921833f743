import { Context } from '@temporalio/activity';
import { sumOf } from '../../core/digest.ts';
import { toSluiceError } from '../../core/errors.ts';
import { notFound } from '../../store/errors.ts';
import { getBuckets } from '../../store/interval-buckets.ts';
import { recordLateData } from '../../store/late-data.ts';
import { listCommitted, markReconciled, type CommittedInterval } from '../../store/reconcile-due.ts';
import { countCompared, getReconciliation, type ReconciliationRecord } from '../../store/reconciliations.ts';
import { createRepair, type RepairRecord } from '../../store/repairs.ts';
import type { ActivityDeps } from '../deps.ts';
import { loadDestination, loadRunContext, type RunContext } from '../run-context.ts';
import type { CompareIntervalsInput, CompareIntervalsResult, IntervalRepairRef } from '../types.ts';
import { beating } from '../beating.ts';
import { chooseAction } from './choose-action.ts';
import { compareDestination, NOTHING_FOUND, type DestinationComparison } from './compare-destination.ts';
import { compareSource, type SourceComparison } from './late-rows.ts';
import { RECONCILED_FOR_MS } from './limits.ts';

/** A page takes some seconds; its repairs run before the next is read. */
const PAGE_INTERVALS = 60;

export async function compareIntervals(
  deps: ActivityDeps,
  input: CompareIntervalsInput,
): Promise<CompareIntervalsResult> {
  const reconciliation = await getReconciliation(deps.db, input.reconciliationId);
  if (reconciliation === undefined) {
    throw notFound('reconciliation', input.reconciliationId);
  }
  const intervals = await listCommitted(deps.db, {
    exportId: reconciliation.exportId,
    from: reconciliation.rangeStart,
    to: reconciliation.rangeEnd,
    limit: PAGE_INTERVALS,
    ...(input.after === undefined ? {} : { after: new Date(input.after) }),
    ...(input.times === undefined ? {} : { times: input.times }),
  });
  const result: CompareIntervalsResult = { compared: 0, skipped: 0, differing: 0, repairs: [] };
  await beating(async () => {
    for (const interval of intervals) {
      await comparePart(deps, reconciliation, interval, result);
    }
  });
  await countCompared(deps.db, reconciliation.id, result);
  const last = intervals.length < PAGE_INTERVALS ? undefined : intervals.at(-1);
  return { ...result, ...(last && { next: last.intervalEnd.toISOString() }) };
}

async function comparePart(
  deps: ActivityDeps,
  reconciliation: ReconciliationRecord,
  interval: CommittedInterval,
  result: CompareIntervalsResult,
): Promise<void> {
  const context = isComparable(interval) ? await contextOf(deps, reconciliation, interval) : undefined;
  if (context?.scope.model.relation.log === undefined) {
    result.skipped += 1;
    return;
  }
  const repair = await compareOne(deps, { reconciliation, interval, context });
  result.compared += 1;
  result.differing += repair === undefined ? 0 : 1;
  if (!reconciliation.dryRun) {
    await markReconciled(deps.db, interval);
    result.repairs.push(...(repair === undefined || repair.status !== 'found' ? [] : [refOf(repair, interval)]));
  }
}

/** Which rows are duplicates is known for some days only; an interval that is being exported is compared next time. */
function isComparable({ intervalEnd, held }: CommittedInterval): boolean {
  return !held && intervalEnd.getTime() > Date.now() - RECONCILED_FOR_MS;
}

function contextOf(
  deps: ActivityDeps,
  { exportId, teamId }: ReconciliationRecord,
  { intervalStart, intervalEnd, committedRunId, committedGeneration, epoch }: CommittedInterval,
): Promise<RunContext> {
  const bounds = { intervalStart: intervalStart.toISOString(), intervalEnd: intervalEnd.toISOString() };
  const run = { exportId, teamId, runId: committedRunId, ...bounds, epoch, generation: committedGeneration };
  return loadRunContext(deps, run);
}

interface Compared {
  reconciliation: ReconciliationRecord;
  interval: CommittedInterval;
  context: RunContext;
}

async function compareOne(deps: ActivityDeps, of: Compared): Promise<RepairRecord | undefined> {
  const { interval, context } = of;
  const signal = Context.current().cancellationSignal;
  const source = await sourceOf(deps, of, signal);
  const there = await destinationOf(deps, of, source, signal);
  const { destination } = await loadDestination(deps, context);
  const choice = chooseAction(source, there, {
    supplements: destination.supplements === true && interval.recordsFailed === 0,
    replaces: destination.formats[0]?.fileFormat !== 'table',
    repeats: destination.guarantee === 'at_least_once',
  });
  if (choice === undefined) {
    return undefined;
  }
  const repair = await createRepair(deps.db, { ...repairKey(of), ...countsOf(source, there), ...choice });
  await recordLate(deps, of, { source, repair });
  return repair;
}

async function sourceOf(
  deps: ActivityDeps,
  { interval, context }: Compared,
  signal: AbortSignal,
): Promise<SourceComparison> {
  const whole = { rows: (interval.rows ?? 0) + interval.recordsFailed, hash: BigInt(interval.hash || '0') };
  const buckets = await getBuckets(deps.db, { ...interval, generation: interval.committedGeneration });
  return compareSource(deps.clickhouse, context.scope, { whole, buckets }, signal);
}

/** A destination that cannot be reached does not keep late rows from being found. */
async function destinationOf(
  deps: ActivityDeps,
  { interval, context, reconciliation: { repairCopies } }: Compared,
  source: SourceComparison,
  signal: AbortSignal,
): Promise<DestinationComparison> {
  try {
    const of = { committedRows: interval.rows ?? 0, late: source.selection, repairCopies };
    return await compareDestination(deps, context, of, signal);
  } catch (error) {
    signal.throwIfAborted();
    const { code, message } = toSluiceError(error, { code: 'unexpected_error' });
    return { ...NOTHING_FOUND, state: 'failed', problem: `${code}: ${message}` };
  }
}

type RepairKey = Pick<
  RepairRecord,
  'reconciliationId' | 'exportId' | 'intervalStart' | 'intervalEnd' | 'baseGeneration'
>;

function repairKey({ reconciliation, interval }: Compared): RepairKey {
  const { exportId, intervalStart, intervalEnd, committedGeneration: baseGeneration } = interval;
  return { reconciliationId: reconciliation.id, exportId, intervalStart, intervalEnd, baseGeneration };
}

type RepairCounts = Pick<
  RepairRecord,
  'rowsLate' | 'rowsLost' | 'rowsSurplus' | 'rowsUnknown' | 'rowsGoneFromSource' | 'destination' | 'files' | 'removals'
>;

function countsOf(source: SourceComparison, there: DestinationComparison): RepairCounts {
  return {
    rowsLate: sumOf(source.late).rows,
    rowsLost: there.lost,
    rowsSurplus: there.surplusRows,
    rowsUnknown: there.unknown,
    rowsGoneFromSource: source.gone,
    destination: there.state,
    files: there.faults,
    removals: there.surplus.length === 0 || !there.removes ? null : there.surplus,
  };
}

async function recordLate(
  deps: ActivityDeps,
  { reconciliation, interval }: Compared,
  { source, repair }: { source: SourceComparison; repair: RepairRecord },
): Promise<void> {
  if (source.late.length === 0) {
    return;
  }
  const { rows, hash } = sumOf(source.late);
  await recordLateData(deps.db, {
    repairId: repair.id,
    exportId: interval.exportId,
    teamId: reconciliation.teamId,
    intervalStart: interval.intervalStart,
    intervalEnd: interval.intervalEnd,
    rows,
    hash: String(hash),
    buckets: source.late
      .filter(({ bucket }) => bucket >= 0)
      .map((late): [number, number, string] => [late.bucket, late.rows, String(late.hash)]),
    firstMicros: source.firstMicros ?? null,
    lastMicros: source.lastMicros ?? null,
  });
}

function refOf(
  { id, intervalStart, intervalEnd, action, removals }: RepairRecord,
  { configVersion }: CommittedInterval,
): IntervalRepairRef {
  return {
    repairId: id,
    configVersion,
    intervalStart: intervalStart.toISOString(),
    intervalEnd: intervalEnd.toISOString(),
    removes: removals !== null,
    runs: action === 'supplement' || action === 'whole',
  };
}

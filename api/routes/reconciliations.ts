import { z } from 'zod';
import { clickhouseTime } from '../../core/time.ts';
import { listLateData, type LateDataRecord } from '../../store/late-data.ts';
import { notFound } from '../../store/errors.ts';
import { listReconciliations, type ReconciliationView } from '../../store/reconciliations.ts';
import { listRepairs, type RepairRecord } from '../../store/repairs.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { exportRef, findExport } from '../export-view.ts';
import { cutPage, datedCursor, pageOf, pageQuery } from '../pagination.ts';
import { fieldError } from '../problem.ts';
import { idParams, problems, timestamp } from '../schemas.ts';
import { steering } from '../temporal-errors.ts';

const instant = z.iso.datetime({ offset: true });
const count = z.number().int();

const reconcileBody = z.strictObject({
  from: instant.describe('Intervals that begin here or later …'),
  to: instant.describe('… and end here or earlier are compared.'),
  dry_run: z.boolean().default(false).describe('Only look; nothing is loaded or deleted.'),
  repair_copies: z
    .boolean()
    .default(false)
    .describe('In a warehouse: leave one of several copies of a row. It is written anew, in one transaction.'),
});

const started = z.object({ workflow_id: z.string(), from: timestamp, to: timestamp });

const reconciliationSchema = z
  .object({
    id: z.uuid(),
    from: timestamp,
    to: timestamp,
    dry_run: z.boolean(),
    repair_copies: z.boolean(),
    trigger: z.enum(['manual', 'schedule']),
    status: z.enum(['running', 'completed', 'failed', 'cancelled']),
    intervals_compared: count,
    intervals_skipped: count.describe('Too old to be compared, or being exported at that moment.'),
    intervals_differing: count,
    intervals_repaired: count,
    rows_late: count,
    rows_lost: count,
    rows_surplus: count,
    rows_unknown: count,
    rows_gone_from_source: count,
    error_message: z.string().nullable(),
    started_at: timestamp,
    finished_at: timestamp.nullable(),
  })
  .meta({ id: 'Reconciliation' });

const repairSchema = z.object({
  interval_start: timestamp,
  interval_end: timestamp,
  rows_late: count.describe('Became visible in the source after the interval had been exported.'),
  rows_lost: count.describe('Were exported and are not at the destination.'),
  rows_surplus: count.describe('Copies too many at the destination.'),
  rows_unknown: count.describe('At the destination, and not of the source: never touched.'),
  rows_gone_from_source: count.describe('Were exported and are not in the source any more: never touched.'),
  destination: z.enum(['compared', 'not_readable', 'failed']),
  files: z.array(z.object({ key: z.string(), problem: z.enum(['missing', 'changed', 'unexpected']) })),
  action: z.enum(['none', 'supplement', 'whole', 'remove']),
  status: z.enum(['found', 'repaired', 'failed', 'left']),
  note: z.string().nullable(),
  run_id: z.uuid().nullable(),
  found_at: timestamp,
  repaired_at: timestamp.nullable(),
});

const detailSchema = reconciliationSchema
  .extend({ repairs: z.array(repairSchema).describe('Intervals that differed, at most a thousand.') })
  .meta({ id: 'ReconciliationDetail' });

const lateSchema = z
  .object({
    id: z.uuid(),
    interval_start: timestamp,
    interval_end: timestamp,
    rows: count,
    hash: z.string().describe('Sum modulo 2^64 of the hashes of their uuids.'),
    buckets: z.array(z.object({ bucket: count, rows: count, hash: z.string() })),
    first_inserted_at: timestamp.nullable(),
    last_inserted_at: timestamp.nullable(),
    found_at: timestamp,
    loaded_by_run_id: z.uuid().nullable(),
    loaded_at: timestamp.nullable(),
  })
  .meta({ id: 'LateData' });

const schema = { tags: ['reconciliation'], params: idParams };

/** Comparing what was exported with source and destination, and what came late. */
export function reconciliationRoutes(scope: ApiScope, deps: ApiDeps): void {
  startRoute(scope, deps);
  readRoutes(scope, deps);
  lateDataRoute(scope, deps);
}

function startRoute(scope: ApiScope, deps: ApiDeps): void {
  scope.post(
    '/exports/:id/reconcile',
    {
      schema: {
        ...schema,
        summary: 'Compare a range of an export with source and destination, and repair it',
        body: reconcileBody,
        response: { 202: started, ...problems },
      },
    },
    async ({ teamId, params, body }, reply) => {
      const record = await findExport(deps, { teamId, id: params.id });
      const [from, to] = [new Date(body.from), new Date(body.to)];
      if (from >= to) {
        throw rangeEmpty();
      }
      const ref = await exportRef(deps, record);
      if (body.repair_copies && deps.findDestination(ref.destinationKind).removesCopies !== true) {
        throw copiesStay(ref.destinationKind);
      }
      const range = { ...ref, from, to, dryRun: body.dry_run, repairCopies: body.repair_copies };
      const { workflowId } = await steering(deps.controlPlane.reconcileExport(range));
      return reply.code(202).send({ workflow_id: workflowId, from: from.toISOString(), to: to.toISOString() });
    },
  );
}

function readRoutes(scope: ApiScope, deps: ApiDeps): void {
  scope.get(
    '/exports/:id/reconciliations',
    {
      schema: {
        ...schema,
        summary: 'List the reconciliations of an export',
        description: 'Those of the Schedule are listed only when they found something.',
        querystring: z.object(pageQuery),
        response: { 200: pageOf(reconciliationSchema), ...problems },
      },
    },
    async ({ teamId, params, query }) => {
      const { id: exportId } = await findExport(deps, { teamId, id: params.id });
      const before = datedCursor(query.cursor);
      const page = { teamId, exportId, limit: query.limit + 1, ...(before ? { before } : {}) };
      const rows = await listReconciliations(deps.db, page);
      return cutPage(rows, query.limit, {
        item: reconciliationView,
        position: (row) => [row.startedAt.toISOString(), row.id],
      });
    },
  );

  scope.get(
    '/exports/:id/reconciliations/:reconciliation_id',
    {
      schema: {
        tags: ['reconciliation'],
        summary: 'Read a reconciliation with the intervals that differed',
        params: idParams.extend({ reconciliation_id: z.uuid() }),
        response: { 200: detailSchema, ...problems },
      },
    },
    async ({ teamId, params }) => {
      const { id: exportId } = await findExport(deps, { teamId, id: params.id });
      const id = params.reconciliation_id;
      const [found] = await listReconciliations(deps.db, { teamId, exportId, id, limit: 1 });
      if (found === undefined) {
        throw notFound('reconciliation', id);
      }
      return { ...reconciliationView(found), repairs: (await listRepairs(deps.db, id)).map(repairView) };
    },
  );
}

function lateDataRoute(scope: ApiScope, deps: ApiDeps): void {
  scope.get(
    '/exports/:id/late-data',
    {
      schema: {
        ...schema,
        summary: 'List rows that became visible after their interval had been exported',
        querystring: z.object(pageQuery),
        response: { 200: pageOf(lateSchema), ...problems },
      },
    },
    async ({ teamId, params, query }) => {
      const { id: exportId } = await findExport(deps, { teamId, id: params.id });
      const before = datedCursor(query.cursor);
      const page = { teamId, exportId, limit: query.limit + 1, ...(before ? { before } : {}) };
      const rows = await listLateData(deps.db, page);
      return cutPage(rows, query.limit, { item: lateView, position: (row) => [row.foundAt.toISOString(), row.id] });
    },
  );
}

function copiesStay(kind: string): Error {
  return fieldError('repair_copies', {
    code: 'copies_not_removable',
    message: `repair_copies: of several equal rows, a destination of kind ${kind} cannot delete some`,
    remedy:
      'Leave it out. Files are replaced as a whole anyway; in ClickHouse, OPTIMIZE TABLE … FINAL DEDUPLICATE removes copies.',
  });
}

function rangeEmpty(): Error {
  return fieldError('to', {
    code: 'range_empty',
    message: 'to: it is not after `from`',
    remedy: 'Name a range that holds at least one interval of the export.',
  });
}

function reconciliationView(row: ReconciliationView): z.output<typeof reconciliationSchema> {
  return {
    id: row.id,
    from: row.rangeStart.toISOString(),
    to: row.rangeEnd.toISOString(),
    dry_run: row.dryRun,
    repair_copies: row.repairCopies,
    trigger: row.trigger,
    status: row.status,
    intervals_compared: row.intervals,
    intervals_skipped: row.intervalsSkipped,
    intervals_differing: row.differing,
    intervals_repaired: row.repaired,
    rows_late: row.rowsLate,
    rows_lost: row.rowsLost,
    rows_surplus: row.rowsSurplus,
    rows_unknown: row.rowsUnknown,
    rows_gone_from_source: row.rowsGoneFromSource,
    error_message: row.errorMessage,
    started_at: row.startedAt.toISOString(),
    finished_at: row.finishedAt?.toISOString() ?? null,
  };
}

function repairView(row: RepairRecord): z.output<typeof repairSchema> {
  return {
    interval_start: row.intervalStart.toISOString(),
    interval_end: row.intervalEnd.toISOString(),
    rows_late: row.rowsLate,
    rows_lost: row.rowsLost,
    rows_surplus: row.rowsSurplus,
    rows_unknown: row.rowsUnknown,
    rows_gone_from_source: row.rowsGoneFromSource,
    destination: row.destination,
    files: row.files,
    action: row.action,
    status: row.status,
    note: row.note,
    run_id: row.runId,
    found_at: row.foundAt.toISOString(),
    repaired_at: row.repairedAt?.toISOString() ?? null,
  };
}

function lateView(row: LateDataRecord): z.output<typeof lateSchema> {
  return {
    id: row.id,
    interval_start: row.intervalStart.toISOString(),
    interval_end: row.intervalEnd.toISOString(),
    rows: row.rows,
    hash: row.hash,
    buckets: row.buckets.map(([bucket, rows, hash]) => ({ bucket, rows, hash })),
    first_inserted_at: dateText(row.firstMicros),
    last_inserted_at: dateText(row.lastMicros),
    found_at: row.foundAt.toISOString(),
    loaded_by_run_id: row.loadedByRunId,
    loaded_at: row.loadedAt?.toISOString() ?? null,
  };
}

/** With microseconds. */
function dateText(micros: number | null): string | null {
  return micros === null ? null : `${clickhouseTime(micros).replace(' ', 'T')}Z`;
}

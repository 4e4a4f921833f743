import { z } from 'zod';
import type { SluiceError } from '../../core/errors.ts';
import type { IntervalBounds } from '../../core/intervals.ts';
import { intervalEndingAt, lastFinishedInterval, type Timeline } from '../../core/schedule-spec.ts';
import { rfc3339Seconds } from '../../core/time.ts';
import type { ExportRecord } from '../../store/exports.ts';
import { getLedger } from '../../store/ledger.ts';
import { intervalState } from '../../store/run-intervals.ts';
import { listRuns } from '../../store/runs.ts';
import { getTimeline } from '../../store/schedules.ts';
import { RUN_STATUSES } from '../../store/tables.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { exportRef, findExport } from '../export-view.ts';
import { cutPage, datedCursor, pageOf, pageQuery } from '../pagination.ts';
import { fieldError } from '../problem.ts';
import { runSchema, runView } from '../run-view.ts';
import { exported, MAX_REPEATED, repeatedSchema, repeatFields, repeatRange, stillOpen } from '../repetitions.ts';
import { idParams, problems, timestamp } from '../schemas.ts';
import { steering } from '../temporal-errors.ts';

const runNow = z
  .strictObject({
    interval_end: z.iso
      .datetime({ offset: true })
      .optional()
      .describe('End of the interval to export. Default: the last one that has ended.'),
    force: z.boolean().default(false).describe('Repeat an interval that has been exported already.'),
    replace_kept: z
      .boolean()
      .default(false)
      .describe(
        'Also replace files that have more rows than the source has now and stay, because our database has lost the record of the run that brought them.',
      ),
  })
  .nullish();

const rerun = z.strictObject({
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }),
  ...repeatFields,
});
const rerunAnswer = z.object({
  started: z.array(repeatedSchema),
  skipped: z.array(z.object({ interval_end: timestamp, reason: z.enum(['running', 'exported']) })),
});

const ONE_STATUS = `(?:${RUN_STATUSES.join('|')})`;
const statuses = z
  .string()
  .regex(new RegExp(`^${ONE_STATUS}(?:,${ONE_STATUS}){0,${String(RUN_STATUSES.length - 1)}}$`))
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(RUN_STATUSES)))
  .describe('Only runs with this status; several are separated by commas.');

const started = z.object({ workflow_id: z.string(), interval_start: timestamp, interval_end: timestamp });

export function exportRunRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['runs'] };

  scope.get(
    '/exports/:id/runs',
    {
      schema: {
        ...schema,
        summary: 'List the runs of an export',
        params: idParams,
        querystring: z.object({ ...pageQuery, status: statuses.optional() }),
        response: { 200: pageOf(runSchema), ...problems },
      },
    },
    async ({ teamId, params, query }) => {
      const { id: exportId } = await findExport(deps, { teamId, id: params.id });
      const before = datedCursor(query.cursor);
      const only = query.status === undefined ? {} : { statuses: query.status };
      const page = { teamId, exportId, limit: query.limit + 1, ...(before ? { before } : {}), ...only };
      const rows = await listRuns(deps.db, page);
      return cutPage(rows, query.limit, { item: runView, position: (row) => [row.startedAt.toISOString(), row.id] });
    },
  );

  scope.post(
    '/exports/:id/run',
    {
      schema: {
        ...schema,
        summary: 'Export one interval now',
        params: idParams,
        body: runNow,
        response: { 202: started, ...problems },
      },
    },
    async ({ teamId, params, body }, reply) => {
      const record = await findExport(deps, { teamId, id: params.id });
      const timeline = await getTimeline(deps.db.kysely, record.id);
      const interval = wantedInterval(timeline, body?.interval_end, deps.now?.() ?? new Date());
      const force = body?.force ?? false;
      const whenOpen = await refuseRepetition(deps, record, interval, force);
      const bounds = { intervalStart: interval.start, intervalEnd: interval.end };
      const wish = { trigger: 'manual', force, ...(body?.replace_kept === true && { replacesKept: true }) } as const;
      const run = { ...(await exportRef(deps, record)), ...bounds, ...wish, whenOpen };
      const { workflowId } = await steering(deps.controlPlane.startExportRun(run));
      return reply.code(202).send({
        workflow_id: workflowId,
        interval_start: interval.start.toISOString(),
        interval_end: interval.end.toISOString(),
      });
    },
  );

  scope.post(
    '/exports/:id/rerun',
    {
      schema: {
        ...schema,
        summary: 'Run the intervals of a range again',
        description: `Those that have had a run and lie in the range as a whole, at most ${String(MAX_REPEATED)}; a backfill takes more.`,
        params: idParams,
        body: rerun,
        response: { 202: rerunAnswer, ...problems },
      },
    },
    async ({ teamId, params, body: { from, to, ...repeat } }, reply) => {
      const record = await findExport(deps, { teamId, id: params.id });
      const range = { ...repeat, from: new Date(from), to: new Date(to) };
      return reply.code(202).send(await repeatRange(deps, record, range));
    },
  );
}

function wantedInterval(timeline: Timeline, wantedEnd: string | undefined, now: Date): IntervalBounds {
  const latest = lastFinishedInterval(timeline, now);
  if (wantedEnd === undefined) {
    return latest;
  }
  const end = new Date(wantedEnd);
  const interval = intervalEndingAt(timeline, end);
  if (!interval) {
    const before = rfc3339Seconds(lastFinishedInterval(timeline, end).end);
    throw refused(`${wantedEnd} is not the end of an interval of this export`, `Use ${before}.`);
  }
  if (end > latest.end) {
    throw refused(`the interval until ${wantedEnd} has not ended yet`, `Use ${rfc3339Seconds(latest.end)} or earlier.`);
  }
  return interval;
}

function refused(problem: string, remedy: string): SluiceError {
  return fieldError('interval_end', { code: 'interval_invalid', message: `interval_end: ${problem}`, remedy });
}

/** A courtesy: the ledger decides again, under its lock, when the run starts. Answers what to do with an open run. */
async function refuseRepetition(
  deps: ApiDeps,
  record: ExportRecord,
  interval: IntervalBounds,
  force: boolean,
): Promise<'join' | 'follow'> {
  const key = { exportId: record.id, intervalEnd: interval.end };
  const ledger = force ? undefined : await getLedger(deps.db, key);
  if (ledger?.committedRunId) {
    throw exported(interval.end, ledger.committedRunId);
  }
  const { open } = await intervalState(deps.db, key);
  if (open && force) {
    throw stillOpen(interval.end);
  }
  return open ? 'join' : 'follow';
}

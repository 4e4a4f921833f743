import { z } from 'zod';
import { intervalEndingAt } from '../../core/schedule-spec.ts';
import type { ExportRecord } from '../../store/exports.ts';
import { getTimeline } from '../../store/schedules.ts';
import type { ApiDeps, ApiScope, RejectedView } from '../deps.ts';
import { exportRef, findExport } from '../export-view.ts';
import { cutPage, decodePosition, pageOf, pageQuery } from '../pagination.ts';
import { idParams, problems, timestamp } from '../schemas.ts';
import { steering } from '../temporal-errors.ts';

/** One request starts at most so many runs; ask again for the rest. */
const MAX_INTERVALS = 100;

const rejectedSchema = z
  .object({
    uuid: z.uuid(),
    event: z.string(),
    interval_end: timestamp,
    inserted_at: timestamp,
    rejected_at: timestamp,
    reason: z.string().describe('Column and reason, for example `properties json_too_deep`.'),
    record: z.string().describe('The row as one JSON object.'),
  })
  .meta({ id: 'RejectedRecord' });

const replayed = z.object({
  runs: z.array(z.object({ workflow_id: z.string(), interval_end: timestamp, records: z.number().int() })),
});

const position = z.tuple([z.iso.datetime(), z.uuid()]);

/** Records that an export's destination cannot hold. */
export function rejectedRecordRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['runs'], params: idParams };

  scope.get(
    '/exports/:id/rejected-records',
    {
      schema: {
        ...schema,
        summary: 'List records that the destination cannot hold',
        querystring: z.object(pageQuery),
        response: { 200: pageOf(rejectedSchema), ...problems },
      },
    },
    async ({ teamId, params, query }) => {
      const { id: exportId } = await findExport(deps, { teamId, id: params.id });
      const before = query.cursor === undefined ? {} : { before: positionOf(query.cursor) };
      const rows = await deps.events.listRejected({ teamId, exportId, limit: query.limit + 1, ...before });
      return cutPage(rows, query.limit, {
        item: rejectedView,
        position: ({ intervalEnd, uuid }) => [intervalEnd.toISOString(), uuid],
      });
    },
  );

  scope.post(
    '/exports/:id/rejected-records/replay',
    {
      schema: {
        ...schema,
        summary: 'Export intervals with rejected records again',
        description: 'For after a fix at the destination: rows that are there stay, and those that fit now are added.',
        response: { 202: replayed, ...problems },
      },
    },
    async ({ teamId, params }, reply) => {
      const record = await findExport(deps, { teamId, id: params.id });
      return reply.code(202).send({ runs: await replay(deps, record) });
    },
  );
}

async function replay(deps: ApiDeps, record: ExportRecord): Promise<z.output<typeof replayed>['runs']> {
  const found = await deps.events.rejectedIntervals({
    teamId: record.teamId,
    exportId: record.id,
    limit: MAX_INTERVALS,
  });
  const ref = await exportRef(deps, record);
  const timeline = await getTimeline(deps.db.kysely, record.id);
  const runs: z.output<typeof replayed>['runs'] = [];
  for (const { intervalEnd, records } of found) {
    const interval = intervalEndingAt(timeline, intervalEnd);
    // Nobody can have exported what the time line does not have, unless the zone's clock was changed by law since.
    if (interval) {
      const run = { ...ref, intervalStart: interval.start, intervalEnd, trigger: 'manual', force: true } as const;
      const { workflowId } = await steering(deps.controlPlane.startExportRun(run));
      runs.push({ workflow_id: workflowId, interval_end: intervalEnd.toISOString(), records });
    }
  }
  return runs;
}

function positionOf(cursor: string): { intervalEnd: Date; uuid: string } {
  const [end, uuid] = decodePosition(cursor, position);
  return { intervalEnd: new Date(end), uuid };
}

function rejectedView(row: RejectedView): z.output<typeof rejectedSchema> {
  return {
    uuid: row.uuid,
    event: row.event,
    interval_end: row.intervalEnd.toISOString(),
    inserted_at: row.insertedAt.toISOString(),
    rejected_at: row.rejectedAt.toISOString(),
    reason: row.reason,
    record: row.record,
  };
}

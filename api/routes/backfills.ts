import { z } from 'zod';
import { BACKFILL_INTERVAL_STATUSES, type BackfillStatus } from '../../core/backfill.ts';
import { cancelOpen, listIntervals, retryFailed } from '../../store/backfill-intervals.ts';
import {
  createBackfill,
  getBackfill,
  listBackfills,
  setBackfillStatus,
  type BackfillRecord,
} from '../../store/backfills.ts';
import { getExport } from '../../store/exports.ts';
import { notFound } from '../../store/errors.ts';
import { backfillSchema, backfillView, estimateSchema, intervalSchema, intervalView } from '../backfill-view.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { exportRef, findExport } from '../export-view.ts';
import { estimateFor, newBackfill, wantedIntervals } from '../new-backfill.ts';
import { cutPage, datedCursor, decodePosition, pageOf, pageQuery } from '../pagination.ts';
import { idParams, problems, timestamp } from '../schemas.ts';
import { steering } from '../temporal-errors.ts';

const dryRun = z.object({ range_start: timestamp, range_end: timestamp, estimate: estimateSchema });
const answer = { 202: backfillSchema, ...problems };

/** Begins a backfill, or tells what it would cost. */
export function newBackfillRoute(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['backfills'], params: idParams };

  scope.post(
    '/exports/:id/backfills',
    {
      schema: {
        ...schema,
        summary: 'Export a range of the past',
        description: 'Whole intervals, as the schedule would have exported them. Live runs never wait for it.',
        body: newBackfill,
        response: { 200: dryRun, 201: backfillSchema, ...problems },
      },
    },
    async ({ teamId, params, body }, reply) => {
      const record = await findExport(deps, { teamId, id: params.id });
      const intervals = await wantedIntervals(deps, record, body);
      const rangeStart = intervals[0]?.start ?? new Date(body.from);
      const rangeEnd = intervals.at(-1)?.end ?? new Date(body.to);
      if (body.dry_run) {
        const estimate = await estimateFor(deps, record, intervals, body);
        const range = { range_start: rangeStart.toISOString(), range_end: rangeEnd.toISOString() };
        return reply.code(200).send({ ...range, estimate });
      }
      const { parallel, force, order } = body;
      const input = { exportId: record.id, teamId, rangeStart, rangeEnd, parallel, force };
      const created = await createBackfill(deps.db, { ...input, newestFirst: order === 'newest' });
      await tell(deps, created);
      return reply.code(201).send(await backfillView(deps, created));
    },
  );
}

/** Backfills of an export, as they stand. */
export function backfillRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['backfills'], params: idParams };

  scope.get(
    '/exports/:id/backfills',
    {
      schema: {
        ...schema,
        summary: 'List the backfills of an export',
        querystring: z.object(pageQuery),
        response: { 200: pageOf(backfillSchema), ...problems },
      },
    },
    async ({ teamId, params, query }) => {
      const { id: exportId } = await findExport(deps, { teamId, id: params.id });
      const after = datedCursor(query.cursor);
      const page = { teamId, exportId, limit: query.limit + 1, ...(after ? { after } : {}) };
      const { items, next_cursor } = cutPage(await listBackfills(deps.db, page), query.limit, {
        item: (record) => record,
        position: (row) => [row.createdAt.toISOString(), row.id],
      });
      return { items: await Promise.all(items.map((record) => backfillView(deps, record))), next_cursor };
    },
  );

  scope.get(
    '/backfills/:id',
    { schema: { ...schema, summary: 'Read a backfill', response: { 200: backfillSchema, ...problems } } },
    async ({ teamId, params }) => backfillView(deps, await getBackfill(deps.db, { teamId, id: params.id })),
  );

  scope.get(
    '/backfills/:id/intervals',
    {
      schema: {
        ...schema,
        summary: 'List the intervals of a backfill',
        querystring: z.object({ ...pageQuery, status: z.enum(BACKFILL_INTERVAL_STATUSES).optional() }),
        response: { 200: pageOf(intervalSchema), ...problems },
      },
    },
    async ({ teamId, params, query }) => {
      const { id: backfillId } = await getBackfill(deps.db, { teamId, id: params.id });
      const rows = await listIntervals(deps.db, {
        ...{ backfillId, limit: query.limit + 1 },
        ...(query.status === undefined ? {} : { status: query.status }),
        ...(query.cursor === undefined ? {} : { after: endOf(query.cursor) }),
      });
      return cutPage(rows, query.limit, { item: intervalView, position: (row) => [row.intervalEnd.toISOString()] });
    },
  );
}

/** What a user may do to a backfill that is under way. */
export function backfillChangeRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['backfills'], params: idParams };
  const changes: [string, string, BackfillStatus, string][] = [
    ['pause', 'Pause a backfill', 'paused', 'Intervals that are under way are finished.'],
    ['resume', 'Resume a backfill', 'running', 'A failed one goes on with what is open; see also retry.'],
    ['cancel', 'Cancel a backfill', 'cancelled', 'Runs that are under way are cancelled; what is exported stays.'],
  ];
  for (const [verb, summary, to, description] of changes) {
    scope.post(
      `/backfills/:id/${verb}`,
      { schema: { ...schema, summary, description, response: answer } },
      async ({ teamId, params }, reply) => {
        const { id } = await getBackfill(deps.db, { teamId, id: params.id });
        const changed = await setBackfillStatus(deps.db, { id, to });
        await tell(deps, changed);
        return reply.code(202).send(await backfillView(deps, changed));
      },
    );
  }

  scope.post(
    '/backfills/:id/retry',
    {
      schema: {
        ...schema,
        summary: 'Export failed intervals of a backfill again',
        body: z
          .strictObject({ interval_end: z.iso.datetime({ offset: true }).optional().describe('Default: all of them.') })
          .nullish(),
        response: answer,
      },
    },
    async ({ teamId, params, body }, reply) => {
      const { id } = await getBackfill(deps.db, { teamId, id: params.id });
      const changed = await setBackfillStatus(deps.db, { id, to: 'running' });
      await retryFailed(deps.db, id, body?.interval_end === undefined ? undefined : new Date(body.interval_end));
      await tell(deps, changed);
      return reply.code(202).send(await backfillView(deps, changed));
    },
  );
}

function endOf(cursor: string): Date {
  const [end] = decodePosition(cursor, z.tuple([z.iso.datetime()]));
  return new Date(end);
}

/** Wakes the workflow, or starts it. A backfill of a deleted export can only be ended. */
async function tell(deps: ApiDeps, backfill: BackfillRecord): Promise<void> {
  const record = await getExport(deps.db, { teamId: backfill.teamId, id: backfill.exportId });
  if (record === undefined) {
    if (backfill.status !== 'cancelled') {
      throw notFound('export', backfill.exportId);
    }
    await cancelOpen(deps.db, backfill.id);
    return;
  }
  const { exportId, teamId, name, destinationId, destinationKind, interval } = await exportRef(deps, record);
  const ref = { backfillId: backfill.id, exportId, teamId, name, destinationId, destinationKind, interval };
  await steering(deps.controlPlane.backfillChanged(ref));
}

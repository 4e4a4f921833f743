import { z } from 'zod';
import { expectedIntervals } from '../../core/expected-intervals.ts';
import { judgeGap } from '../../core/gap-fill.ts';
import type { IntervalBounds } from '../../core/intervals.ts';
import type { ScheduleSettings, Timeline } from '../../core/schedule-spec.ts';
import { zonedTime } from '../../core/zone-clock.ts';
import { listGaps, type OpenInterval } from '../../store/gaps.ts';
import { getTimeline } from '../../store/schedules.ts';
import { firstOf } from '../../store/values.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { findExport } from '../export-view.ts';
import { cutPage, decodePosition, pageOf, pageQuery } from '../pagination.ts';
import { newSchedule, scheduleChange } from '../schedule-fields.ts';
import { idParams, problems, timestamp } from '../schemas.ts';

const MAX_RUNS = 100;
/** An interval that ended later may still be about to start. */
const SETTLE_MS = 10 * 60_000;
const FOREVER = new Date(8.64e15);

const local = z.string().describe("With the zone's offset from UTC.");
const boundsSchema = { interval_start: timestamp, interval_end: timestamp };
const nextRuns = z.object({
  paused: z.boolean().describe('None of them starts while the export is paused.'),
  time_zone: z.string(),
  items: z
    .array(z.object({ ...boundsSchema, local_start: local, local_end: local }))
    .describe(
      'A run starts at its interval_end, or up to jitter_seconds later. Fewer than asked for: end_at ends the schedule.',
    ),
});

const gapSchema = z
  .object({
    ...boundsSchema,
    state: z.enum(['missing', 'running', 'failed']).describe('missing: nothing has run it.'),
    run: z
      .object({ id: z.uuid(), status: z.string(), error_code: z.string().nullable(), remedy: z.string().nullable() })
      .nullable()
      .describe('The latest one.'),
    next_try_at: timestamp
      .nullable()
      .describe(
        'When the gap detector starts it at the earliest; null: it does not, see the remedy and use "run now".',
      ),
  })
  .meta({ id: 'Gap' });

const countQuery = z
  .string()
  .regex(/^\d{1,3}$/)
  .transform(Number)
  .refine((count) => count >= 1 && count <= MAX_RUNS, `must be from 1 to ${String(MAX_RUNS)}`)
  .default(5);

export function exportScheduleRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['exports'] };
  const now = (): Date => deps.now?.() ?? new Date();

  scope.get(
    '/exports/:id/next-runs',
    {
      schema: {
        ...schema,
        summary: 'The next intervals of an export',
        params: idParams,
        querystring: z.object({ count: countQuery }),
        response: { 200: nextRuns, ...problems },
      },
    },
    async ({ teamId, params, query }) => {
      const record = await findExport(deps, { teamId, id: params.id });
      const timeline = await getTimeline(deps.db.kysely, record.id);
      return { paused: record.paused, ...nextView(record, timeline, now(), query.count) };
    },
  );

  scope.post(
    '/schedule-preview',
    {
      schema: {
        ...schema,
        summary: 'The next intervals of a schedule that is not stored',
        body: z.strictObject({ ...newSchedule, count: z.int().min(1).max(MAX_RUNS).default(5) }),
        response: { 200: nextRuns, ...problems },
      },
    },
    async ({ body }) => {
      const none = { timeZone: 'UTC', hourOffset: 0, weekdayOffset: 0, jitterSeconds: 0, startAt: null, endAt: null };
      const settings: ScheduleSettings = { interval: body.interval, ...none, ...scheduleChange(body) };
      const timeline = [{ since: new Date(0), spec: settings }];
      return { paused: false, ...nextView(settings, timeline, now(), body.count) };
    },
  );

  scope.get(
    '/exports/:id/gaps',
    {
      schema: {
        ...schema,
        summary: 'Expected intervals that are not exported, from old to new',
        params: idParams,
        querystring: z.object(pageQuery),
        response: { 200: pageOf(gapSchema), ...problems },
      },
    },
    async ({ teamId, params, query }) => {
      const record = await findExport(deps, { teamId, id: params.id });
      const after = query.cursor === undefined ? {} : { after: positionOf(query.cursor) };
      const until = new Date(now().getTime() - SETTLE_MS);
      const gaps = await listGaps(deps.db, record, { ...after, until, limit: query.limit + 1 });
      return cutPage(gaps, query.limit, {
        item: (gap) => gapView(gap, record.paused),
        position: ({ end }) => [end.toISOString()],
      });
    },
  );
}

function positionOf(cursor: string): Date {
  const [end] = decodePosition(cursor, z.tuple([z.iso.datetime()]));
  return new Date(end);
}

function nextView(
  { timeZone, startAt, endAt }: ScheduleSettings,
  timeline: Timeline,
  now: Date,
  count: number,
): Omit<z.output<typeof nextRuns>, 'paused'> {
  const expectation = { timeline, createdAt: now, startAt, endAt, pauses: [] };
  const from = startAt !== null && startAt > now ? startAt : now;
  const found = firstOf(expectedIntervals(expectation, from, endAt ?? FOREVER), count);
  return { time_zone: timeZone, items: found.map((interval) => intervalView(timeZone, interval)) };
}

function intervalView(timeZone: string, { start, end }: IntervalBounds): z.output<typeof nextRuns>['items'][number] {
  return {
    interval_start: start.toISOString(),
    interval_end: end.toISOString(),
    local_start: zonedTime(timeZone, start),
    local_end: zonedTime(timeZone, end),
  };
}

function gapView({ start, end, last }: OpenInterval, paused: boolean): z.output<typeof gapSchema> {
  const { state, due } = judgeGap(last);
  const settled = new Date(end.getTime() + SETTLE_MS);
  const nextTry = due && (due > settled ? due : settled);
  return {
    interval_start: start.toISOString(),
    interval_end: end.toISOString(),
    state,
    run: last ? { id: last.runId, status: last.status, error_code: last.errorCode, remedy: last.remedy } : null,
    next_try_at: paused ? null : (nextTry?.toISOString() ?? null),
  };
}

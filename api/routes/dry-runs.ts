import { z } from 'zod';
import type { IntervalBounds } from '../../core/intervals.ts';
import { lastFinishedInterval } from '../../core/schedule-spec.ts';
import { microsOf } from '../../core/time.ts';
import { getTimeline } from '../../store/schedules.ts';
import type { ApiDeps, ApiScope, DryRunRequest } from '../deps.ts';
import { dryRunSchema, dryRunView } from '../dry-run-view.ts';
import { newExport, newReading } from '../export-changes.ts';
import { findExport } from '../export-view.ts';
import { scheduleChange } from '../schedule-fields.ts';
import { idParams, nameSchema, problems } from '../schemas.ts';

const MAX_SAMPLE_ROWS = 50;
const DEFAULT_SAMPLE_ROWS = 10;

const sampleRows = z.int().min(0).max(MAX_SAMPLE_ROWS).default(DEFAULT_SAMPLE_ROWS);

const description =
  'Looks at the last finished interval and at the destination, and writes nothing: rows as the destination would get ' +
  'them, what becomes of each column, what would be created or changed, and how much it would be.';

export function dryRunRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['exports'], description, response: { 200: dryRunSchema, ...problems } };
  const now = (): Date => deps.now?.() ?? new Date();

  scope.post(
    '/exports/dry-run',
    {
      schema: {
        ...schema,
        summary: 'Dry run of an export that is not stored',
        body: newExport.extend({ name: nameSchema.optional(), sample_rows: sampleRows }),
      },
    },
    async ({ teamId, body }) => {
      const utc = { interval: body.interval, timeZone: 'UTC', hourOffset: 0, weekdayOffset: 0 };
      const interval = lastFinishedInterval({ ...utc, ...scheduleChange(body) }, now());
      const settings = await newReading(deps, teamId, body);
      return answer(deps, interval, { teamId, settings, sampleRows: body.sample_rows });
    },
  );

  scope.post(
    '/exports/:id/dry-run',
    {
      schema: {
        ...schema,
        summary: 'Dry run of an export',
        params: idParams,
        body: z.strictObject({ sample_rows: sampleRows }).nullish(),
      },
    },
    async ({ teamId, params, body }) => {
      const settings = await findExport(deps, { teamId, id: params.id });
      const interval = lastFinishedInterval(await getTimeline(deps.db.kysely, settings.id), now());
      const rows = body?.sample_rows ?? DEFAULT_SAMPLE_ROWS;
      return answer(deps, interval, { teamId, exportId: settings.id, settings, sampleRows: rows });
    },
  );
}

async function answer(
  deps: ApiDeps,
  { start, end }: IntervalBounds,
  request: Omit<DryRunRequest, 'range'>,
): Promise<z.output<typeof dryRunSchema>> {
  const range = { startMicros: microsOf(start), endMicros: microsOf(end) };
  return dryRunView(await deps.dryRun({ ...request, range }));
}

import { z } from 'zod';
import { listExportVersions, type ExportVersion } from '../../store/export-versions.ts';
import { runPoints, type RunPoint } from '../../store/run-stats.ts';
import { RUN_STATUSES } from '../../store/tables.ts';
import { toSnakeCase } from '../config-case.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { findExport } from '../export-view.ts';
import { cutPage, pageOf, pageQuery } from '../pagination.ts';
import { idParams, problems, timestamp } from '../schemas.ts';
import { changeSchema, changesBetween, versionCursor, versionFacts, versionFields } from '../settings-versions.ts';
import { spanOf, spanQuery } from '../span.ts';

const pointSchema = z.object({
  run_id: z.uuid(),
  status: z.enum(RUN_STATUSES),
  trigger: z.string(),
  interval_start: timestamp,
  interval_end: timestamp,
  rows: z.number().int(),
  bytes: z.number().int(),
  started_at: timestamp,
  duration_seconds: z.number().nullable().describe('Null while it runs.'),
});

const versionSchema = z.object({
  ...versionFields,
  changes: z.array(changeSchema).describe('Against the version before; of the first one what is set. Names as stored.'),
});

/** How an export does over time, and how its settings came to be. */
export function exportStatsRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['exports'], params: idParams };

  scope.get(
    '/exports/:id/stats',
    {
      schema: {
        ...schema,
        summary: 'Read rows, duration and status of each run',
        description: 'Runs that began in the range, oldest first; of more than 1,000 the newest.',
        querystring: z.object(spanQuery),
        response: { 200: z.object({ points: z.array(pointSchema) }), ...problems },
      },
    },
    async ({ teamId, params, query }) => {
      const { id: exportId } = await findExport(deps, { teamId, id: params.id });
      const points = await runPoints(deps.db, { teamId, exportId, ...spanOf(deps, query) });
      return { points: points.map(pointView) };
    },
  );

  scope.get(
    '/exports/:id/versions',
    {
      schema: {
        ...schema,
        summary: 'List the versions of the settings',
        description: 'Newest first, with who made each and what it changed.',
        querystring: z.object(pageQuery),
        response: { 200: pageOf(versionSchema), ...problems },
      },
    },
    async ({ teamId, params, query }) => {
      const { id: exportId } = await findExport(deps, { teamId, id: params.id });
      const page = { teamId, exportId, limit: query.limit + 1, ...versionCursor(query.cursor) };
      const rows = await listExportVersions(deps.db, page);
      return cutPage(rows, query.limit, { item: versionView, position: ({ version }) => [version] });
    },
  );
}

function pointView(run: RunPoint): z.output<typeof pointSchema> {
  const { id, status, trigger, rows, bytes, startedAt, finishedAt } = run;
  return {
    ...{ run_id: id, status, trigger, rows, bytes },
    interval_start: run.intervalStart.toISOString(),
    interval_end: run.intervalEnd.toISOString(),
    started_at: startedAt.toISOString(),
    duration_seconds: finishedAt === null ? null : (finishedAt.getTime() - startedAt.getTime()) / 1_000,
  };
}

function versionView(row: ExportVersion): z.output<typeof versionSchema> {
  const [before, after] = [row.before ?? {}, row.settings].map((settings) => toSnakeCase({ ...settings }));
  return { ...versionFacts(row), changes: changesBetween(before, after) };
}

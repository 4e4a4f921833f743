import { z } from 'zod';
import { listExportVersions, type ExportVersion } from '../../store/export-versions.ts';
import { runPoints, type RunPoint } from '../../store/run-stats.ts';
import { RUN_STATUSES } from '../../store/tables.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { findExport } from '../export-view.ts';
import { cutPage, decodePosition, pageOf, pageQuery } from '../pagination.ts';
import { idParams, problems, timestamp } from '../schemas.ts';
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

const change = z.object({ field: z.string(), before: z.unknown(), after: z.unknown() });
const versionSchema = z.object({
  version: z.number().int(),
  created_at: timestamp,
  by: z
    .object({ kind: z.enum(['user', 'key']), name: z.string() })
    .nullable()
    .describe('Null: Sluice itself, or nobody knows.'),
  changes: z.array(change).describe('Against the version before; of the first one every setting. Names as stored.'),
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
      const before = query.cursor === undefined ? {} : { before: decodePosition(query.cursor, z.tuple([z.int()]))[0] };
      const rows = await listExportVersions(deps.db, { teamId, exportId, limit: query.limit + 1, ...before });
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
  const [before, after] = [row.before ?? {}, row.settings] as Record<string, unknown>[];
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return {
    version: row.version,
    created_at: row.createdAt.toISOString(),
    by: row.actorKind && row.actorName !== null ? { kind: row.actorKind, name: row.actorName } : null,
    changes: fields
      .filter((field) => JSON.stringify(before?.[field]) !== JSON.stringify(after?.[field]))
      .map((field) => ({
        field: field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        before: before?.[field] ?? null,
        after: after?.[field] ?? null,
      })),
  };
}

import { z } from 'zod';
import { EXPORT_LIST_STATUSES, listExports, type ExportListQuery } from '../store/export-list.ts';
import { exportStandings, recentRuns, type ExportStanding, type RecentRun } from '../store/export-standings.ts';
import type { ApiDeps } from './deps.ts';
import { exportSchema, exportView } from './export-view.ts';
import { kindFilter, listQuery, listQueryOf, positionAfter } from './list-query.ts';
import { HEALTHS } from './overview-schema.ts';
import { exportCard } from './overview-view.ts';
import { cutPage, pageOf } from './pagination.ts';
import { commonOf, exportSummarySchema, RUNS_IN_TREND, summarySpan, type ExportSummary } from './summaries.ts';

export const exportListQuery = z.object({
  ...listQuery,
  status: z.enum(EXPORT_LIST_STATUSES).optional().describe('`paused`: by whomever; `paused_auto`: by Sluice.'),
  kind: kindFilter.describe('Of the destination, such as `s3`.'),
  destination_id: z.uuid().optional(),
  health: z
    .enum(HEALTHS)
    .optional()
    .describe('By the runs of the last 24 hours, or of the last two intervals where those are longer.'),
});

export const exportListSchema = pageOf(
  exportSchema.extend({ summary: exportSummarySchema.nullable() }).meta({ id: 'ExportItem' }),
);

/** A page of a team's exports; with `summary` in two more questions, however many there are. */
export async function exportPage(
  deps: ApiDeps,
  teamId: number,
  query: z.output<typeof exportListQuery>,
): Promise<z.output<typeof exportListSchema>> {
  const now = deps.now?.() ?? new Date();
  const rows = await listExports(deps.db, storeQuery(teamId, query, summarySpan(now).from));
  const ids = rows.slice(0, query.limit).map(({ id }) => id);
  const summaries = query.summary === 'true' ? await summariesOf(deps, { teamId, ids, now }) : undefined;
  return cutPage(rows, query.limit, {
    item: (row) => ({ ...exportView(row), summary: summaries?.get(row.id) ?? null }),
    position: (row) => positionAfter(query.sort, row),
  });
}

function storeQuery(teamId: number, query: z.output<typeof exportListQuery>, since: Date): ExportListQuery {
  const { status, kind, destination_id: destinationId, health } = query;
  return {
    ...listQueryOf(teamId, query),
    ...(status === undefined ? {} : { status }),
    ...(kind === undefined ? {} : { kind }),
    ...(destinationId === undefined ? {} : { destinationId }),
    ...(health === undefined ? {} : { health: { is: health, since } }),
  };
}

async function summariesOf(
  deps: ApiDeps,
  { teamId, ids, now }: { teamId: number; ids: readonly string[]; now: Date },
): Promise<Map<string, ExportSummary>> {
  const [standings, runs] = await Promise.all([
    exportStandings(deps.db, { teamId, ids, since: summarySpan(now).from, limit: ids.length }),
    recentRuns(deps.db, { teamId, ids, limit: RUNS_IN_TREND }),
  ]);
  return new Map(
    standings.map((row) => [
      row.id,
      summaryOf(
        row,
        runs.filter(({ exportId }) => exportId === row.id),
        now,
      ),
    ]),
  );
}

/** `runs` from new to old. */
function summaryOf(row: ExportStanding, runs: readonly RecentRun[], now: Date): ExportSummary {
  const [last] = runs;
  const card = exportCard(row, now);
  return {
    ...commonOf(card),
    unusual_rows: card.unusual_rows,
    destination: { id: row.destinationId, name: row.destinationName, kind: row.kind },
    last_run: last ? runView(last) : null,
    trend: runs.map(({ rows }) => rows).reverse(),
  };
}

function runView(run: RecentRun): NonNullable<ExportSummary['last_run']> {
  const { id, status, errorCode: code, errorMessage: message, remedy } = run;
  return {
    ...{ id, status, started_at: run.startedAt.toISOString(), finished_at: run.finishedAt?.toISOString() ?? null },
    error: code === null ? null : { code, message: message ?? '', remedy },
  };
}

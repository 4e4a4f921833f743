import { z } from 'zod';
import { listRowAnomalies, type RowAnomalyRecord } from '../../store/row-anomalies.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { findExport } from '../export-view.ts';
import { cutPage, datedCursor, pageOf, pageQuery } from '../pagination.ts';
import { idParams, problems, timestamp } from '../schemas.ts';

const count = z.int();

const anomalySchema = z
  .object({
    interval_end: timestamp,
    run_id: z.uuid(),
    kind: z.enum(['drop', 'surge']),
    rows: count,
    expected: count.describe('Median of the same time in the eight weeks before.'),
    low: count.describe('Fewer are unusual …'),
    high: count.describe('… and so are more.'),
    found_at: timestamp,
  })
  .meta({ id: 'RowAnomaly' });

/** Intervals with unusually many or few rows. */
export function rowAnomalyRoutes(scope: ApiScope, deps: ApiDeps): void {
  scope.get(
    '/exports/:id/anomalies',
    {
      schema: {
        ...{ tags: ['exports'], params: idParams, summary: 'List intervals with unusually many or few rows' },
        description: 'Of runs on schedule; newest interval first.',
        querystring: z.object(pageQuery),
        response: { 200: pageOf(anomalySchema), ...problems },
      },
    },
    async ({ teamId, params, query }) => {
      const { id: exportId } = await findExport(deps, { teamId, id: params.id });
      const before = datedCursor(query.cursor)?.at;
      const rows = await listRowAnomalies(deps.db, {
        ...{ teamId, exportId, limit: query.limit + 1 },
        ...(before ? { before } : {}),
      });
      return cutPage(rows, query.limit, {
        item: anomalyView,
        position: (row) => [row.intervalEnd.toISOString(), row.runId],
      });
    },
  );
}

function anomalyView(row: RowAnomalyRecord): z.output<typeof anomalySchema> {
  return {
    ...{ interval_end: row.intervalEnd.toISOString(), run_id: row.runId, kind: row.kind, rows: row.rows },
    ...{ expected: row.expected, low: row.low, high: row.high, found_at: row.foundAt.toISOString() },
  };
}

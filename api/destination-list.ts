import { z } from 'zod';
import { destinationUses, type DestinationUse } from '../store/destination-uses.ts';
import { listDestinations } from '../store/destinations.ts';
import type { ApiDeps } from './deps.ts';
import { destinationSchema, destinationView } from './destination-view.ts';
import { kindFilter, listQuery } from './list-query.ts';
import { HEALTHS } from './overview-schema.ts';
import { exportCard } from './overview-view.ts';
import { cutPage, datedCursor, pageOf, pageQuery } from './pagination.ts';
import { exportSummarySchema, summarySpan } from './summaries.ts';

export const destinationListQuery = z.object({
  ...pageQuery,
  ...{ q: listQuery.q, summary: listQuery.summary },
  kind: kindFilter.describe('One of destination-kinds.'),
});

const destinationSummarySchema = z
  .object({
    exports: z.number().int().describe('Scheduled exports into it.'),
    health: z.enum(HEALTHS).nullable().describe('The worst of theirs in the last 24 hours; null without any.'),
    worst: z
      .object({ id: z.uuid(), name: z.string(), last_error: exportSummarySchema.shape.last_error })
      .nullable()
      .describe('The export whose health that is.'),
  })
  .meta({ id: 'DestinationSummary' });

export const destinationListSchema = pageOf(
  destinationSchema.extend({ summary: destinationSummarySchema.nullable() }).meta({ id: 'DestinationItem' }),
);

/** A page of a team's destinations; with `summary` in two more questions, however many there are. */
export async function destinationPage(
  deps: ApiDeps,
  teamId: number,
  { cursor, kind, limit, q, summary }: z.output<typeof destinationListQuery>,
): Promise<z.output<typeof destinationListSchema>> {
  const after = datedCursor(cursor);
  const offered = deps.destinationKinds.map((one) => one.kind);
  const kinds = kind === undefined ? offered : offered.filter((one) => one === kind);
  const page = { teamId, kinds, limit: limit + 1, ...(after ? { after } : {}), ...(q ? { search: q } : {}) };
  const rows = await listDestinations(deps.db, page);
  const ids = rows.slice(0, limit).map(({ id }) => id);
  const summaryOf = summary === 'true' ? await summaries(deps, teamId, ids) : () => null;
  return cutPage(rows, limit, {
    item: (row) => ({ ...destinationView(row), summary: summaryOf(row.id) }),
    position: (row) => [row.createdAt.toISOString(), row.id],
  });
}

type Summary = z.output<typeof destinationSummarySchema>;

async function summaries(
  deps: ApiDeps,
  teamId: number,
  destinationIds: readonly string[],
): Promise<(id: string) => Summary> {
  const now = deps.now?.() ?? new Date();
  const uses = await destinationUses(deps.db, { teamId, destinationIds, since: summarySpan(now).from });
  const byId = new Map(uses.map((use) => [use.destinationId, use]));
  return (id) => summaryOfUse(byId.get(id), now);
}

function summaryOfUse(use: DestinationUse | undefined, now: Date): Summary {
  if (use === undefined) {
    return { exports: 0, health: null, worst: null };
  }
  const { id, name, health, last_error } = exportCard(use, now);
  return { exports: use.exports, health, worst: { id, name, last_error } };
}

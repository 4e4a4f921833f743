import { z } from 'zod';
import { listDestinations, type DestinationListQuery } from '../store/destination-list.ts';
import { destinationTrends, destinationUses, type DestinationUse } from '../store/destination-uses.ts';
import type { ApiDeps } from './deps.ts';
import { destinationSchema, destinationView } from './destination-view.ts';
import { kindFilter, listQuery, listQueryOf, positionAfter } from './list-query.ts';
import { destinationCardSchema, HEALTHS } from './overview-schema.ts';
import { exportCard } from './overview-view.ts';
import { cutPage, pageOf } from './pagination.ts';
import { exportSummarySchema, RUNS_IN_TREND, summarySpan } from './summaries.ts';

const { interval, state, last_error } = destinationCardSchema.shape;

export const destinationListQuery = z.object({
  ...listQuery,
  kind: kindFilter.describe('One of destination-kinds.'),
  health: z
    .enum([...HEALTHS, 'unused'])
    .optional()
    .describe('Of the export into it that needs somebody most; `unused`: no scheduled export goes there.'),
});

const destinationSummarySchema = z
  .object({
    exports: z.number().int().describe('Scheduled exports into it.'),
    health: z.enum(HEALTHS).nullable().describe('That of the one that needs somebody most; null without any.'),
    worst: z
      .object({ id: z.uuid(), name: z.string(), interval: interval.unwrap(), state, last_error })
      .nullable()
      .describe('The export whose health that is.'),
    trend: exportSummarySchema.shape.trend.describe(
      `Rows of the last ${String(RUNS_IN_TREND)} runs that ended, of all these exports together, oldest first.`,
    ),
  })
  .meta({ id: 'DestinationSummary' });

export const destinationListSchema = pageOf(
  destinationSchema.extend({ summary: destinationSummarySchema.nullable() }).meta({ id: 'DestinationItem' }),
);

/** A page of a team's destinations; with `summary` in three more questions, however many there are. */
export async function destinationPage(
  deps: ApiDeps,
  teamId: number,
  query: z.output<typeof destinationListQuery>,
): Promise<z.output<typeof destinationListSchema>> {
  const now = deps.now?.() ?? new Date();
  const rows = await listDestinations(deps.db, storeQuery(deps, { teamId, query, now }));
  const ids = rows.slice(0, query.limit).map(({ id }) => id);
  const summaryOf = query.summary === 'true' ? await summaries(deps, { teamId, ids, now }) : () => null;
  return cutPage(rows, query.limit, {
    item: (row) => ({ ...destinationView(row), summary: summaryOf(row.id) }),
    position: (row) => positionAfter(query.sort, row),
  });
}

function storeQuery(
  deps: ApiDeps,
  { teamId, query, now }: { teamId: number; query: z.output<typeof destinationListQuery>; now: Date },
): DestinationListQuery {
  const { kind, health } = query;
  const offered = deps.destinationKinds.map((one) => one.kind);
  return {
    ...listQueryOf(teamId, query),
    kinds: kind === undefined ? offered : offered.filter((one) => one === kind),
    ...(health === undefined ? {} : { health: { is: health, since: summarySpan(now).from } }),
  };
}

type Summary = z.output<typeof destinationSummarySchema>;

async function summaries(
  { db }: ApiDeps,
  { teamId, ids: destinationIds, now }: { teamId: number; ids: readonly string[]; now: Date },
): Promise<(id: string) => Summary> {
  const [uses, trends] = await Promise.all([
    destinationUses(db, { teamId, destinationIds, since: summarySpan(now).from }),
    destinationTrends(db, { teamId, destinationIds, limit: RUNS_IN_TREND }),
  ]);
  const byId = new Map(uses.map((use) => [use.destinationId, use]));
  return (id) => ({ ...summaryOfUse(byId.get(id), now), trend: trends.get(id) ?? [] });
}

function summaryOfUse(use: DestinationUse | undefined, now: Date): Omit<Summary, 'trend'> {
  if (use === undefined) {
    return { exports: 0, health: null, worst: null };
  }
  const { id, name, health, state, last_error } = exportCard(use, now);
  return { exports: use.exports, health, worst: { id, name, interval: use.interval, state, last_error } };
}

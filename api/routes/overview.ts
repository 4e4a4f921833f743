import type { z } from 'zod';
import { exportStandings } from '../../store/export-standings.ts';
import { webhookStandings } from '../../store/webhook-standings.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { attentionOf, exportCard, sourceCards, webhookCard } from '../overview-view.ts';
import { overviewSchema } from '../overview-schema.ts';
import { problems } from '../schemas.ts';
import { summarySpan } from '../summaries.ts';

const MS_PER_HOUR = 3_600_000;
/** Of each product; a team with more is shown its newest ones. */
const MAX_SHOWN = 1_000;

/** Where events come from, where they go, and what needs somebody. */
export function overviewRoutes(scope: ApiScope, deps: ApiDeps): void {
  scope.get(
    '/overview',
    {
      schema: {
        tags: ['overview'],
        summary: 'Sources, destinations, and what needs attention',
        description:
          'Sources of the last hour; figures of the hour that has begun and the 23 before it, as in lists. At most 1,000 webhooks and 1,000 exports.',
        response: { 200: overviewSchema, ...problems },
      },
    },
    async ({ teamId }) => overview(deps, teamId),
  );
}

async function overview(deps: ApiDeps, teamId: number): Promise<z.output<typeof overviewSchema>> {
  const now = deps.now?.() ?? new Date();
  const span = summarySpan(now);
  const [minutes, totals, webhooks, exports] = await Promise.all([
    deps.events.sourceMinutes({ teamId, since: new Date(now.getTime() - MS_PER_HOUR) }),
    deps.events.deliveryTotals({ teamId, ...span }),
    webhookStandings(deps.db, { teamId, limit: MAX_SHOWN }),
    exportStandings(deps.db, { teamId, since: span.from, limit: MAX_SHOWN }),
  ]);
  const byId = new Map(totals.map((row) => [row.destinationId, row]));
  const destinations = [
    ...webhooks.map((row) => webhookCard(row, byId.get(row.id), now)),
    ...exports.map((row) => exportCard(row, now)),
  ];
  return {
    generated_at: now.toISOString(),
    sources: sourceCards(minutes),
    destinations,
    attention: destinations.flatMap(attentionOf),
  };
}

import type { z } from 'zod';
import { exportOverview } from '../../store/export-standings.ts';
import { webhookOverview } from '../../store/webhook-standings.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { exportTotals, webhookTotals } from '../overview-totals.ts';
import { attentionOf, cardsOf, exportCandidate, sourceCards, webhookCandidate } from '../overview-view.ts';
import { overviewSchema } from '../overview-schema.ts';
import { problems } from '../schemas.ts';
import { webhookAttention } from '../webhook-log-end.ts';
import { summarySpan } from '../summaries.ts';

const MS_PER_HOUR = 3_600_000;
/** Of each product, as many are looked at … */
const MAX_LOOKED_AT = 1_000;
/** … and as many are cards of the answer: more than a picture has room for. */
const MAX_CARDS = 100;

/** Where events come from, where they go, and what needs somebody. */
export function overviewRoutes(scope: ApiScope, deps: ApiDeps): void {
  scope.get(
    '/overview',
    {
      schema: {
        tags: ['overview'],
        summary: 'Sources, destinations, and what needs attention',
        description: 'Sources of the last hour; figures of the hour that has begun and the 23 before it, as in lists.',
        response: { 200: overviewSchema, ...problems },
      },
    },
    async ({ teamId }) => overview(deps, teamId),
  );
}

async function overview(deps: ApiDeps, teamId: number): Promise<z.output<typeof overviewSchema>> {
  const now = deps.now?.() ?? new Date();
  const span = summarySpan(now);
  const [minutes, delivered, webhooks, exports] = await Promise.all([
    deps.events.sourceMinutes({ teamId, since: new Date(now.getTime() - MS_PER_HOUR) }),
    deps.events.deliveryTotals({ teamId, ...span }),
    webhookOverview(deps.db, { teamId, limit: MAX_LOOKED_AT }),
    exportOverview(deps.db, { teamId, since: span.from, limit: MAX_LOOKED_AT }),
  ]);
  const byId = new Map(delivered.map((row) => [row.destinationId, row]));
  const candidates = {
    webhooks: webhooks.standings.map((row) => webhookCandidate(deps, row, byId.get(row.id), now)),
    exports: exports.standings.map((row) => exportCandidate(row, now)),
  };
  const cards = {
    webhooks: cardsOf(candidates.webhooks, MAX_CARDS),
    exports: cardsOf(candidates.exports, MAX_CARDS),
  };
  return {
    generated_at: now.toISOString(),
    sources: sourceCards(minutes),
    totals: { webhooks: webhookTotals(webhooks.groups, delivered, now), exports: exportTotals(exports.groups, now) },
    destinations: [...cards.webhooks.slice(0, MAX_CARDS), ...cards.exports.slice(0, MAX_CARDS)],
    attention: [...webhookAttention(webhooks.standings, cards.webhooks), ...cards.exports.flatMap(attentionOf)],
  };
}

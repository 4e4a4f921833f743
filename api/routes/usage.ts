import { z } from 'zod';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { quotasSchema, quotasView } from '../quota-view.ts';
import { problems } from '../schemas.ts';
import { spanOf, spanQuery } from '../span.ts';
import { usageByDay } from '../usage-days.ts';

/** And today. */
const DAYS_SHOWN = 29;
const count = z.number().int();

const daySchema = z.object({
  day: z.iso.date(),
  events: count.describe('Captured, as far back as the event log reached when usage was first added up.'),
  exports: z.object({ runs: count, rows: count, bytes: count }).describe('Of completed runs, by their end.'),
  webhooks: z.object({ attempts: count, delivered: count }),
});

const limitsSchema = z.object({
  requests_per_minute: z
    .int()
    .nullable()
    .describe('Of a key or a user, at each server process; null: there is no limit. Beyond it, rate_limited.'),
});

/** What the two products have done, day by day, and what of it is limited. */
export function usageRoutes(scope: ApiScope, deps: ApiDeps): void {
  scope.get(
    '/usage',
    {
      schema: {
        tags: ['overview'],
        summary: 'Read usage by day',
        description:
          'The whole UTC days that the range touches, the last 30 unless told. Days without anything are absent.',
        querystring: z.object(spanQuery),
        response: {
          200: z.object({ days: z.array(daySchema), limits: limitsSchema, quotas: quotasSchema }),
          ...problems,
        },
      },
    },
    async ({ teamId, query }) => {
      const [days, quotas] = await Promise.all([
        usageByDay(deps, { teamId, ...spanOf(deps, query, DAYS_SHOWN) }),
        quotasView(deps, teamId),
      ]);
      return { limits: { requests_per_minute: deps.requestsPerMinute || null }, quotas, days };
    },
  );
}

import { z } from 'zod';
import { exportedByDay } from '../../store/run-stats.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { problems } from '../schemas.ts';
import { spanOf, spanQuery } from '../span.ts';

const DAYS_SHOWN = 30;
const count = z.number().int();

const daySchema = z.object({
  day: z.iso.date(),
  events: count.describe('Captured, as far back as the event log reaches.'),
  exports: z.object({ runs: count, rows: count, bytes: count }).describe('Of completed runs, by their end.'),
  webhooks: z.object({ attempts: count, delivered: count }),
});

const limitsSchema = z.object({
  requests_per_minute: z
    .int()
    .nullable()
    .describe('Of a key or a user, at each server process; null: there is no limit. Beyond it, rate_limited.'),
});

/** What the two products have done, day by day. */
export function usageRoutes(scope: ApiScope, deps: ApiDeps): void {
  scope.get(
    '/usage',
    {
      schema: {
        tags: ['overview'],
        summary: 'Read usage by day',
        description: 'By UTC day, of the last 30 days unless told. Days without anything are absent.',
        querystring: z.object(spanQuery),
        response: { 200: z.object({ days: z.array(daySchema), limits: limitsSchema }), ...problems },
      },
    },
    async ({ teamId, query }) => {
      const span = { teamId, ...spanOf(deps, query, DAYS_SHOWN) };
      const [events, exported, delivered] = await Promise.all([
        deps.events.eventsByDay(span),
        exportedByDay(deps.db, span),
        deps.events.deliveriesByDay(span),
      ]);
      const days = [...new Set([...events, ...exported, ...delivered].map(({ day }) => day))].sort();
      return {
        limits: { requests_per_minute: deps.requestsPerMinute || null },
        days: days.map((day) => ({
          day,
          events: events.find((row) => row.day === day)?.events ?? 0,
          exports: exported.find((row) => row.day === day) ?? { runs: 0, rows: 0, bytes: 0 },
          webhooks: delivered.find((row) => row.day === day) ?? { attempts: 0, delivered: 0 },
        })),
      };
    },
  );
}

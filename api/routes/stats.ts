import { z } from 'zod';
import type { HistoryStatistics } from '../../core/statistics.ts';
import { getDestination, WEBHOOK_KIND } from '../../store/destinations.ts';
import { notFound } from '../../store/errors.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { idParams, problems, timestamp } from '../schemas.ts';
import { steering } from '../temporal-errors.ts';

const DEFAULT_RANGE_MS = 24 * 60 * 60_000;
const instant = z.iso.datetime({ offset: true });

const percentiles = z
  .object({ count: z.int(), p50: z.number(), p95: z.number(), p99: z.number(), max: z.number() })
  .nullable();

const statsSchema = z.object({
  of: z.enum(['runs', 'deliveries']),
  from: timestamp,
  to: timestamp,
  reaches_back_to: timestamp.describe("Temporal forgets what ended before: the namespace's retention."),
  complete: z.boolean().describe('Whether the whole range lies within that.'),
  outcomes: z.record(z.string(), z.int()).describe('Ended in the range, by outcome.'),
  open: z
    .int()
    .describe(
      'Not ended yet: open runs, or events that have a retry. Parked events, as all that fail of a webhook with `batch` are, have none: the log of attempts knows them.',
    ),
  success_rate: z.number().nullable().describe('Of those that succeeded or failed.'),
  retries: z
    .record(z.string(), z.int())
    .describe(
      'How many needed how many retries: repeated attempts of activities, or attempts at an event beyond the first two.',
    ),
  latency_ms: z.object({
    queue: percentiles.describe(
      'How long activities waited for a worker. Of runs without those that somebody asked for: backfills, repairs, runs by hand or on demand.',
    ),
    run: percentiles.describe('Start to end of the workflow.'),
    end_to_end: percentiles.describe(
      'From the end of the interval (of the same runs), or from capture; deliveries of a shard are known to the upper bound of their bucket.',
    ),
  }),
  histories_read: z.int().describe('The table of retries and the latencies but `run` are of these.'),
});

/** What Temporal's history says of a destination or a webhook, without any other source. */
export function statsRoutes(scope: ApiScope, deps: ApiDeps): void {
  scope.get(
    '/stats/:id',
    {
      schema: {
        tags: ['destinations'],
        summary: "Read statistics of a destination or webhook from Temporal's history",
        params: idParams,
        querystring: z.object({
          from: instant.optional().describe('Default: a day before `to`.'),
          to: instant.optional().describe('Default: now.'),
        }),
        response: { 200: statsSchema, ...problems },
      },
    },
    async ({ teamId, params, query }) => {
      const destination = await getDestination(deps.db, { teamId, id: params.id });
      if (destination === undefined) {
        throw notFound('destination', params.id);
      }
      const to = query.to === undefined ? (deps.now?.() ?? new Date()) : new Date(query.to);
      const from = query.from === undefined ? new Date(to.getTime() - DEFAULT_RANGE_MS) : new Date(query.from);
      const range = { destinationId: destination.id, from, to };
      const webhook = destination.kind === WEBHOOK_KIND;
      return statsView(await steering(deps.controlPlane.statistics({ ...range, webhook })));
    },
  );
}

function statsView(stats: HistoryStatistics): z.output<typeof statsSchema> {
  const { queueMs, runMs, endToEndMs } = stats.latency;
  return {
    of: stats.of,
    from: stats.from.toISOString(),
    to: stats.to.toISOString(),
    reaches_back_to: stats.reachesBackTo.toISOString(),
    complete: stats.reachesBackTo <= stats.from,
    outcomes: stats.outcomes,
    open: stats.open,
    success_rate: stats.successRate,
    retries: stats.retries,
    latency_ms: { queue: queueMs, run: runMs, end_to_end: endToEndMs },
    histories_read: stats.historiesRead,
  };
}

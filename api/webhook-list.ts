import { z } from 'zod';
import type { DeliverySummary } from '../core/activity.ts';
import { ENDPOINT_HEALTHS } from '../core/endpoint-health.ts';
import { listWebhooks, type WebhookListQuery } from '../store/webhook-list.ts';
import { webhookStandings, type WebhookStanding } from '../store/webhook-standings.ts';
import type { ApiDeps } from './deps.ts';
import { kindFilter, listQuery, listQueryOf, positionAfter } from './list-query.ts';
import { webhookCard } from './overview-view.ts';
import { cutPage, pageOf } from './pagination.ts';
import { commonOf, SUMMARY_HOURS, summarySpan, webhookSummarySchema, type WebhookSummary } from './summaries.ts';
import { webhookSchema, webhookView } from './webhook-view.ts';

const MS_PER_HOUR = 3_600_000;

export const webhookListQuery = z.object({
  ...listQuery,
  status: z.enum(['active', 'paused']).optional().describe('What the user wants.'),
  kind: kindFilter.describe('One of webhook-kinds.'),
  health: z.enum(ENDPOINT_HEALTHS).optional().describe('What Sluice thinks of the endpoint.'),
});

export const webhookListSchema = pageOf(
  webhookSchema.extend({ summary: webhookSummarySchema.nullable() }).meta({ id: 'WebhookItem' }),
);

/** A page of a team's webhooks; with `summary` in one question to each database, however many there are. */
export async function webhookPage(
  deps: ApiDeps,
  teamId: number,
  query: z.output<typeof webhookListQuery>,
): Promise<z.output<typeof webhookListSchema>> {
  const rows = await listWebhooks(deps.db, storeQuery(teamId, query));
  const ids = rows.slice(0, query.limit).map(({ id }) => id);
  const summaries = query.summary === 'true' ? await summariesOf(deps, teamId, ids) : undefined;
  return cutPage(rows, query.limit, {
    item: (row) => ({ ...webhookView(row), summary: summaries?.get(row.id) ?? null }),
    position: (row) => positionAfter(query.sort, row),
  });
}

function storeQuery(teamId: number, query: z.output<typeof webhookListQuery>): WebhookListQuery {
  const { status, kind, health } = query;
  return {
    ...listQueryOf(teamId, query),
    ...(status === undefined ? {} : { status }),
    ...(kind === undefined ? {} : { kind }),
    ...(health === undefined ? {} : { health }),
  };
}

async function summariesOf(
  deps: ApiDeps,
  teamId: number,
  ids: readonly string[],
): Promise<Map<string, WebhookSummary>> {
  if (ids.length === 0) {
    return new Map();
  }
  const now = deps.now?.() ?? new Date();
  const [standings, summaries] = await Promise.all([
    webhookStandings(deps.db, { teamId, limit: ids.length, ids }),
    deps.events.deliverySummaries({ teamId, ...summarySpan(now), destinationIds: ids }),
  ]);
  const byId = new Map(summaries.map((row) => [row.destinationId, row]));
  return new Map(standings.map((row) => [row.id, summaryOf(deps, row, byId.get(row.id), now)]));
}

function summaryOf(
  deps: ApiDeps,
  row: WebhookStanding,
  summary: DeliverySummary | undefined,
  now: Date,
): WebhookSummary {
  return {
    ...commonOf(webhookCard(deps, row, summary, now)),
    attempts: summary?.attempts ?? 0,
    discarded: summary?.discarded ?? 0,
    open_retries: row.openRetries,
    last_error_at: summary?.lastErrorAt?.toISOString() ?? null,
    trend: trendOf(summary?.hours ?? [], summarySpan(now).from),
  };
}

function trendOf(hours: DeliverySummary['hours'], from: Date): number[] {
  const trend = new Array<number>(SUMMARY_HOURS).fill(0);
  for (const { at, delivered } of hours) {
    trend[(at.getTime() - from.getTime()) / MS_PER_HOUR] = delivered;
  }
  return trend;
}

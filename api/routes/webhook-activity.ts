import { z } from 'zod';
import { ATTEMPT_OUTCOMES } from '../../core/attempts.ts';
import type { DeliveryPoint } from '../../core/activity.ts';
import { ENDPOINT_HEALTHS } from '../../core/endpoint-health.ts';
import { getEndpointState } from '../../store/endpoint-state.ts';
import { listTransitions } from '../../store/endpoint-transitions.ts';
import { attemptPosition, attemptSchema, attemptView } from '../attempt-view.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { cutPage, pageOf, pageQuery } from '../pagination.ts';
import { idParams, problems, timestamp } from '../schemas.ts';
import { versionFields } from '../settings-versions.ts';
import { spanOf, spanQuery } from '../span.ts';
import { logEndFields, logEndView } from '../webhook-log-end.ts';
import { findWebhook } from '../webhook-view.ts';

const TRANSITIONS_SHOWN = 20;
const evidence = z.record(z.string(), z.unknown()).describe('What was seen.');

const stateSchema = z.object({
  health: z.enum(ENDPOINT_HEALTHS),
  since: timestamp,
  evidence,
  next_probe_at: timestamp.nullable(),
  open_retries: z.number().int(),
  ...logEndFields,
  transitions: z
    .array(z.object({ from: z.string(), to: z.string(), at: timestamp, evidence, by: versionFields.by }))
    .describe('Newest first. A pause by a user and its end are among them, as `paused_user`.'),
});

const statsSchema = z.object({
  delivered: z.number().int().describe('Events.'),
  discarded: z.number().int().describe('Events given up.'),
  attempts: z.number().int(),
  p50_ms: z.number().nullable().describe('Latency of delivered events, capture to response.'),
  p99_ms: z.number().nullable(),
  points: z
    .array(
      z.object({
        at: timestamp.describe('Start of the span.'),
        attempts: z.number().int(),
        delivered: z.number().int(),
        discarded: z.number().int().describe('Events given up.'),
        retries: z.number().int().describe('Attempts after the first.'),
        success_rate: z.number().min(0).max(1),
        p50_ms: z.number().nullable().describe('Of requests that succeeded, to the end of the answer.'),
        p95_ms: z.number().nullable(),
        p99_ms: z.number().nullable(),
      }),
    )
    .describe('Oldest first; spans without attempts are absent.'),
});

const attemptQuery = z.object({
  ...pageQuery,
  event_uuid: z.uuid().optional(),
  outcome: z.enum(ATTEMPT_OUTCOMES).optional(),
  from: z.iso.datetime({ offset: true }).optional().describe('Of the attempt. With `search`: 7 days ago, unless told.'),
  to: z.iso.datetime({ offset: true }).optional().describe('Excluded.'),
  search: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe("Text in the error, the answer, the event's name or uuid, or the status code, in any case."),
});
const SEARCHED_MS = 7 * 86_400_000;

/** What happened at a webhook: attempts, health, figures. */
export function webhookActivityRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['webhooks'], params: idParams };

  scope.get(
    '/webhooks/:id/attempts',
    {
      schema: {
        ...schema,
        summary: 'List delivery attempts',
        querystring: attemptQuery,
        response: { 200: pageOf(attemptSchema), ...problems },
      },
    },
    async ({ teamId, params, query }) => {
      const { id: destinationId } = await findWebhook(deps, { teamId, id: params.id });
      const from = searchedFrom(deps, query);
      const rows = await deps.events.listAttempts({
        teamId,
        destinationId,
        limit: query.limit + 1,
        ...(query.event_uuid === undefined ? {} : { eventUuid: query.event_uuid }),
        ...(query.outcome === undefined ? {} : { outcome: query.outcome }),
        ...(from === undefined ? {} : { from }),
        ...(query.to === undefined ? {} : { to: new Date(query.to) }),
        ...(query.search === undefined ? {} : { search: query.search }),
        ...(query.cursor === undefined ? {} : { before: attemptPosition(query.cursor) }),
      });
      return cutPage(rows, query.limit, {
        item: (row) => attemptView(deps, row),
        position: (row) => [row.attemptedAt.toISOString(), row.eventUuid, row.attempt],
      });
    },
  );

  scope.get(
    '/webhooks/:id/state',
    { schema: { ...schema, summary: 'Read the health of the endpoint', response: { 200: stateSchema, ...problems } } },
    async ({ teamId, params }) => {
      const { id: destinationId } = await findWebhook(deps, { teamId, id: params.id });
      return stateView(deps, destinationId);
    },
  );

  statsRoute(scope, deps);
}

/** A search has a beginning. */
function searchedFrom(deps: ApiDeps, { from, to, search }: z.output<typeof attemptQuery>): Date | undefined {
  if (from !== undefined || search === undefined) {
    return from === undefined ? undefined : new Date(from);
  }
  const end = to === undefined ? (deps.now?.() ?? new Date()) : new Date(to);
  return new Date(end.getTime() - SEARCHED_MS);
}

function statsRoute(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['webhooks'], params: idParams };
  scope.get(
    '/webhooks/:id/stats',
    {
      schema: {
        ...schema,
        summary: 'Read delivery figures',
        description: 'Totals since `since`; `points` over time from `from` to `to`.',
        querystring: z.object({
          ...{ since: z.iso.datetime({ offset: true }).optional(), ...spanQuery },
          step: z
            .string()
            .regex(/^\d{2,6}$/)
            .transform(Number)
            .refine((seconds) => seconds >= 10 && seconds <= 86_400, 'must be from 10 to 86400')
            .default(300)
            .describe('Seconds of a point, 10 to 86400.'),
        }),
        response: { 200: statsSchema, ...problems },
      },
    },
    async ({ teamId, params, query }) => {
      const { id: destinationId } = await findWebhook(deps, { teamId, id: params.id });
      const { totals, points } = await deps.events.deliveryChart({
        ...{ teamId, destinationId, stepSeconds: query.step, ...spanOf(deps, query) },
        ...(query.since === undefined ? {} : { since: new Date(query.since) }),
      });
      const { p50Ms, p99Ms, ...counts } = totals;
      return {
        ...counts,
        p50_ms: p50Ms,
        p99_ms: p99Ms,
        points: points.filter(({ attempts }) => attempts > 0).map(pointView),
      };
    },
  );
}

function pointView(point: DeliveryPoint): z.output<typeof statsSchema>['points'][number] {
  const { at, attempts, delivered, discarded, retries } = point;
  return {
    ...{ at: at.toISOString(), attempts, delivered, discarded, retries, success_rate: delivered / attempts },
    ...{ p50_ms: point.p50Ms, p95_ms: point.p95Ms, p99_ms: point.p99Ms },
  };
}

async function stateView(deps: ApiDeps, destinationId: string): Promise<z.output<typeof stateSchema>> {
  const [state, transitions, logEnd] = await Promise.all([
    getEndpointState(deps.db, destinationId),
    listTransitions(deps.db, { destinationId, limit: TRANSITIONS_SHOWN }),
    logEndView(deps, destinationId),
  ]);
  if (!state) {
    throw new Error(`webhook ${destinationId} has no endpoint state`);
  }
  return {
    health: state.health,
    since: state.since.toISOString(),
    evidence: state.evidence,
    next_probe_at: state.nextProbeAt?.toISOString() ?? null,
    open_retries: state.openRetries,
    ...logEnd,
    transitions: transitions.map((row) => ({
      from: row.fromHealth,
      to: row.toHealth,
      at: row.changedAt.toISOString(),
      evidence: row.evidence,
      by: row.changedBy,
    })),
  };
}

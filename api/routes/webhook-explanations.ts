import { z } from 'zod';
import { LIMITS, type DeliveryExplanation } from '../../core/explanation.ts';
import { clickhouseTime } from '../../core/time.ts';
import { attemptSchema, attemptView } from '../attempt-view.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { problems, timestamp } from '../schemas.ts';
import { findWebhook } from '../webhook-view.ts';

const params = z.object({ id: z.uuid(), event_id: z.uuid().describe('The uuid of the event.') });

/** Headers of the customer and credentials are named, not shown. */
export const shownRequestSchema = z.object({
  method: z.string(),
  url: z.string(),
  headers: z.record(z.string(), z.string()).describe('Values of yours and credentials are left out.'),
  body: z.string(),
  refusal: z.object({ code: z.string(), message: z.string() }).nullable().describe('Why it cannot be made.'),
});

const explanationSchema = z
  .object({
    event: z.object({
      uuid: z.string(),
      event: z.string(),
      distinct_id: z.string(),
      timestamp: z.string(),
      inserted_at: z.string(),
    }),
    matched: z.boolean().describe('By the filter as it is now.'),
    unmatched_by: z.string().nullable().describe('The setting that keeps the event out.'),
    state: z.enum([
      ...(['waiting', 'held', 'retrying', 'parked', 'delivered', 'given_up', 'expired', 'masked'] as const),
      ...(['not_matched', 'too_early', 'passed'] as const),
    ]),
    limited_by: z
      .enum(LIMITS)
      .nullable()
      .describe(
        'What a waiting event waits for: rate_limit: the rate limit of the webhook, which has a backlog; throttled: the endpoint has asked for patience; careful: the endpoint fails or comes back, and gets few requests at a time. Null: nothing but its turn is known to hold it up.',
      ),
    masked_by: z.string().nullable().describe('The event that was sent in its place, when it is masked.'),
    next: z.string().describe('What happens next, or what to do.'),
    next_attempt_at: timestamp.nullable().describe('Null also while nobody can say: its workflow knows.'),
    health: z.string(),
    health_evidence: z
      .record(z.string(), z.unknown())
      .describe('What was seen when the endpoint got into its health: failures in a row, failure rate, last error.'),
    webhook_id: z.string().describe('The header of that name.'),
    request: shownRequestSchema.describe('As it would be made now.'),
    batch: z
      .object({
        webhook_id: z.string(),
        events: z.number().int(),
        event_uuids: z.array(z.string()).describe('Up to 100.'),
      })
      .nullable()
      .describe('The latest request that the event shared with others.'),
    attempts: z.array(attemptSchema).describe('Newest first, at most 100.'),
    workflow_id: z.string().nullable().describe('The retries of the event in Temporal.'),
  })
  .meta({ id: 'DeliveryExplanation' });

/** The whole story of one event at one webhook. */
export function webhookExplanationRoutes(scope: ApiScope, deps: ApiDeps): void {
  scope.get(
    '/webhooks/:id/events/:event_id',
    {
      schema: {
        tags: ['webhooks'],
        summary: 'Explain what became of an event',
        params,
        response: { 200: explanationSchema, ...problems },
      },
    },
    async ({ teamId, params }) => {
      const { id: destinationId } = await findWebhook(deps, { teamId, id: params.id });
      const explanation = await deps.explainDelivery({ teamId, destinationId, uuid: params.event_id });
      return view(deps, { ...explanation, nextAttemptAt: await nextAttemptAt(deps, explanation) });
    },
  );
}

/** Of a retried event only its workflow knows. */
async function nextAttemptAt(
  { controlPlane }: ApiDeps,
  { state, workflowId, nextAttemptAt: known }: DeliveryExplanation,
): Promise<Date | null> {
  return state === 'retrying' && workflowId !== null ? controlPlane.nextRetryAt(workflowId) : known;
}

function view(deps: ApiDeps, explanation: DeliveryExplanation): z.output<typeof explanationSchema> {
  const { batch } = explanation;
  const { uuid, name, distinctId, timestamp, insertedAtMicros } = explanation.event;
  const insertedAt = `${clickhouseTime(insertedAtMicros).replace(' ', 'T')}Z`;
  return {
    event: { uuid, event: name, distinct_id: distinctId, timestamp, inserted_at: insertedAt },
    matched: explanation.matched,
    unmatched_by: explanation.unmatchedBy,
    state: explanation.state,
    limited_by: explanation.limitedBy,
    masked_by: explanation.maskedBy,
    next: explanation.next,
    next_attempt_at: explanation.nextAttemptAt?.toISOString() ?? null,
    health: explanation.health,
    health_evidence: explanation.healthEvidence,
    webhook_id: explanation.webhookId,
    request: explanation.request,
    batch: batch && { webhook_id: batch.webhookId, events: batch.events, event_uuids: batch.uuids },
    attempts: explanation.attempts.map((row) => attemptView(deps, row)),
    workflow_id: explanation.workflowId,
  };
}

import { z } from 'zod';
import { OUTCOME_CLASSES } from '../../core/attempts.ts';
import type { WebhookKind } from '../../core/webhook-kinds.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { eventNames, problems } from '../schemas.ts';

const kindSchema = z
  .object({
    kind: z.string(),
    title: z.string(),
    summary: z.string().describe('What arrives where.'),
    docs: z.array(z.string()).describe('The vendor’s own pages.'),
    inputs_schema: z
      .record(z.string(), z.unknown())
      .describe('JSON Schema of `inputs`; secrets are `writeOnly`, texts with Liquid have `template: true`.'),
    owns_request: z.boolean().describe('Whether the inputs make the request. Otherwise url, method and payload do.'),
    rate_limit_per_second: z.number().nullable().describe('Unless the webhook has a limit of its own.'),
    suggested_filter: z.object({ events: eventNames.optional(), exclude_events: eventNames.optional() }),
    test_event: z.object({ event: z.string(), properties: z.record(z.string(), z.unknown()) }),
    answers: z.array(
      z.object({
        when: z.string(),
        class: z.enum(OUTCOME_CLASSES),
        fault: z.enum(['customer', 'destination', 'nobody']),
        error: z.string().describe('The code that attempts show.'),
        message: z.string(),
        remedy: z.string(),
      }),
    ),
  })
  .meta({ id: 'WebhookKind' });

export function webhookKindRoutes(scope: ApiScope, deps: ApiDeps): void {
  scope.get(
    '/webhook-kinds',
    {
      schema: {
        tags: ['webhooks'],
        summary: 'List the kinds of webhooks with their inputs',
        response: { 200: z.object({ items: z.array(kindSchema) }), ...problems },
      },
    },
    () => ({ items: deps.webhookRules.kinds.map(view) }),
  );
}

function view(kind: WebhookKind): z.output<typeof kindSchema> {
  const { events, exclude_events: excluded } = kind.suggestedFilter;
  return {
    ...{ kind: kind.kind, title: kind.title, summary: kind.summary, docs: [...kind.docs] },
    inputs_schema: kind.inputsSchema,
    owns_request: kind.ownsRequest,
    rate_limit_per_second: kind.rateLimitPerSecond,
    suggested_filter: { ...(events && { events: [...events] }), ...(excluded && { exclude_events: [...excluded] }) },
    test_event: kind.testEvent,
    answers: kind.answers.map(({ name, ...answer }) => ({ ...answer, error: name })),
  };
}

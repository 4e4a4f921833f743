import { z } from 'zod';
import type { WebhookPreview } from '../../core/explanation.ts';
import { dateOfMicros } from '../../core/time.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { nameSchema, problems, timestamp } from '../schemas.ts';
import { takingTurns } from '../taking-turns.ts';
import { checkRules } from '../webhook-rules-schema.ts';
import { checkedConfig, mergeFields, newWebhook } from '../webhook-view.ts';
import { shownRequestSchema } from './webhook-explanations.ts';

/** Long enough for what comes once a week. */
const LOOK_BACK_MICROS = 7 * 86_400_000_000;
/** Of all teams: each may read for seconds. */
const OPEN_PREVIEWS = 4;
const NO_NAME = 'New webhook';

const body = newWebhook.extend({ name: nameSchema.optional() });

const previewSchema = z
  .object({
    event: z.object({
      uuid: z.string(),
      event: z.string(),
      distinct_id: z.string(),
      inserted_at: timestamp.nullable().describe('Null: nobody captured it.'),
    }),
    example_because: z
      .enum(['none_matches', 'search_timeout', 'takes_no_events'])
      .nullable()
      .describe(
        'Null: the newest event of the last 7 days that the webhook would take. Else why an example is shown: none of them matches, they could not be searched in 10 seconds, or its source is not events.',
      ),
    request: shownRequestSchema,
  })
  .meta({ id: 'WebhookPreview' });

export function webhookPreviewRoutes(scope: ApiScope, deps: ApiDeps): void {
  const busy = { code: 'preview_busy', message: 'another preview is being made' };
  const alone = takingTurns(OPEN_PREVIEWS, busy);

  scope.post(
    '/webhooks/preview',
    {
      schema: {
        tags: ['webhooks'],
        summary: 'Show what a new webhook would send',
        description:
          'Takes what would be sent to POST /webhooks, and answers with the request that it would make of the newest event that it takes. Sends and stores nothing.',
        body,
        response: { 200: previewSchema, ...problems },
      },
    },
    async ({ teamId, body: { name = NO_NAME, ...fields } }) => {
      const secret = fields.secret ?? deps.webhookRules.generateSecret();
      const config = mergeFields({}, await checkedConfig(deps, { ...fields, secret }));
      checkRules(config);
      const endMicros = (await deps.events.nowMicros()) + 1;
      const range = { startMicros: endMicros - LOOK_BACK_MICROS, endMicros };
      const example = exampleOf(deps, fields);
      return view(await alone(teamId, () => deps.previewWebhook({ teamId, name, config, range, example })));
    },
  );
}

/** What a test of it would send. */
function exampleOf(
  { webhookRules }: ApiDeps,
  { kind, events }: { kind: string; events?: string[] | undefined },
): { event: string; propertiesJson: string } {
  const sample = webhookRules.kinds.find((offered) => offered.kind === kind)?.testEvent;
  return {
    event: events?.[0] ?? sample?.event ?? 'Sluice test',
    propertiesJson: JSON.stringify(sample?.properties ?? {}),
  };
}

function view({ event, exampleBecause, request }: WebhookPreview): z.output<typeof previewSchema> {
  const { uuid, name, distinctId, insertedAtMicros } = event;
  const insertedAt = exampleBecause === null ? dateOfMicros(insertedAtMicros).toISOString() : null;
  return {
    event: { uuid, event: name, distinct_id: distinctId, inserted_at: insertedAt },
    example_because: exampleBecause,
    request,
  };
}

import { z } from 'zod';
import type { SimulatedEvent, Simulation } from '../../core/simulation.ts';
import { clickhouseTime, microsOf, type Micros, type MicrosRange } from '../../core/time.ts';
import { openDestinationConfig } from '../../store/destinations.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { validationError } from '../problem.ts';
import { idParams, problems } from '../schemas.ts';
import { takingTurns } from '../taking-turns.ts';
import { checkRules } from '../webhook-rules-schema.ts';
import { checkedConfig, findWebhook, mergeFields, webhookNotFound, webhookPatch } from '../webhook-view.ts';

const DAY_MS = 24 * 3_600_000;
/** As far back as the event log reaches. */
const MAX_DAYS = 30;
/** Of all teams: each may work for seconds. */
const OPEN_SIMULATIONS = 2;

const body = z.strictObject({
  change: webhookPatch.describe('As it would be sent to PATCH.'),
  last: z
    .int()
    .min(1)
    .max(1_000)
    .default(100)
    .describe('At most so many events that the webhook takes before or after the change, the newest.'),
  from: z.iso.datetime({ offset: true }).optional().describe('Default: a day before `to`.'),
  to: z.iso.datetime({ offset: true }).optional().describe('Default: now.'),
});

const time = z.iso.datetime({ precision: 6 });
const eventSchema = z.object({ uuid: z.string(), event: z.string(), distinct_id: z.string(), inserted_at: time });
const listSchema = z.object({ count: z.int(), events: z.array(eventSchema).describe('The newest, at most 20.') });
const difference = z.object({
  path: z.string().describe('JSON pointer; empty for the whole.'),
  before: z.string().nullable().describe('JSON; null: not there.'),
  after: z.string().nullable(),
});

const simulationSchema = z
  .object({
    from: time.describe('Events from here on were examined.'),
    to: time,
    captured: z.int().describe('Events of the team in that time, whatever the filter.'),
    matched_before: z.int(),
    matched_after: z.int(),
    masked_before: z.int().describe('Of those, held back by the mask, if nothing had been sent before from.'),
    masked_after: z.int(),
    begins: listSchema.describe('Events that would match after the change only.'),
    ceases: listSchema.describe('Events that match before the change only.'),
    request: z
      .array(z.object({ part: z.enum(['method', 'url', 'headers']), before: z.string(), after: z.string() }))
      .describe('What changes beside the body; what is secret in it looks alike.'),
    payloads: z.object({
      compared: z.int().describe('Events that match before and after and could be rendered in the time there was.'),
      changed: z.int(),
      examples: z.array(eventSchema.extend({ differences: z.array(difference) })).describe('At most 20.'),
    }),
    failed: z
      .object({
        count: z.int(),
        examples: z.array(eventSchema.extend({ code: z.string(), message: z.string() })),
      })
      .describe('Events that cannot be rendered after the change.'),
  })
  .meta({ id: 'WebhookSimulation' });

export function webhookSimulationRoutes(scope: ApiScope, deps: ApiDeps): void {
  const busy = { code: 'simulation_busy', message: 'another simulation is going on' };
  const alone = takingTurns(OPEN_SIMULATIONS, busy);

  scope.post(
    '/webhooks/:id/simulate',
    {
      schema: {
        tags: ['webhooks'],
        summary: 'Simulate a change over captured events',
        description: 'Which events begin or cease to match, and how requests change. Sends and stores nothing.',
        params: idParams,
        body,
        response: { 200: simulationSchema, ...problems },
      },
    },
    async ({ teamId, params, body: { change, last, ...between } }) => {
      const range = rangeOf(between, (deps.now?.() ?? new Date()).getTime());
      const record = await findWebhook(deps, { teamId, id: params.id });
      const stored = await openDestinationConfig(deps.db, deps.box, record.id);
      const { name = record.name, ...fields } = change;
      const config = mergeFields(stored, await checkedConfig(deps, fields, stored));
      checkRules(config);
      const request = { teamId, destinationId: record.id, changed: { name, config }, range, last };
      const simulation = await alone(teamId, () => deps.simulateWebhook(request));
      if (simulation === undefined) {
        throw webhookNotFound(record.id);
      }
      return view(simulation);
    },
  );
}

function rangeOf({ from, to }: { from?: string | undefined; to?: string | undefined }, nowMs: number): MicrosRange {
  const endMs = to === undefined ? nowMs : Date.parse(to);
  const startMs = from === undefined ? endMs - DAY_MS : Date.parse(from);
  if (startMs >= endMs) {
    throw validationError([{ field: 'to', message: 'the range ends before it begins' }]);
  }
  if (endMs - startMs > MAX_DAYS * DAY_MS) {
    throw validationError([{ field: 'from', message: `the range is longer than ${String(MAX_DAYS)} days` }]);
  }
  return { startMicros: microsOf(new Date(startMs)), endMicros: microsOf(new Date(endMs)) };
}

function view(simulation: Simulation): z.output<typeof simulationSchema> {
  const { range, captured, begins, ceases, request, payloads, failed } = simulation;
  return {
    ...{ from: timeView(range.startMicros), to: timeView(range.endMicros), captured },
    ...{ matched_before: simulation.matchedBefore, matched_after: simulation.matchedAfter },
    ...{ masked_before: simulation.maskedBefore, masked_after: simulation.maskedAfter },
    begins: { count: begins.count, events: begins.events.map(eventView) },
    ceases: { count: ceases.count, events: ceases.events.map(eventView) },
    request,
    payloads: {
      ...payloads,
      examples: payloads.examples.map(({ differences, ...event }) => ({ ...eventView(event), differences })),
    },
    failed: {
      count: failed.count,
      examples: failed.examples.map(({ code, message, ...event }) => ({ ...eventView(event), code, message })),
    },
  };
}

function eventView({ uuid, event, distinctId, insertedAtMicros }: SimulatedEvent): z.output<typeof eventSchema> {
  return { uuid, event, distinct_id: distinctId, inserted_at: timeView(insertedAtMicros) };
}

function timeView(micros: Micros): string {
  return `${clickhouseTime(micros).replace(' ', 'T')}Z`;
}

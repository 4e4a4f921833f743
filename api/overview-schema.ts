import { z } from 'zod';
import { timestamp } from './schemas.ts';

export const HEALTHS = ['healthy', 'degraded', 'failing', 'paused', 'paused_auto', 'idle'] as const;

const fault = z.object({ code: z.string(), message: z.string(), remedy: z.string().nullable() });

export const destinationCardSchema = z.object({
  product: z.enum(['webhook', 'export']),
  id: z.uuid().describe("The webhook's or the export's."),
  name: z.string(),
  kind: z.string(),
  destination: z.object({ id: z.uuid(), name: z.string() }).nullable().describe('Of an export.'),
  interval: z.string().nullable().describe('How often an export runs; null of a webhook.'),
  health: z
    .enum(HEALTHS)
    .describe(
      '`idle`: nothing was sent in the last 24 hours, or by an export by day or week in two of its intervals. `paused_auto`: by Sluice.',
    ),
  state: z.string().describe('In more detail: the health of the endpoint, or the status of the last run.'),
  lag_seconds: z.number().nullable().describe('How far behind now everything is settled; null before the first.'),
  success_rate: z.number().min(0).max(1).nullable().describe('Of attempts, or of runs; null without any.'),
  sent: z.number().int().describe('Events delivered, or rows exported.'),
  last_error: fault.nullable(),
  unusual_rows: z
    .object({
      ...{ kind: z.enum(['drop', 'surge']), rows: z.int(), expected: z.int(), low: z.int(), high: z.int() },
    })
    .nullable()
    .describe('Of an export whose last run had far more or fewer rows than the same hours of past weeks.'),
});

const attentionSchema = z.object({
  product: z.enum(['webhook', 'export']),
  id: z.uuid(),
  name: z.string(),
  health: z.enum(HEALTHS),
  reason: z.string(),
  remedy: z.string().nullable(),
});

const totalsSchema = z.object({
  count: z.number().int(),
  sent: z.number().int().describe('In the last 24 hours: events delivered, or rows exported.'),
  lag_seconds: z
    .number()
    .nullable()
    .describe('Of the farthest behind which no user has paused; null before the first has sent anything.'),
  urgent: z.number().int().describe('That somebody has to look at.'),
  states: z
    .array(z.object({ state: z.string(), count: z.number().int() }))
    .describe(
      'Most first. Of webhooks `paused` (by a user) or the `health` of the endpoint, of exports the `health`, as lists filter.',
    ),
});

export const overviewSchema = z
  .object({
    generated_at: timestamp,
    sources: z.array(
      z.object({
        library: z.string().describe('Property $lib; empty for events without.'),
        events: z.number().int().describe('Of the last hour.'),
        events_per_minute: z.number().describe('Mean of the last hour.'),
        points: z.array(z.object({ at: timestamp, events: z.number().int() })).describe('By minute; gaps are zero.'),
      }),
    ),
    totals: z
      .object({ webhooks: totalsSchema, exports: totalsSchema })
      .describe('Of all of them, also beyond those in `destinations`.'),
    destinations: z
      .array(destinationCardSchema)
      .describe('At most 100 webhooks and 100 exports: those that somebody has to look at, then those that send most.'),
    attention: z
      .array(attentionSchema)
      .describe(
        'Of at most 1,000 webhooks and 1,000 exports, those first that somebody has to look at, then the newest.',
      ),
  })
  .meta({ id: 'Overview' });

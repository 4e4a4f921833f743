import { z } from 'zod';
import { destinationCardSchema } from './overview-schema.ts';
import { timestamp } from './schemas.ts';

/** Summaries are of the last 24 hours. */
export const SUMMARY_HOURS = 24;
/** As many as a small chart shows. */
export const RUNS_IN_TREND = 30;

const MS_PER_HOUR = 3_600_000;

const { health, state, lag_seconds, success_rate, sent, last_error, unusual_rows } = destinationCardSchema.shape;
const common = { health, state, lag_seconds, success_rate, sent, last_error };
const trend = z.array(z.number().int());

export const webhookSummarySchema = z
  .object({
    ...common,
    attempts: z.number().int(),
    discarded: z.number().int().describe('Events given up.'),
    open_retries: z.number().int(),
    last_error_at: timestamp.nullable(),
    trend: trend.describe(`Deliveries in each of the last ${String(SUMMARY_HOURS)} hours, oldest first.`),
  })
  .meta({ id: 'WebhookSummary' });

export const exportSummarySchema = z
  .object({
    ...common,
    unusual_rows,
    destination: z.object({ id: z.uuid(), name: z.string(), kind: z.string() }),
    last_run: z
      .object({
        id: z.uuid(),
        status: z.string(),
        started_at: timestamp,
        finished_at: timestamp.nullable(),
        error: z.object({ code: z.string(), message: z.string(), remedy: z.string().nullable() }).nullable(),
      })
      .nullable()
      .describe('The one that began last.'),
    trend: trend.describe(`Rows of the last ${String(RUNS_IN_TREND)} runs, oldest first.`),
  })
  .meta({ id: 'ExportSummary' });

export type WebhookSummary = z.output<typeof webhookSummarySchema>;
export type ExportSummary = z.output<typeof exportSummarySchema>;

/** The whole of the hour that has begun is in it. */
export function summarySpan(now: Date): { from: Date; to: Date } {
  const to = new Date((Math.floor(now.getTime() / MS_PER_HOUR) + 1) * MS_PER_HOUR);
  return { from: new Date(to.getTime() - SUMMARY_HOURS * MS_PER_HOUR), to };
}

/** The fields that a summary shares with a card of the overview. */
export function commonOf(card: z.output<typeof destinationCardSchema>): Pick<typeof card, keyof typeof common> {
  return {
    ...{ health: card.health, state: card.state, lag_seconds: card.lag_seconds },
    ...{ success_rate: card.success_rate, sent: card.sent, last_error: card.last_error },
  };
}

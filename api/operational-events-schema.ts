import { z } from 'zod';
import type { OperationalEventType, OperationalPayloads } from '../core/operational-events.ts';

const id = z.string();
const evidence = z.record(z.string(), z.unknown()).describe('What was seen.');
const health = z.object({
  ...{ webhook_id: id, webhook_name: z.string(), from: z.string(), to: z.string(), evidence },
  remedy: z.string().nullable().describe('Null where nothing has to be done.'),
  by: z
    .object({ kind: z.string(), name: z.string() })
    .nullable()
    .describe('The user or API key that wanted it; null: Sluice itself.'),
});
const ofExport = {
  ...{ export_id: id, export_name: z.string(), run_id: id, error_code: z.string() },
  remedy: z.string().nullable(),
};

/** For each type when it is sent, and its payload: `data` of the body. */
export const OPERATIONAL_SCHEMAS: {
  [Type in OperationalEventType]: z.ZodType<OperationalPayloads[Type]>;
} = {
  'destination.degraded': health.describe('Some requests of a webhook fail; it is called carefully.'),
  'destination.paused': health.describe('A webhook keeps failing and waits for its probes.'),
  'destination.misconfigured': health.describe('A webhook refuses our requests or cannot be called.'),
  'destination.throttled': health.describe('A webhook has long answered nothing but that we should wait.'),
  'destination.gone': health.describe('A webhook answered 410.'),
  'destination.recovering': health.describe('A webhook that was suspended is sent events again, at first slowly.'),
  'destination.recovered': health.describe('A webhook takes events as it should again.'),
  'destination.paused_by_user': health.describe('A user has paused a webhook.'),
  'destination.resumed': health.describe('A user has resumed a webhook that a user had paused.'),
  'destination.near_log_ttl': z
    .object({
      ...{ webhook_id: id, webhook_name: z.string() },
      waiting_since: z.string().describe('When the oldest event was captured that waits.'),
      kept_until: z.string().describe('The event log forgets it after that.'),
      remedy: z.string(),
    })
    .describe('Events wait for a webhook, also a paused one, that the event log will soon forget; once a day.'),
  'delivery.lost': z
    .object({
      ...{ webhook_id: id, webhook_name: z.string() },
      ...{ from: z.string().describe('Of their capture.'), until: z.string(), events: z.int() },
    })
    .describe('Events waited for a webhook until the event log forgot them: it is not sent them any more.'),
  'delivery.exhausted': z
    .object({
      webhook_id: id,
      count: z.int().describe('Deliveries that were given up at that moment.'),
      event_uuids: z.array(z.string()).describe('The first hundred of them.'),
      error_code: z.string().describe('Of the first.'),
    })
    .describe('Deliveries of a webhook were given up: their retries are used up, or they can never be sent.'),
  'export.failed': z
    .object({ ...ofExport, status: z.string(), interval_end: z.string() })
    .describe('A run of an export ended without success; each one is told.'),
  'export.paused': z.object({ ...ofExport, failures: z.int() }).describe('Sluice has paused an export.'),
  'export.rows_unusual': z
    .object({
      ...{ export_id: id, export_name: z.string(), run_id: id, interval_end: z.string() },
      ...{ kind: z.enum(['drop', 'surge']), rows: z.int(), expected: z.int(), low: z.int(), high: z.int() },
    })
    .describe('A run exported far more or fewer rows than the same hours of past weeks; each one is told.'),
  'backfill.completed': z
    .object({ backfill_id: id, export_id: id, status: z.string(), rows: z.int() })
    .describe('A backfill has ended: completed, failed or cancelled.'),
  'replay.completed': z
    .object({ replay_id: id, webhook_id: id, delivered: z.int(), failed: z.int(), skipped: z.int() })
    .describe('A replay has sent everything of its range.'),
};

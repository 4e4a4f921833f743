import { z } from 'zod';
import { replayWorkflowId } from '../core/ids.ts';
import { MAX_NAMED_EVENTS, REPLAY_SCOPES, REPLAY_STATUSES, replayProgress } from '../core/replays.ts';
import { clickhouseTime, type Micros } from '../core/time.ts';
import type { ReplayRecord } from '../store/replays.ts';
import { timestamp } from './schemas.ts';

const time = z.iso.datetime({ offset: true });
/** Ingestion times have microseconds. */
const precise = z.string().describe('RFC 3339 UTC with microseconds, a time of ingestion.');

const minimum = z.boolean().describe('The range is too wide to count all of it in time: more may match.');

export const newReplay = z.strictObject({
  scope: z
    .enum(REPLAY_SCOPES)
    .describe('event: those named; failed: those given up or parked; matched: all that the filter matches.'),
  from: time.optional().describe('Time of ingestion. Needed for a range.'),
  until: time.optional().describe('Exclusive; at the most, and when left out, now.'),
  event_uuids: z.array(z.uuid()).min(1).max(MAX_NAMED_EVENTS).optional().describe('With scope event; messages too.'),
  dry_run: z.boolean().default(false).describe('Count only.'),
  idempotency_key: z.string().min(1).max(200).optional().describe('The same key again answers the same replay.'),
});
export type NewReplayBody = z.output<typeof newReplay>;

export const replaySchema = z
  .object({
    id: z.uuid(),
    webhook_id: z.uuid(),
    scope: z.enum(REPLAY_SCOPES),
    from: precise,
    until: precise,
    status: z.enum(REPLAY_STATUSES),
    planned: z.number().int().describe('Events, estimated.'),
    planned_is_minimum: minimum,
    delivered: z.number().int(),
    failed: z.number().int().describe('Not taken by the endpoint: given to a retry, parked or given up.'),
    skipped: z.number().int().describe('Gone from the log, masked, or delivered by somebody else meanwhile.'),
    percent: z.number().int(),
    eta_seconds: z.number().int().nullable(),
    settled_until: precise.describe('Everything ingested before is dealt with.'),
    workflow_id: z.string(),
    created_at: timestamp,
    begun_at: timestamp.nullable().describe('Null while an earlier replay of the webhook runs.'),
    ended_at: timestamp.nullable(),
  })
  .meta({ id: 'Replay' });

export const replayPlanSchema = z.object({
  dry_run: z.literal(true),
  scope: z.enum(REPLAY_SCOPES),
  from: precise,
  until: precise,
  planned: z.number().int().describe('Events, estimated.'),
  planned_is_minimum: minimum,
  masked: z.number().int().describe('Of those, events that were masked when they came: they are left out again.'),
  eta_seconds: z.number().int().describe('In half of the limits of the webhook, at the speed of its endpoint.'),
  sample: z.array(z.object({ event_uuid: z.uuid(), inserted_at: precise })).describe('The first few.'),
  unknown_event_uuids: z.array(z.uuid()).describe('Not in the event log, and no message that is still sent.'),
});

export function replayView(row: ReplayRecord, now: Date): z.output<typeof replaySchema> {
  const { percent, etaSeconds } = replayProgress(row, now.getTime());
  const { id, scope, status, planned, plannedIsMinimum, delivered, failed, skipped } = row;
  return {
    ...{ id, webhook_id: row.destinationId, scope, status, planned, delivered, failed, skipped, percent },
    planned_is_minimum: plannedIsMinimum,
    from: preciseTime(row.fromMicros),
    until: preciseTime(row.untilMicros),
    eta_seconds: etaSeconds,
    settled_until: preciseTime(row.positionMicros),
    workflow_id: replayWorkflowId(id),
    created_at: row.createdAt.toISOString(),
    begun_at: row.begunAt?.toISOString() ?? null,
    ended_at: row.endedAt?.toISOString() ?? null,
  };
}

export function preciseTime(micros: Micros): string {
  return `${clickhouseTime(micros).replace(' ', 'T')}Z`;
}

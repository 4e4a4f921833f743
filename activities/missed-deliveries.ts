import { appendAttempts } from '../clickhouse/attempt-log.ts';
import { appendLogEntries } from '../clickhouse/log-entries.ts';
import { dateOfMicros, type Micros, type MicrosRange } from '../core/time.ts';
import type { LaneConfig } from '../delivery/shard/lane-config.ts';
import { endFrom, expiresAtMs } from '../delivery/time-to-live.ts';
import { unsentRow } from '../delivery/unsent-row.ts';
import type { ActivityDeps } from './deps.ts';
import { startRetry } from './start-retry.ts';

/** Event uuids by what became of events without an owner. */
export interface Missed {
  /** A retry has been started. */
  retried: string[];
  /** Their retry exists or has existed; only its row was missing. */
  known: string[];
  /** Somebody ended their retry in Temporal before it was through, or it fails there time and again: given up. */
  abandoned: string[];
}

export interface MissedEvent {
  eventUuid: string;
  eventInsertedAtMicros: Micros;
  /** Attempts made so far. */
  attempt: number;
  /** The last of those before a replay has sent the event again; absent or 0: none has. */
  settledAttempt?: number;
  /** Its retry has failed in Temporal: another one may have its id. */
  hasFailed?: boolean;
}

export const NOTHING_MISSED = (): Missed => ({ retried: [], known: [], abandoned: [] });

const NAMED_IN_LOG = 20;

/** Gives an event to a retry workflow of its own, under the id that its first attempts would have used, and says so in the log. */
export async function handToRetry(
  deps: ActivityDeps,
  config: LaneConfig,
  event: MissedEvent,
): Promise<'retried' | 'known' | 'refused'> {
  const { destinationId, teamId, retryScheduleMs } = config;
  const { eventUuid, eventInsertedAtMicros, attempt, settledAttempt = 0, hasFailed = false } = event;
  const endMs = expiresAtMs(config, { insertedAtMicros: eventInsertedAtMicros });
  const retry = {
    ...{ destinationId, teamId, eventUuid, eventInsertedAtMicros },
    attemptsMade: attempt,
    scheduleMs: [...retryScheduleMs],
    // Settled before, it is owed only because somebody has replayed it.
    ...(settledAttempt > 0 && { replayedAfterAttempt: settledAttempt, replayed: true as const }),
    ...(settledAttempt === 0 && endFrom(endMs, await deps.eventClock.recentMs())),
  };
  const taken = await startRetry(deps, retry, { hasFailed });
  if (taken !== 'started') {
    return taken;
  }
  await logOwner(deps, config, event);
  return 'retried';
}

/** No attempt was made: the row only says who owns the event from now on. */
async function logOwner(deps: ActivityDeps, config: LaneConfig, event: MissedEvent): Promise<void> {
  const { destinationId, teamId } = config;
  const { eventUuid, eventInsertedAtMicros, attempt } = event;
  const owned = { teamId, destinationId, eventUuid, eventInsertedAtMicros, attempt };
  const at = new Date(await deps.eventClock.recentMs());
  await appendAttempts(deps.clickhouse, [
    unsentRow(owned, at, {
      ...{ outcome: 'retry_scheduled', errorCode: 'delivery_missed' },
      errorMessage: 'an audit found that nobody had delivered this event; it is retried',
    }),
  ]);
}

/** Metrics for every window; a log entry and a warning when something was missed. */
export async function reportMissed(
  deps: ActivityDeps,
  { destinationId, teamId }: LaneConfig,
  { range, compared, missed }: { range: MicrosRange; compared: number; missed: Missed },
): Promise<void> {
  const [retried, known, abandoned] = [missed.retried.length, missed.known.length, missed.abandoned.length];
  deps.metrics.deliveriesAudited(compared, { retried, known, abandoned });
  const total = retried + known + abandoned;
  if (total === 0) {
    return;
  }
  const from = dateOfMicros(range.startMicros).toISOString();
  const until = dateOfMicros(range.endMicros).toISOString();
  deps.logger.warn({ destinationId, from, until, retried, known, abandoned }, 'an audit found events without an owner');
  await appendLogEntries(deps.clickhouse, [
    {
      teamId,
      source: 'delivery',
      sourceId: destinationId,
      level: 'warn',
      message: `${String(total)} events ingested from ${from} until ${until} were neither delivered nor waiting: ${String(retried)} are retried now, ${String(known)} had a retry, of ${String(abandoned)} the retry was ended in Temporal`,
      loggedAt: new Date(),
      fields: {
        retried: missed.retried.slice(0, NAMED_IN_LOG),
        known: missed.known.slice(0, NAMED_IN_LOG),
        abandoned: missed.abandoned.slice(0, NAMED_IN_LOG),
      },
    },
  ]);
}

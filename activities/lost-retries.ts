import { Context } from '@temporalio/activity';
import { countWaitingRetries, listWaitingRetries } from '../clickhouse/waiting-retries.ts';
import { countOpenRetries } from '../client/deliveries.ts';
import { listEndedRetries } from '../client/ended-retries.ts';
import { dateOfMicros, type Micros, type MicrosRange } from '../core/time.ts';
import type { LaneConfig } from '../delivery/shard/lane-config.ts';
import { getMaintenancePosition, saveMaintenancePosition } from '../store/maintenance.ts';
import type { ActivityDeps } from './deps.ts';
import { NOTHING_MISSED, reportMissed, type Missed } from './missed-deliveries.ts';
import { tendWaiting } from './waiting-retries.ts';

/** Of one webhook, in one look: ten times the most that it may have open. */
const MAX_LISTED = 10_000;
/** Up to where ended retries have been listed. */
const POSITION = 'ended-retries';
/** Visibility lags, and its clock is not ClickHouse's. */
const OVERLAP_MICROS = 15 * 60 * 1_000_000;

/** By webhook, the events whose retries have ended in Temporal without being through. */
type Ended = Map<string, Set<string>>;

/**
 * Tends retries that the attempt log names and that do not run, whenever they ended: not only those of events that are audited
 * for the first time, for a retry waits for days. They are found because Temporal says that they ended, or because it has fewer
 * than the log: it came up with an empty database, or with one of an older backup. One that is started again begins its
 * schedule anew, with the number of the next attempt. Answers how many were found, and how many of them are retried.
 */
export async function tendLostRetries(
  deps: ActivityDeps,
  configs: ReadonlyMap<string, LaneConfig>,
  range: MicrosRange,
): Promise<{ missed: number; retried: number }> {
  const { startMicros: since } = range;
  const ended = await endedRetries(deps, range);
  const waiting = await countWaitingRetries(deps.clickhouse, { destinationIds: [...configs.keys()], since });
  const found = { missed: 0, retried: 0 };
  for (const [destinationId, count] of waiting) {
    Context.current().heartbeat();
    const config = configs.get(destinationId);
    try {
      if (config !== undefined) {
        const missed = await lostOf(deps, config, { since, count, ended: ended.get(destinationId) });
        await reportMissed(deps, config, { range, compared: 0, missed });
        found.missed += missed.retried.length + missed.known.length + missed.abandoned.length;
        found.retried += missed.retried.length;
      }
    } catch (error) {
      deps.logger.warn({ err: error, destinationId }, 'the open retries of a webhook could not be looked up');
    }
  }
  return found;
}

async function lostOf(
  deps: ActivityDeps,
  config: LaneConfig,
  { since, count, ended }: { since: Micros; count: number; ended: ReadonlySet<string> | undefined },
): Promise<Missed> {
  const { destinationId } = config;
  const missed = NOTHING_MISSED();
  const isShort = (await countOpenRetries(deps.temporal, destinationId)) < count;
  if (isShort || ended !== undefined) {
    const events = await listWaitingRetries(deps.clickhouse, { destinationId, since, limit: MAX_LISTED });
    const suspects = isShort ? events : events.filter(({ eventUuid }) => ended?.has(eventUuid));
    await tendWaiting(deps, config, suspects, missed);
  }
  return missed;
}

/** Since the last look. Those that it finds and that cannot be tended now are found by their number next time. */
async function endedRetries(deps: ActivityDeps, { startMicros, endMicros }: MicrosRange): Promise<Ended> {
  const ended: Ended = new Map();
  try {
    const position = (await getMaintenancePosition(deps.db, POSITION)) ?? startMicros;
    const since = dateOfMicros(Math.max(startMicros, position - OVERLAP_MICROS));
    for await (const { destinationId, eventUuid } of listEndedRetries(deps.temporal, since)) {
      Context.current().heartbeat();
      ended.set(destinationId, (ended.get(destinationId) ?? new Set()).add(eventUuid));
    }
    await saveMaintenancePosition(deps.db, POSITION, endMicros);
  } catch (error) {
    deps.logger.warn({ err: error }, 'the retries that have ended in Temporal could not be listed');
  }
  return ended;
}

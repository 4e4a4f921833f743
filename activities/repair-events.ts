import { Context } from '@temporalio/activity';
import { oldestLogged, repairGap } from '../clickhouse/events-gap.ts';
import { nowMicros } from '../clickhouse/tail.ts';
import { dateOfMicros, MICROS_PER_MS, type Micros } from '../core/time.ts';
import { getMaintenancePosition, saveMaintenancePosition } from '../store/maintenance.ts';
import type { ActivityDeps } from './deps.ts';
import type { RepairEventsResult } from './types.ts';

const POSITION = 'repair-events';
/** What one comparison costs is bounded by it. */
const WINDOW_MICROS = 10 * 60 * 1_000_000;
/** Six hours of ingestion per call: after an outage of the look itself it catches up in a few calls. */
const MAX_WINDOWS = 36;
/** An insert that is slower than the visibility bound allows still finds its view's rows compared. */
const SETTLE_FACTOR = 2;

/**
 * Compares `events` with `event_log`, from which a view feeds it, window by window up to where both have settled, and
 * adds what is missing. Goes on from where it ended, also after a failure: a window is done when it has been repaired.
 */
export async function repairEvents(deps: ActivityDeps): Promise<RepairEventsResult> {
  const now = await nowMicros(deps.clickhouse);
  const settled = now - SETTLE_FACTOR * deps.settings.visibilityBoundMs * MICROS_PER_MS;
  let position = await startOf(deps, settled);
  const result = { windows: 0, compared: 0, repaired: 0 };
  let oldestGap: Micros | undefined;
  while (position < settled && result.windows < MAX_WINDOWS) {
    Context.current().heartbeat();
    const range = { startMicros: position, endMicros: Math.min(position + WINDOW_MICROS, settled) };
    const { compared, repaired, oldestMicros } = await repairGap(deps.clickhouse, range);
    await saveMaintenancePosition(deps.db, POSITION, range.endMicros);
    position = range.endMicros;
    result.windows += 1;
    result.compared += compared;
    result.repaired += repaired;
    oldestGap ??= oldestMicros;
    deps.metrics.eventsRepaired(repaired);
  }
  report(deps, { repaired: result.repaired, oldestGap, now, position });
  return { ...result, until: dateOfMicros(position).toISOString(), more: position < settled };
}

/** Before the oldest row there is nothing to compare: an old position is not walked up to it. */
async function startOf({ clickhouse, db }: ActivityDeps, settled: Micros): Promise<Micros> {
  const oldest = await oldestLogged(clickhouse);
  const position = await getMaintenancePosition(db, POSITION);
  return oldest === undefined ? settled : Math.max(position ?? oldest, oldest);
}

function report(
  { logger, metrics }: ActivityDeps,
  found: { repaired: number; oldestGap: Micros | undefined; now: Micros; position: Micros },
): void {
  const { repaired, oldestGap, now, position } = found;
  const gapAgeMs = oldestGap === undefined ? 0 : (now - oldestGap) / MICROS_PER_MS;
  metrics.eventsCompared({ gapAgeMs, lagMs: (now - position) / MICROS_PER_MS });
  if (repaired > 0) {
    logger.warn({ repaired, gapAgeMs }, 'the events table lacked rows of the event log; they have been added');
  }
}

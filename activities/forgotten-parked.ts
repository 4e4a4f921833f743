import { Context } from '@temporalio/activity';
import { appendAttempts } from '../clickhouse/attempt-log.ts';
import { parkedBefore } from '../clickhouse/log-end.ts';
import { LOG_KEPT_MS } from '../core/log-reach.ts';
import { dateOfMicros, MICROS_PER_MS, type Micros } from '../core/time.ts';
import { FORGOTTEN, unsentRow } from '../delivery/unsent-row.ts';
import { statusesOf } from '../store/log-ends.ts';
import type { ActivityDeps } from './deps.ts';
import { countLost } from './lost-deliveries.ts';
import { tellExhausted } from './operations.ts';

/**
 * A parked delivery and its event leave their logs at about the same time, and nobody would know of it afterwards. So it is
 * given up before: two looks of an audit.
 */
const MARGIN_MS = 2 * 60 * 60_000;
/** For one look: the next one takes the others. */
const MAX_GIVEN_UP = 10_000;

/** Puts parked deliveries on record as given up whose events the log is about to forget. Those of deleted webhooks just go. */
export async function giveUpParked(deps: ActivityDeps, nowMicros: Micros): Promise<void> {
  const beforeMicros = nowMicros - (LOG_KEPT_MS - MARGIN_MS) * MICROS_PER_MS;
  const parked = await parkedBefore(deps.clickhouse, { beforeMicros, limit: MAX_GIVEN_UP });
  const statuses = await statusesOf(deps.db, [...new Set(parked.map(({ destinationId }) => destinationId))]);
  for (const [destinationId, status] of statuses) {
    Context.current().heartbeat();
    const rows = parked
      .filter((delivery) => delivery.destinationId === destinationId)
      .map((delivery) => unsentRow(delivery, dateOfMicros(nowMicros), FORGOTTEN));
    await appendAttempts(deps.clickhouse, rows);
    countLost(deps, status, rows.length);
    await tellExhausted(deps, rows);
  }
}

import { appendAttempts } from '../clickhouse/attempt-log.ts';
import type { ClickHouse } from '../clickhouse/client.ts';
import type { AttemptRecord } from '../core/attempts.ts';
import { isSluiceError } from '../core/errors.ts';
import type { ActivityDeps } from './deps.ts';
import { tellExhausted } from './operations.ts';

interface Unlogged {
  rows: AttemptRecord[];
  storing: Promise<void> | undefined;
}

/** Of each log: what activities of this process have sent and could not put on record in their time. */
const byLog = new WeakMap<ClickHouse, Unlogged>();

/** The log has refused it for as long as its activity could wait. */
export function keepUnlogged({ clickhouse }: Pick<ActivityDeps, 'clickhouse'>, row: AttemptRecord): void {
  const kept = byLog.get(clickhouse) ?? { rows: [], storing: undefined };
  byLog.set(clickhouse, kept);
  kept.rows.push(row);
}

/**
 * Puts on record what was kept; to be called before anything more is sent. Throws while the log refuses it: what was sent
 * would be sent again, once a minute, for as long as that lasts. So a process sends no more than it had under way.
 */
export async function logUnlogged(deps: ActivityDeps): Promise<void> {
  const kept = byLog.get(deps.clickhouse);
  if (kept === undefined || kept.rows.length === 0) {
    return;
  }
  kept.storing ??= storeAll(deps, kept).finally(() => {
    kept.storing = undefined;
  });
  await kept.storing;
}

/**
 * One by one, as they were offered before: a row that was stored after all is not stored twice. One that the log will never take is
 * let go, as `logAttempt` does: it would hold up the retries of all webhooks for ever.
 */
async function storeAll(deps: ActivityDeps, { rows }: Unlogged): Promise<void> {
  for (let [row] = rows; row !== undefined; [row] = rows) {
    try {
      await appendAttempts(deps.clickhouse, [row]);
    } catch (error) {
      if (!isSluiceError(error) || error.retryable) {
        throw error;
      }
      const { destinationId, eventUuid } = row;
      deps.logger.warn(
        { err: error, destinationId, eventUuid },
        'an attempt cannot be put on record, and may be made again',
      );
    }
    rows.shift();
    await tellExhausted(deps, [row]);
  }
}

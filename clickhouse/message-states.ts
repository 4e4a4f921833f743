import type { MessageLogState } from '../core/message-states.ts';
import type { ClickHouse } from './client.ts';
import { quoteUuid } from './sql.ts';

const SETTINGS = { max_threads: 1, max_execution_time: 30 } as const;
const LATEST = '(attempt, attempted_at)';

/** How deliveries of messages stand in the attempt log, by uuid; those that were never tried are absent. */
export async function messageStates(
  ch: ClickHouse,
  messages: readonly { destinationId: string; uuid: string }[],
): Promise<Map<string, MessageLogState>> {
  if (messages.length === 0) {
    return new Map();
  }
  const keys = messages.map(({ destinationId, uuid }) => `(${quoteUuid(destinationId)},${quoteUuid(uuid)})`);
  const rows = await ch.rows<
    Omit<MessageLogState, 'outcome' | 'nextAttemptAt'> & { uuid: string; settled: string; nextMs: number }
  >({
    sql: `SELECT toString(event_uuid) AS uuid, max(attempt) AS attempts,
        argMaxIf(outcome, ${LATEST}, outcome != 'failed_attempt') AS settled,
        argMaxIf(toUnixTimestamp64Milli(ifNull(next_attempt_at, toDateTime64(0, 3, 'UTC'))), ${LATEST},
          outcome != 'failed_attempt') AS nextMs,
        argMax(status_code, ${LATEST}) AS statusCode, argMax(error_code, ${LATEST}) AS errorCode
      FROM delivery_attempts WHERE (destination_id, event_uuid) IN (${keys.join(',')})
      GROUP BY event_uuid`,
    settings: SETTINGS,
  });
  return new Map(rows.map(({ uuid, settled, nextMs, ...row }) => [uuid, { ...row, ...endOf(settled, nextMs) }]));
}

function endOf(settled: string, nextMs: number): Pick<MessageLogState, 'outcome' | 'nextAttemptAt'> {
  return {
    outcome: settled === '' ? null : (settled as MessageLogState['outcome']),
    nextAttemptAt: nextMs === 0 ? null : new Date(nextMs),
  };
}

import type { DeliverySummary, DeliveryTotals } from '../../core/activity.ts';
import type { ClickHouse } from '../client.ts';

/** Of many webhooks at once: a page waits for it. */
const SETTINGS = { max_threads: 2, max_execution_time: 20 } as const;

/** Whole hours. */
export interface HoursQuery {
  teamId: number;
  from: Date;
  /** Excluded. */
  to: Date;
  /** Absent: every webhook of the team. */
  destinationIds?: readonly string[];
}

type Row = Omit<DeliveryTotals, 'lastErrorAt'> & { lastErrorMs: number };

/** Those with attempts in the range; the last error is that of the latest failed attempt. */
export async function deliveryTotals(ch: ClickHouse, query: HoursQuery): Promise<DeliveryTotals[]> {
  const rows = await ch.rows<Row>({
    sql: `SELECT toString(destination_id) AS destinationId, ${ATTEMPTS} AS attempts, ${DELIVERED} AS delivered,
        length(${DISCARDED}) AS discarded, ${ERROR_CODE} AS lastErrorCode, ${ERROR_MESSAGE} AS lastErrorMessage,
        toUnixTimestamp64Milli(${ERROR_AT}) AS lastErrorMs
      FROM ${attempts(query)} GROUP BY destination_id`,
    params: paramsOf(query),
    settings: SETTINGS,
  });
  return rows.map(totalsOf);
}

/** The same in more detail, in one look. */
export async function deliverySummaries(ch: ClickHouse, query: HoursQuery): Promise<DeliverySummary[]> {
  const rows = await ch.rows<Row & { hours: [atSeconds: number, delivered: number][] }>({
    sql: summariesSql(query),
    params: paramsOf(query),
    settings: SETTINGS,
  });
  return rows.map(({ hours, ...row }) => ({
    ...totalsOf(row),
    hours: hours.map(([atSeconds, delivered]) => ({ at: new Date(atSeconds * 1_000), delivered })),
  }));
}

const ATTEMPTS = `countIf(outcome != 'masked')`;
const DELIVERED = `countIf(outcome = 'delivered')`;
const DISCARDED = `groupUniqArrayIf(event_uuid, outcome = 'discarded')`;
const ERROR_CODE = `argMaxIf(error_code, attempted_at, error_code != '')`;
const ERROR_MESSAGE = `argMaxIf(error_message, attempted_at, error_code != '')`;
const ERROR_AT = `maxIf(attempted_at, error_code != '')`;
const HOUR = 'toStartOfHour(attempted_at)';

function summariesSql(query: HoursQuery): string {
  return `SELECT toString(destination_id) AS destinationId, sum(tried) AS attempts, sum(succeeded) AS delivered,
      uniqExactArray(gone) AS discarded, argMaxIf(code, failed_at, code != '') AS lastErrorCode,
      argMaxIf(message, failed_at, code != '') AS lastErrorMessage,
      toUnixTimestamp64Milli(maxIf(failed_at, code != '')) AS lastErrorMs,
      groupArrayIf([toUInt64(toUnixTimestamp(hour)), succeeded], succeeded > 0) AS hours
    FROM (
      SELECT destination_id, ${HOUR} AS hour, ${ATTEMPTS} AS tried, ${DELIVERED} AS succeeded, ${DISCARDED} AS gone,
        ${ERROR_CODE} AS code, ${ERROR_MESSAGE} AS message, ${ERROR_AT} AS failed_at
      FROM ${attempts(query)} GROUP BY destination_id, hour)
    GROUP BY destination_id`;
}

/** Of the column's own type: to round each row's time to its hour first is a seventh of what a look at a thousand webhooks costs. */
const TIME = (name: 'from' | 'to'): string => `toDateTime64({${name}:UInt32}, 3, 'UTC')`;

/** The table is ordered by destination: those that are named are all that is read. */
function attempts({ destinationIds }: HoursQuery): string {
  const named = destinationIds === undefined ? '' : ' AND destination_id IN {destinations:Array(UUID)}';
  return `delivery_attempts WHERE team_id = {team:UInt32}${named}
        AND attempted_at >= ${TIME('from')} AND attempted_at < ${TIME('to')}`;
}

function paramsOf({ teamId, from, to, destinationIds = [] }: HoursQuery): Record<string, unknown> {
  const seconds = (at: Date): number => at.getTime() / 1_000;
  return { team: teamId, from: seconds(from), to: seconds(to), destinations: [...destinationIds] };
}

function totalsOf({ lastErrorMs, ...row }: Row): DeliveryTotals {
  return { ...row, lastErrorAt: row.lastErrorCode === '' ? null : new Date(lastErrorMs) };
}

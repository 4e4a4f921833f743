import type { Sources } from './added-days.ts';

/** Half of a uuid's size, and the same for no two webhooks. Where nothing is stored the uuid itself is quicker. */
const EVENT = 'sipHash64(destination_id, event_uuid)';
const SUCCEEDED = `outcome = 'delivered'`;
const TIMED = `${SUCCEEDED} AND via != 'replay'`;

/**
 * What rows of the attempt log come to, by the columns of `delivery_days`: numbers, which `sum` adds up, states, which
 * their function with `Merge` does, and hashes, which `deliveredSql` counts: 64 bits, of which two of ten million events
 * share one with a probability of 3 in a million. Percentiles are exact up to 8,192 values, and of a sample of so many beyond.
 */
export const FIGURES = {
  sent: `countIf(outcome != 'masked')`,
  succeeded: `countIf(${SUCCEEDED})`,
  retried: 'countIf(attempt > 1)',
  timed: `countIf(${TIMED})`,
  delivered_events: `groupUniqArrayIf(${EVENT}, ${SUCCEEDED})`,
  discarded_events: `uniqExactStateIf(event_uuid, outcome = 'discarded')`,
  durations: `quantilesStateIf(0.5, 0.95, 0.99)(duration_ms, ${SUCCEEDED})`,
  latencies: `quantilesStateIf(0.5, 0.99)(latency_ms, ${TIMED})`,
} as const;

export type Figure = keyof typeof FIGURES;

/** `events` is how many were delivered, which does not add up. */
const OF_LOG = { ...FIGURES, events: `uniqExactIf(event_uuid, ${SUCCEEDED})` } as const;

/** As columns of a SELECT from the attempt log. */
export function figureColumns(figures: readonly (keyof typeof OF_LOG)[]): string {
  return figures.map((name) => `${OF_LOG[name]} AS ${name}`).join(', ');
}

const OF_WEBHOOK = 'team_id = {team:UInt32} AND destination_id = {destination:UUID}';
const STEP = 'intDiv(toUnixTimestamp(attempted_at), {step:UInt32}) * {step:UInt32} AS at';

/**
 * A query for rows that add up to the figures of `sources`, for one webhook, whose parameters are `team`, `destination` and
 * `builds`. Without builds and steps `events` may be asked for. `byStep`: for each step, with its start `at` in Unix seconds, and the parameter `step`; days are steps then.
 */
export function figuresSql(
  figures: readonly (keyof typeof OF_LOG)[],
  { builds, rest }: Sources,
  { byStep = false } = {},
): string {
  const parts: string[] = [];
  if (builds.length > 0) {
    const columns = [...(byStep ? [`toUnixTimestamp(toDateTime(day, 'UTC')) AS at`] : []), ...figures].join(', ');
    parts.push(`SELECT ${columns} FROM delivery_days WHERE ${OF_WEBHOOK} AND build IN {builds:Array(UUID)}`);
  }
  if (rest.length > 0) {
    const columns = `${byStep ? `${STEP}, ` : ''}${figureColumns(figures)}`;
    parts.push(`SELECT ${columns} FROM ${logRows(rest)}${byStep ? ' GROUP BY at' : ''}`);
  }
  return parts.join(' UNION ALL ');
}

/**
 * A query for the number of events delivered. Those of builds that were compared with each other are apart but for what
 * is in `repeated`; only that, and what the log's part has, is looked up among them. Parameters as above.
 */
export function deliveredSql({ rest }: Sources): string {
  const days = `FROM delivery_days WHERE ${OF_WEBHOOK} AND build IN {builds:Array(UUID)}`;
  const logged = rest.length === 0 ? '' : `SELECT ${EVENT} AS event FROM ${logRows(rest)} AND ${SUCCEEDED}`;
  return `SELECT uniqExact(event) + (SELECT sum(length(delivered_events)) ${days}) - countIf(added) AS delivered FROM (
      SELECT event, true AS added FROM (SELECT arrayJoin(delivered_events) AS event ${days})
      WHERE event IN (SELECT arrayJoin(repeated) AS event ${days}${logged && ` UNION ALL ${logged}`})
      ${logged && `UNION ALL SELECT event, false AS added FROM (${logged})`})`;
}

function logRows(rest: Sources['rest']): string {
  const within = rest.map(({ fromMs, toMs }) => `attempted_at >= ${millis(fromMs)} AND attempted_at < ${millis(toMs)}`);
  return `delivery_attempts WHERE ${OF_WEBHOOK} AND (${within.join(' OR ')})`;
}

function millis(ms: number): string {
  return `fromUnixTimestamp64Milli(toInt64(${String(ms)}), 'UTC')`;
}

import type { Sources } from './added-days.ts';

/** Half of a uuid's size, and the same for no two webhooks. Where nothing is stored the uuid itself is quicker. */
const EVENT = 'sipHash64(destination_id, event_uuid)';
const SUCCEEDED = `outcome = 'delivered'`;
const TIMED = `${SUCCEEDED} AND via != 'replay'`;

/**
 * What rows of the attempt log come to, by the columns of `webhook_days`: numbers, which `sum` adds up, states, which
 * their function with `Merge` does, and hashes, which `correctionSql` compares: 64 bits, of which two of ten million events
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

/** Of `webhook_steps`: what a chart shows. */
export const STEP_FIGURES = ['sent', 'succeeded', 'retried', 'discarded_events', 'durations'] as const;
/** Of its rows. */
export const STEP_SECONDS = 3 * 3_600;
const DAY_SECONDS = 86_400;

/** What was added up for points of such a size; nothing for sizes that neither divide into. */
export function addedFor(stepSeconds: number): 'days' | 'steps' | undefined {
  if (stepSeconds === DAY_SECONDS) {
    return 'days';
  }
  return stepSeconds % STEP_SECONDS === 0 ? 'steps' : undefined;
}

/** `events` is how many were delivered, which does not add up: see `correctionSql`. */
const OF_LOG = { ...FIGURES, events: `uniqExactIf(event_uuid, ${SUCCEEDED})` } as const;
type LogFigure = keyof typeof OF_LOG;

/** As columns of a SELECT from the attempt log. */
export function figureColumns(figures: readonly LogFigure[]): string {
  return figures.map((name) => `${OF_LOG[name]} AS ${name}`).join(', ');
}

const OF_WEBHOOK = 'team_id = {team:UInt32} AND destination_id = {destination:UUID}';
const stepOf = (column: string): string => `intDiv(toUnixTimestamp(${column}), {step:UInt32}) * {step:UInt32} AS at`;

/**
 * A query for rows that add up to the figures of `sources`, for one webhook, whose parameters are `team`, `destination` and
 * `builds`. `events` may be asked for; their sum is to be corrected.
 */
export function figuresSql(figures: readonly LogFigure[], { builds, rest, repeated }: Sources): string {
  const added = builds.length > 0;
  const ofDays = figures.map((name) => (name === 'events' ? 'length(delivered_events) AS events' : name));
  const ofLog = figures.map((name) =>
    name === 'events' && added && repeated ? 'toUInt64(0) AS events' : figureColumns([name]),
  );
  return [
    ...(added ? [`SELECT ${ofDays.join(', ')} ${OF_DAYS}`] : []),
    ...(rest.length > 0 ? [`SELECT ${ofLog.join(', ')} FROM ${logRows(rest)}`] : []),
  ].join(' UNION ALL ');
}

/** The same by step, with its start `at` in Unix seconds, and the parameter `step`. Builds are read if `addedFor` says so. */
export function pointsSql({ builds, rest }: Pick<Sources, 'builds' | 'rest'>, stepSeconds: number): string {
  const columns = STEP_FIGURES.join(', ');
  const added =
    addedFor(stepSeconds) === 'days'
      ? `SELECT toUnixTimestamp(toDateTime(day, 'UTC')) AS at, ${columns} ${OF_DAYS}`
      : `SELECT ${stepOf('begins')}, ${columns} FROM webhook_steps WHERE ${OF_BUILDS}`;
  const logged = `SELECT ${stepOf('attempted_at')}, ${figureColumns(STEP_FIGURES)} FROM ${logRows(rest)} GROUP BY at`;
  return [...(builds.length > 0 ? [added] : []), ...(rest.length > 0 ? [logged] : [])].join(' UNION ALL ');
}

const OF_BUILDS = `${OF_WEBHOOK} AND build IN {builds:Array(UUID)}`;
const OF_DAYS = `FROM webhook_days WHERE ${OF_BUILDS}`;
/** Of the clocks of workers, behind ClickHouse's. */
const CLOCKS_APART_MS = 3_600_000;
/** Of days of more attempts only those are looked through that can matter. To find them costs as much as to look through so many. */
const MANY_ROWS = 1_000_000;

/**
 * A query for what is to be added to the sum of `events` over days and log, as `correction`; undefined: nothing. Days that were
 * compared with each other are apart but for what is in `repeated`.
 */
export function correctionSql(sources: Sources): string | undefined {
  const { builds, rest, repeated } = sources;
  if (builds.length === 0) {
    return undefined;
  }
  if (repeated) {
    return uncountedSql(rest);
  }
  // What was delivered on a day that was added up is in no other.
  const logged = rest.filter(({ apart }) => apart !== true);
  return logged.length === 0 ? undefined : countedTwiceSql(sources, logged);
}

/** What the log's part has, which is in no sum, less what is in the sum more than once: only that, and the log's, is looked up. */
function uncountedSql(rest: Sources['rest']): string {
  const logged = rest.length === 0 ? '' : `SELECT ${EVENT} AS event ${succeededIn(rest)}`;
  const common = [`SELECT arrayJoin(repeated) AS event ${OF_DAYS}`, ...(logged ? [logged] : [])];
  return `SELECT uniqExact(event) - countIf(added) AS correction FROM (
      SELECT event, true AS added FROM (SELECT arrayJoin(delivered_events) AS event ${OF_DAYS})
      WHERE event IN (${common.join(' UNION ALL ')})
      ${logged && `UNION ALL SELECT event, false AS added FROM (${logged})`})`;
}

/** What the log's part has as well is looked up: of its events only those that were captured before the days were over. */
function countedTwiceSql({ addedRows, addedUntilMs }: Sources, logged: Sources['rest']): string {
  const doubtful = `${succeededIn(logged)} AND event_inserted_at < ${millis(addedUntilMs + CLOCKS_APART_MS)}`;
  const days = addedRows > MANY_ROWS ? `${OF_DAYS} AND ${sinceCaptured(doubtful)}` : OF_DAYS;
  return `SELECT -toInt64(count()) AS correction FROM (SELECT arrayJoin(delivered_events) AS event ${days})
    WHERE event IN (SELECT ${EVENT} ${doubtful})`;
}

/** Days since the first of these events was captured, before which nobody could deliver it. */
function sinceCaptured(events: string): string {
  const first = `toDate(greatest(min(event_inserted_at), ${SECOND_DAY})) - 1`;
  return `day >= (SELECT if(count() = 0, toDate('2100-01-01'), ${first}) ${events})`;
}

function succeededIn(rest: Sources['rest']): string {
  return `FROM ${logRows(rest)} AND ${SUCCEEDED}`;
}

/** Before it there is no day before. */
const SECOND_DAY = `toDateTime64(${String(2 * 86_400)}, 6, 'UTC')`;

function logRows(rest: Sources['rest']): string {
  const within = rest.map(({ fromMs, toMs }) => `attempted_at >= ${millis(fromMs)} AND attempted_at < ${millis(toMs)}`);
  return `delivery_attempts WHERE ${OF_WEBHOOK} AND (${within.join(' OR ')})`;
}

function millis(ms: number): string {
  return `fromUnixTimestamp64Milli(toInt64(${String(ms)}), 'UTC')`;
}

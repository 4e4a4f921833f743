import { isDeepStrictEqual } from 'node:util';
import { quotaRenewal, startOfUtcDay, utcDay } from '../../core/quotas.ts';
import type { ClickHouse } from '../client.ts';

const DAY_MS = 24 * 60 * 60_000;
const SETTINGS = { max_threads: 2, max_execution_time: 20 } as const;

/** One adding up of a day (migrations/0008_webhook_days.sql). */
export interface DayBuild {
  /** `2026-11-21`, UTC. */
  day: string;
  build: string;
  /** Of the log, added up. */
  rows: number;
  /** Of those, what its figures of the webhook that is asked for were made of; 0: it has none. */
  ownRows: number;
  /** Events of that webhook that other builds have as well. */
  repeated: number;
  /** Other builds, with which it knows what events both have. */
  compared: string[];
  /** Whether `webhook_steps` has it, too. */
  stepped: boolean;
}

export interface WebhookSpan {
  teamId: number;
  destinationId: string;
  from: Date;
  /** Excluded. */
  to: Date;
}

export interface AddedUp {
  /** All of them, in a fixed order. */
  builds: DayBuild[];
  /** Rows of the attempt log by day. */
  logged: ReadonlyMap<string, number>;
}

/** What is asked when a span has whole days. */
export type LookAtDays = () => Promise<AddedUp>;

/** Where the attempts of a span are read: days that are added up, and ranges of the log. */
export interface Sources {
  builds: string[];
  /** Rows of the log that they were made of. */
  addedRows: number;
  /** When the last of their days ends; 0 without any. */
  addedUntilMs: number;
  /** Some events may have been delivered in several of the builds. */
  repeated: boolean;
  rest: LogRange[];
}

export interface LogRange {
  fromMs: number;
  toMs: number;
  /** It is of a day that was added up as well, and what was delivered on it is in no other day that was. */
  apart?: true;
}

/** Together they are the span, each attempt once. Days are taken as they are while the log says nothing else. */
export async function sourcesOf(
  ch: ClickHouse,
  span: WebhookSpan,
  {
    look = () => lookAtDays(ch, span),
    added = 'days',
  }: { look?: LookAtDays | undefined; added?: 'days' | 'steps' } = {},
): Promise<Sources> {
  const whole = wholeDays(span);
  const valid = whole.from < whole.to ? ownDays(withAdded(await look(), added)) : [];
  const [first, end] = [utcDay(whole.from), utcDay(whole.to)];
  const days = valid.filter(({ day }) => day >= first && day < end);
  const apart = new Set(valid.flatMap(({ day, repeated }) => (repeated === 0 ? [day] : [])));
  return {
    builds: days.map(({ build }) => build),
    addedRows: days.reduce((sum, { ownRows }) => sum + ownRows, 0),
    addedUntilMs: Math.max(0, ...days.map(({ day }) => Date.parse(day) + DAY_MS)),
    repeated: days.some(({ repeated }) => repeated > 0),
    rest: outsideDays(span, days).map((range) => (isWithinOneOf(apart, range) ? { ...range, apart: true } : range)),
  };
}

function isWithinOneOf(days: ReadonlySet<string>, { fromMs, toMs }: LogRange): boolean {
  const day = utcDay(new Date(fromMs));
  return toMs <= Date.parse(day) + DAY_MS && days.has(day);
}

function withAdded({ builds, logged }: AddedUp, added: 'days' | 'steps'): AddedUp {
  return { builds: added === 'days' ? builds : builds.filter(({ stepped }) => stepped), logged };
}

/** The UTC days that are over and of which no moment is outside of the span; none when `from` is not before `to`. */
function wholeDays({ from, to }: WebhookSpan): { from: Date; to: Date } {
  const first = startOfUtcDay(from);
  const now = new Date();
  return { from: first < from ? quotaRenewal(from) : first, to: startOfUtcDay(to < now ? to : now) };
}

/** Oldest first. */
function ownDays({ builds, logged }: AddedUp): DayBuild[] {
  return [...validBuilds(builds, logged).values()]
    .filter(({ ownRows }) => ownRows > 0)
    .toSorted((a, b) => (a.day < b.day ? -1 : 1));
}

/** What of the span is in none of the days, which are whole days of it, oldest first. */
export function outsideDays({ from, to }: { from: Date; to: Date }, days: readonly { day: string }[]): LogRange[] {
  const rest: LogRange[] = [];
  let fromMs = from.getTime();
  for (const { day } of [...days, { day: to.toISOString() }]) {
    const toMs = Date.parse(day);
    if (fromMs < toMs) {
      rest.push({ fromMs, toMs });
    }
    fromMs = toMs + DAY_MS;
  }
  return rest;
}

/**
 * A build for each day whose rows the log agrees with, as far as each two of them were compared. Two looks at once may
 * have made two builds of a day, and builds that know nothing of each other.
 */
export function validBuilds(builds: readonly DayBuild[], logged: ReadonlyMap<string, number>): Map<string, DayBuild> {
  const valid = new Map<string, DayBuild>();
  for (const build of builds) {
    if (logged.get(build.day) === build.rows && !valid.has(build.day) && isComparedWith(build, [...valid.values()])) {
      valid.set(build.day, build);
    }
  }
  return valid;
}

/** Whether the same builds hold, and have the same figures. */
export function isSameDays(one: AddedUp, other: AddedUp): boolean {
  return isDeepStrictEqual(holding(one), holding(other));
}

function holding({ builds, logged }: AddedUp): unknown[] {
  return [...validBuilds(builds, logged).values()].map(({ build, stepped }) => ({ build, stepped }));
}

function isComparedWith({ build, compared }: DayBuild, others: readonly DayBuild[]): boolean {
  return others.every((other) => compared.includes(other.build) || other.compared.includes(build));
}

/** How many rows the attempt log has of each day. The engine knows that of each part: no row is read. */
export const LOGGED_DAYS = `SELECT toString(toDate(attempted_at)) AS day, count() AS rows FROM delivery_attempts
  GROUP BY toDate(attempted_at)`;

const OWN = 'team_id = {team:UInt32} AND destination_id = {destination:UUID}';

/** What has been added up, and what the log has, at one moment. */
export async function lookAtDays(
  ch: ClickHouse,
  { teamId, destinationId }: Pick<WebhookSpan, 'teamId' | 'destinationId'>,
): Promise<AddedUp> {
  const rows = await ch.rows<Omit<DayBuild, 'stepped'> & { steps: number }>({
    sql: `SELECT toString(day) AS day, toString(build) AS build, sum(log_rows) AS rows,
        sumIf(log_rows, ${OWN}) AS ownRows, sumIf(length(repeated), ${OWN}) AS repeated,
        arrayMap(other -> toString(other), groupUniqArrayArray(compared)) AS compared, max(stepped) AS steps
      FROM webhook_days GROUP BY day, build
      UNION ALL SELECT day, '' AS build, rows, 0 AS ownRows, 0 AS repeated, [] AS compared, 0 AS steps
        FROM (${LOGGED_DAYS})`,
    params: { team: teamId, destination: destinationId },
    settings: SETTINGS,
  });
  const builds = rows.filter(({ build }) => build !== '').map(({ steps, ...row }) => ({ ...row, stepped: steps > 0 }));
  const logged = rows.filter(({ build }) => build === '');
  return {
    builds: builds.toSorted((a, b) => (`${a.day} ${a.build}` < `${b.day} ${b.build}` ? -1 : 1)),
    logged: new Map(logged.map(({ day, rows: count }) => [day, count])),
  };
}

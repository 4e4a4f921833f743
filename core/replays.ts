import type { Micros } from './time.ts';

/**
 * `event`: events by their uuids. `failed`: those of a range that were given up or parked. `matched`: everything of a
 * range that the webhook's filter matches.
 */
export const REPLAY_SCOPES = ['event', 'failed', 'matched'] as const;
export type ReplayScope = (typeof REPLAY_SCOPES)[number];

export const REPLAY_STATUSES = ['running', 'paused', 'completed', 'cancelled'] as const;
export type ReplayStatus = (typeof REPLAY_STATUSES)[number];

/** Events that a replay is done with. */
export interface ReplayCounts {
  delivered: number;
  /** Not taken by the endpoint: given to a retry, parked or given up, as at any other time. */
  failed: number;
  /** Nothing was sent: the event is gone from the log, is masked, or somebody else has delivered it meanwhile. */
  skipped: number;
}

export function addCounts(a: ReplayCounts, b: ReplayCounts): ReplayCounts {
  return { delivered: a.delivered + b.delivered, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

export const NO_COUNTS: ReplayCounts = { delivered: 0, failed: 0, skipped: 0 };

/** As the log holds an event so long, a replay reaches as far back. Of the TTL of `event_log`. */
export const REPLAY_REACH_DAYS = 30;
/** More belong into a range. */
export const MAX_NAMED_EVENTS = 1_000;

/** Of a page: progress, and what a crash compares again, go by pages, so they are small. */
export const REPLAY_PAGE_EVENTS = 100;

/** What a request takes when nothing has been measured yet. */
const ASSUMED_REQUEST_MS = 200;

/** Seconds that so many events take in half of a webhook's limits, when nothing else is going on. */
export function replaySeconds(
  events: number,
  limits: {
    maxConcurrency: number;
    rateLimitPerSecond?: number | undefined;
    requestMs?: number | undefined;
    /** Most events of a request. Default: 1. */
    batchEvents?: number | undefined;
  },
): number {
  const parallel = Math.max(1, Math.floor(limits.maxConcurrency / 2));
  const byLatency = (parallel * 1_000) / Math.max(1, limits.requestMs ?? ASSUMED_REQUEST_MS);
  const byRate = limits.rateLimitPerSecond === undefined ? Number.POSITIVE_INFINITY : limits.rateLimitPerSecond / 2;
  // A batch is made of what a page or two bring.
  const eventsEach = Math.min(limits.batchEvents ?? 1, REPLAY_PAGE_EVENTS);
  return Math.ceil(events / (Math.min(byLatency, byRate) * eventsEach));
}

export interface ReplayProgressFacts extends ReplayCounts {
  status: ReplayStatus;
  planned: number;
  /** More may match than was planned: progress is how much of the range is settled. */
  plannedIsMinimum: boolean;
  begunAt: Date | null;
  fromMicros: Micros;
  untilMicros: Micros;
  positionMicros: Micros;
}

/** 0 to 100, and the seconds left at the pace until now; null when that cannot be told. */
export function replayProgress(
  { status, begunAt, ...facts }: ReplayProgressFacts,
  nowMs: number,
): { percent: number; etaSeconds: number | null } {
  const [done, all] = workOf(facts);
  if (status === 'completed') {
    return { percent: 100, etaSeconds: 0 };
  }
  // The plan is an estimate: with late or repeated events there are more or fewer.
  const percent = all === 0 ? 0 : Math.min(99, Math.floor((done * 100) / all));
  if (status !== 'running' || begunAt === null || done === 0) {
    return { percent, etaSeconds: null };
  }
  const secondsEach = (nowMs - begunAt.getTime()) / 1_000 / done;
  return { percent, etaSeconds: Math.ceil(Math.max(0, all - done) * secondsEach) };
}

/** What is done and what there is to do: events, or time of the range. */
function workOf(facts: Omit<ReplayProgressFacts, 'status' | 'begunAt'>): [number, number] {
  const { planned, delivered, failed, skipped, fromMicros, untilMicros, positionMicros } = facts;
  return facts.plannedIsMinimum
    ? [positionMicros - fromMicros, untilMicros - fromMicros]
    : [delivered + failed + skipped, planned];
}

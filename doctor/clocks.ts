import { fail, ok, warn, type Finding } from './finding.ts';

/** A server's clock against this machine's. */
export interface Clock {
  server: string;
  /** Positive: the server is ahead. */
  aheadMs: number;
  /** Half of the time that the question took: the figure may be off by so much. */
  uncertaintyMs: number;
}

/** NTP holds machines of one network within a few milliseconds. */
const NOTICEABLE_MS = 1_000;

const REMEDY = 'Let all machines take their time from NTP (chronyc tracking, timedatectl).';

/** Reads a clock once: `read` answers milliseconds since 1970 among what else is wanted. */
export async function readClock<State extends { nowMs: number }>(
  server: string,
  read: () => Promise<State>,
): Promise<{ clock: Clock; state: State }> {
  const sent = Date.now();
  const state = await read();
  const received = Date.now();
  const clock = { server, aheadMs: state.nowMs - (sent + received) / 2, uncertaintyMs: (received - sent) / 2 };
  return { clock, state };
}

/**
 * Intervals end by Temporal's clock, and events are stamped by ClickHouse's: rows that are stamped behind by more than
 * the visibility bound come after their interval was exported.
 */
export function clockFinding({ server, aheadMs, uncertaintyMs }: Clock, visibilityBoundMs: number): Finding {
  const surelyMs = Math.max(0, Math.abs(aheadMs) - uncertaintyMs);
  const direction = aheadMs < 0 ? 'behind' : 'ahead of';
  const text = `${server} is ${Math.abs(aheadMs).toFixed(0)} ms ${direction} this machine (± ${uncertaintyMs.toFixed(0)} ms)`;
  const check = `clock.${server.toLowerCase()}`;
  if (surelyMs >= visibilityBoundMs / 2) {
    return fail(check, `${text}, and late events are waited for ${String(visibilityBoundMs)} ms`, REMEDY);
  }
  return surelyMs > NOTICEABLE_MS ? warn(check, text, REMEDY) : ok(check, text);
}

/**
 * Temporal tells no time. It notes when a worker asked for tasks, which is in the past: later than now, its clock is
 * ahead. Workers ask at least every minute or so, and not less often than they keep one request open.
 */
export function temporalClockFinding(lastAskedMs: number, nowMs: number, visibilityBoundMs: number): Finding[] {
  if (lastAskedMs === 0) {
    return [];
  }
  const aheadMs = Math.max(0, lastAskedMs - nowMs);
  const clock = { server: 'Temporal', aheadMs, uncertaintyMs: 0 };
  return [
    aheadMs > NOTICEABLE_MS
      ? clockFinding(clock, visibilityBoundMs)
      : ok('clock.temporal', 'Temporal is not ahead of this machine; workers asked for tasks in the past'),
  ];
}

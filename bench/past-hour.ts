import { microsOf, type MicrosRange } from '../core/time.ts';

const HOUR_MS = 60 * 60_000;

/** An hour that is over for longer than rows may take to become visible. */
export function pastHour(): { end: Date; range: MicrosRange } {
  const end = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS - HOUR_MS);
  const start = new Date(end.getTime() - HOUR_MS);
  return { end, range: { startMicros: microsOf(start), endMicros: microsOf(end) } };
}

import { clickhouseTime, type Micros } from '../core/time.ts';

/**
 * When an event happened, as a ClickHouse time in UTC with microseconds.
 *
 * `timestamp` if it can be read, else arrival minus `offset` (milliseconds, as browsers send it), else arrival. As with
 * PostHog, a timestamp that cannot be read does not cost the event. Unlike there, `sent_at` corrects nothing and future
 * times stay: the time must be the same for a retry of the same event, or its two copies would never meet in `events`.
 */
export function eventTime(event: { timestamp?: unknown; offset?: unknown }, arrivalMs: number): string {
  const micros = parseMicros(event.timestamp) ?? fromOffset(event.offset, arrivalMs) ?? arrivalMs * 1_000;
  return clickhouseTime(micros);
}

/** Date, time, fraction, zone. Without a zone: UTC. */
const RFC3339 = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,18}))?\s?(Z|[+-]\d{2}:?\d{2})?)?$/i;
/** What both ClickHouse and a sane partitioning hold. */
const MIN_MICROS = 0;
const MAX_MICROS = Date.UTC(2200, 0, 1) * 1_000;

/** Microseconds since the epoch of a textual time, or undefined. Digits beyond the microsecond are dropped. */
export function parseMicros(value: unknown): Micros | undefined {
  if (typeof value !== 'string') {
    return undefined;
  }
  const match = RFC3339.exec(value.trim());
  const micros = match ? fromParts(match) : Date.parse(value) * 1_000;
  return micros >= MIN_MICROS && micros < MAX_MICROS ? micros : undefined;
}

function fromParts([, date, time = '00:00', fraction = '', zone = 'Z']: RegExpExecArray): Micros {
  const offset = /^z$/i.test(zone) ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const ms = Date.parse(`${String(date)}T${time.length === 5 ? `${time}:00` : time}${offset}`);
  return ms * 1_000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

function fromOffset(offset: unknown, arrivalMs: number): Micros | undefined {
  if (typeof offset !== 'number' || offset < 0) {
    return undefined;
  }
  const micros = Math.round((arrivalMs - offset) * 1_000);
  return micros >= MIN_MICROS ? micros : undefined;
}

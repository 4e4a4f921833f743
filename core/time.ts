/**
 * Microseconds since the Unix epoch, UTC. ClickHouse stores `inserted_at` with microseconds; a JavaScript number holds
 * them exactly until the year 2255, a Date does not hold them at all.
 */
export type Micros = number;

/** Half-open range of ingestion time: `start <= inserted_at < end`. */
export interface MicrosRange {
  startMicros: Micros;
  endMicros: Micros;
}

export const MICROS_PER_MS = 1_000;

export function microsOf(date: Date): Micros {
  return date.getTime() * MICROS_PER_MS;
}

/** Truncates to the millisecond. */
export function dateOfMicros(micros: Micros): Date {
  return new Date(Math.floor(micros / MICROS_PER_MS));
}

/** RFC 3339 UTC with seconds: what a Temporal Schedule appends to its action id. */
export function rfc3339Seconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** ClickHouse DateTime64(6) literal in UTC, for example `2026-11-21 04:18:30.000001`. */
export function clickhouseTime(micros: Micros): string {
  const iso = dateOfMicros(micros).toISOString();
  const fraction = String(((micros % 1_000_000) + 1_000_000) % 1_000_000).padStart(6, '0');
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}.${fraction}`;
}

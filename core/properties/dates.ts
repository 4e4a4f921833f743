import type { Micros } from '../time.ts';

/**
 * A date, or a time of RFC 3339 whose seconds and offset may be left out: in RE2's and in JavaScript's dialect. The years
 * are those that ClickHouse's DateTime64 holds in every time zone.
 */
export const DATE_PATTERN =
  '^(190[1-9]|19[1-9][0-9]|2[01][0-9]{2})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])' +
  '(?:[T ]([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:[.]([0-9]{1,6}))?)?' +
  '(?:Z|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))?)?$';
const DATE = new RegExp(DATE_PATTERN);

/** Microseconds since 1970, or undefined when the text is no date: also for 30 February. */
export function dateMicros(text: string): Micros | undefined {
  const match = DATE.exec(text);
  if (match === null) {
    return undefined;
  }
  const numbers = match.slice(1, 7).map((part) => Number(part || 0));
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = numbers;
  const timeMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const exists = new Date(timeMs).getUTCDate() === day;
  return exists ? (timeMs - offsetMs(match)) * 1_000 + Number((match[7] ?? '').padEnd(6, '0')) : undefined;
}

function offsetMs(match: RegExpExecArray): number {
  const [sign, hours = '0', minutes = '0'] = match.slice(8, 11);
  return (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60_000 : 60_000);
}

/** Wall times here are milliseconds as if the zone's clock were UTC: midnight of 2026-03-29 anywhere is `Date.UTC(2026, 2, 29)`. */
const DAY_MS = 24 * 60 * 60_000;

/** By the zone's name in small letters: it counts in any, and has as many spellings as somebody wants. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** What the zone's clock reads at an instant, to the second. Throws a RangeError for an unknown zone. */
export function wallTimeAt(timeZone: string, instantMs: number): number {
  if (timeZone === 'UTC') {
    return instantMs;
  }
  const field: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(instantMs)) {
    field[type] = Number(value);
  }
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = field;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The instants at which the zone's clock reads `wallMs`, in order: none in a gap, two where the clock goes back. */
export function instantsAt(timeZone: string, wallMs: number): number[] {
  // No zone is more than 14 hours from UTC, so these are the offsets on both sides of a change nearby.
  const offsets = [wallMs - DAY_MS, wallMs + DAY_MS].map((near) => wallTimeAt(timeZone, near) - near);
  return [...new Set(offsets)]
    .map((offset) => wallMs - offset)
    .filter((instant) => wallTimeAt(timeZone, instant) === wallMs)
    .sort((a, b) => a - b);
}

/** An instant as the zone's clock shows it, with its offset from UTC: `2026-03-29T03:00:00+02:00`. */
export function zonedTime(timeZone: string, instant: Date): string {
  const wallMs = wallTimeAt(timeZone, instant.getTime());
  const offsetMinutes = Math.round((wallMs - Math.floor(instant.getTime() / 1_000) * 1_000) / 60_000);
  const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
  const offset = [hours, minutes].map((part) => String(part).padStart(2, '0')).join(':');
  return `${new Date(wallMs).toISOString().slice(0, 19)}${offsetMinutes < 0 ? '-' : '+'}${offset}`;
}

/** Making one takes over 20 times as long as using it. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const key = timeZone.toLowerCase();
  const known = formats.get(key);
  if (known !== undefined) {
    return known;
  }
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(key, format);
  return format;
}

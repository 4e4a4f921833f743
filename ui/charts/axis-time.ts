const DAY_MS = 24 * 60 * 60 * 1_000;

const CLOCK = { hour: '2-digit', minute: '2-digit' } as const;
const DATE = { day: 'numeric', month: 'short' } as const;

/**
 * How the times of one axis are written: hours within two days, both beyond, dates for points that are days apart. `times`
 * are RFC 3339.
 */
export function axisTime(times: readonly string[], zone?: string): (at: string) => string {
  const spanMs = spanOf(times);
  const isDaily = times.length > 1 && spanMs >= (times.length - 1) * DAY_MS;
  const format = new Intl.DateTimeFormat('en-GB', {
    ...(spanMs > 2 * DAY_MS || isDaily ? DATE : {}),
    ...(isDaily ? {} : CLOCK),
    ...(zone === undefined ? {} : { timeZone: zone }),
  });
  return (at) => format.format(new Date(at));
}

function spanOf(times: readonly string[]): number {
  return Date.parse(times.at(-1) ?? '') - Date.parse(times[0] ?? '');
}

/**
 * Where a chart of more than two days with steps within them marks its axis: where each day of the zone begins, so that no
 * mark is at an odd hour. Indexes of `times`; undefined: marks may be anywhere.
 */
export function dayStarts(times: readonly string[], zone?: string): number[] | undefined {
  if (spanOf(times) <= 2 * DAY_MS) {
    return undefined;
  }
  const format = new Intl.DateTimeFormat('en-GB', { ...DATE, ...(zone === undefined ? {} : { timeZone: zone }) });
  const days = times.map((at) => format.format(new Date(at)));
  const starts = days.flatMap((day, index) => (index > 0 && day !== days[index - 1] ? [index] : []));
  // Every point is a day of its own: they are far enough apart to be marked as there is room.
  return starts.length === times.length - 1 ? undefined : starts;
}

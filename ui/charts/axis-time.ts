const DAY_MS = 24 * 60 * 60 * 1_000;

const CLOCK = { hour: '2-digit', minute: '2-digit' } as const;
const DATE = { day: 'numeric', month: 'short' } as const;

/**
 * How the times of one axis are written: hours within two days, both within eight, dates beyond, and for points that are
 * days apart. `times` are RFC 3339.
 */
export function axisTime(times: readonly string[], zone?: string): (at: string) => string {
  const spanMs = Date.parse(times.at(-1) ?? '') - Date.parse(times[0] ?? '');
  const isDaily = times.length > 1 && spanMs >= (times.length - 1) * DAY_MS;
  const format = new Intl.DateTimeFormat('en-GB', {
    ...(spanMs > 2 * DAY_MS || isDaily ? DATE : {}),
    ...(spanMs > 8 * DAY_MS || isDaily ? {} : CLOCK),
    ...(zone === undefined ? {} : { timeZone: zone }),
  });
  return (at) => format.format(new Date(at));
}

const DAY_MS = 24 * 60 * 60 * 1_000;

/** How the times of one axis are written: hours within two days, dates beyond. `times` are RFC 3339. */
export function axisTime(times: readonly string[], zone?: string): (at: string) => string {
  const first = Date.parse(times[0] ?? '');
  const last = Date.parse(times.at(-1) ?? '');
  const within = last - first <= 2 * DAY_MS;
  const format = new Intl.DateTimeFormat('en-GB', {
    ...(within ? { hour: '2-digit', minute: '2-digit' } : { day: 'numeric', month: 'short' }),
    ...(zone === undefined ? {} : { timeZone: zone }),
  });
  return (at) => format.format(new Date(at));
}

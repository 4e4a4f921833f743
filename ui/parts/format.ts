const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS: readonly (readonly [number, Intl.RelativeTimeFormatUnit])[] = [
  [DAY, 'day'],
  [HOUR, 'hour'],
  [MINUTE, 'minute'],
  [SECOND, 'second'],
];

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** "3 minutes ago", "in 2 hours". */
export function ago(at: Date, now: Date): string {
  const deltaMs = at.getTime() - now.getTime();
  const [ms, unit] = UNITS.find(([size]) => Math.abs(deltaMs) >= size) ?? [SECOND, 'second'];
  return relative.format(Math.round(deltaMs / ms), unit);
}

/** Local time with its zone, to the second. */
export function localTime(at: Date, zone?: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    ...{ year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' },
    timeZoneName: 'short',
    ...(zone === undefined ? {} : { timeZone: zone }),
  }).format(at);
}

/** The zone in which times are shown. */
export function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** "850 ms", "12.4 s", "3 min 20 s", "2 h 5 min", "4 d 3 h". */
export function duration(ms: number): string {
  if (ms < SECOND) {
    return `${String(Math.round(ms))} ms`;
  }
  if (ms < MINUTE) {
    return `${String(Number((ms / SECOND).toFixed(ms < 10 * SECOND ? 1 : 0)))} s`;
  }
  const parts: readonly (readonly [number, string])[] = [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'min'],
    [SECOND, 's'],
  ];
  const first = parts.findIndex(([size]) => ms >= size);
  let left = ms;
  const shown = parts.slice(first, first + 2).map(([size, name]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count === 0 ? '' : `${String(count)} ${name}`;
  });
  return shown.filter(Boolean).join(' ');
}

export function count(value: number): string {
  return new Intl.NumberFormat('en').format(value);
}

/** "1.2K", "3.4M": for places with little room. */
export function shortCount(value: number): string {
  return new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}

export function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1_000 ** power;
  return `${scaled.toFixed(power === 0 || scaled >= 100 ? 0 : 1)} ${units[power] ?? 'B'}`;
}

/** A share of 0 to 1. Never "100%" while anything is missing. */
export function percent(share: number): string {
  if (share >= 1) {
    return '100%';
  }
  const shown = Math.floor(share * 10_000) / 100;
  return `${shown >= 99 ? shown.toFixed(2) : shown.toFixed(1)}%`;
}

/** The same for marks of an axis: none has more digits than another. */
export function wholePercent(share: number): string {
  return `${String(Math.round(share * 100))}%`;
}

/** snake_case as a heading: "Access key id". */
export function words(name: string): string {
  const text = name.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

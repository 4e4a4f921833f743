/** Delays as people write them: `5s 5m 2h 1d`, or `none`. */

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof UNITS;

const NONE = 'none';
/** Longest first: `90s`, not `1.5m`. */
const BY_SIZE: readonly Unit[] = ['d', 'h', 'm', 's'];

export function delaysText(delaysMs: readonly number[]): string {
  return delaysMs.length === 0 ? NONE : delaysMs.map(delayText).join(' ');
}

function delayText(ms: number): string {
  const unit = BY_SIZE.find((name) => ms % UNITS[name] === 0) ?? 's';
  return `${String(ms / UNITS[unit])}${unit}`;
}

/** Undefined: it is no list of delays. */
export function delaysOf(text: string): number[] | undefined {
  if (text.trim() === NONE) {
    return [];
  }
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  const delays = words.map((word) => {
    const [, count, unit] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(word) ?? [];
    return count === undefined ? Number.NaN : Math.round(Number(count) * UNITS[unit as Unit]);
  });
  return delays.length === 0 || delays.some(Number.isNaN) ? undefined : delays;
}

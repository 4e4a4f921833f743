export interface Sample {
  atMs: number;
  mib: number;
}

export interface Growth {
  mibPerHour: number;
  /** Standard error of it, as if samples were independent: the true one is larger. */
  errorMibPerHour: number;
}

const MS_PER_HOUR = 3_600_000;

/** Slope of the line through the samples, by least squares. NaN of fewer than three. */
export function growthOf(samples: readonly Sample[]): Growth {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [atMs, mib] = [mean((sample) => sample.atMs), mean((sample) => sample.mib)];
  const sum = (of: (hours: number, mib: number) => number): number =>
    samples.reduce((total, sample) => total + of((sample.atMs - atMs) / MS_PER_HOUR, sample.mib - mib), 0);
  const spread = sum((hours) => hours ** 2);
  const mibPerHour = sum((hours, rise) => hours * rise) / spread;
  const residuals = sum((hours, rise) => (rise - mibPerHour * hours) ** 2);
  const freedom = samples.length - 2;
  return freedom > 0
    ? { mibPerHour, errorMibPerHour: Math.sqrt(residuals / freedom / spread) }
    : { mibPerHour: Number.NaN, errorMibPerHour: Number.NaN };
}

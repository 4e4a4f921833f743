import type { Metric, Registry } from 'prom-client';

export interface HistogramSettings {
  name: string;
  help: string;
  labelNames: readonly string[];
  /** Upper bounds, ascending. */
  buckets: readonly number[];
}

type Labels = Readonly<Record<string, string>>;

/** One line of what is shown. */
interface Shown {
  metricName: string;
  labels: Readonly<Record<string, string | number>>;
  value: number;
}

/**
 * A histogram in prom-client's registry whose series are found once and then held: prom-client's own looks for the series by
 * the text of its labels at each value, which costs several times what counting does.
 */
export class Histogram {
  /** What registries ask a metric for. */
  readonly name: string;
  readonly help: string;
  readonly type = 'histogram';
  readonly #labelNames: readonly string[];
  readonly #buckets: readonly number[];
  readonly #series = new Map<string, Series>();

  constructor(registry: Registry, { name, help, labelNames, buckets }: HistogramSettings) {
    this.name = name;
    this.help = help;
    this.#labelNames = labelNames;
    this.#buckets = buckets;
    if (labelNames.length === 0) {
      this.series({});
    }
    registry.registerMetric(this as unknown as Metric);
  }

  /** The series of these labels, which is shown from now on. */
  series(labels: Labels): Series {
    const key = JSON.stringify(this.#labelNames.map((name) => labels[name]));
    let series = this.#series.get(key);
    if (series === undefined) {
      series = new Series(labels, this.#buckets);
      this.#series.set(key, series);
    }
    return series;
  }

  /** Asked by the registry. */
  get(): Promise<{ name: string; help: string; type: string; values: Shown[] }> {
    const { name, help, type } = this;
    const values = [...this.#series.values()].flatMap((series) => series.values(name));
    return Promise.resolve({ name, help, type, values });
  }
}

/** The values of one set of labels. */
export class Series {
  readonly #labels: Labels;
  readonly #buckets: readonly number[];
  /** By bucket, and then those above all of them. */
  readonly #counts: number[];
  #sum = 0;

  constructor(labels: Labels, buckets: readonly number[]) {
    this.#labels = labels;
    this.#buckets = buckets;
    this.#counts = Array.from({ length: buckets.length + 1 }, () => 0);
  }

  observe(value: number): void {
    if (!Number.isFinite(value)) {
      throw new TypeError(`a histogram takes finite numbers, not ${String(value)}`);
    }
    let bucket = 0;
    while (value > (this.#buckets[bucket] ?? Number.POSITIVE_INFINITY)) {
      bucket += 1;
    }
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += value;
  }

  values(name: string): Shown[] {
    let count = 0;
    const buckets = this.#counts.map((ofBucket, index) => {
      count += ofBucket;
      const le = this.#buckets[index] ?? '+Inf';
      return { metricName: `${name}_bucket`, labels: { le, ...this.#labels }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels: this.#labels, value: this.#sum },
      { metricName: `${name}_count`, labels: this.#labels, value: count },
    ];
  }
}

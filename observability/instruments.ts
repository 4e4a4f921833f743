import { Gauge, type Registry } from 'prom-client';
import { CATALOGUE, MAX_OPEN_VALUES, METRICS, type LabelsOf, type MetricName, type NamesOf } from './catalogue.ts';
import { Counter } from './counter.ts';
import { Histogram } from './histogram.ts';

/** The catalogue's metrics in one registry. Labels are checked by types, and their values bounded at run time. */
export interface Instruments {
  add<Name extends NamesOf<'counter'>>(name: Name, labels: LabelsOf<Name>, amount: number): void;
  observe<Name extends NamesOf<'histogram'>>(name: Name, labels: LabelsOf<Name>, value: number): void;
  /**
   * `add` with labels that are checked once, for what is counted thousands of times a second: prom-client hears of it when
   * somebody asks for the metrics.
   */
  adder<Name extends NamesOf<'counter'>>(name: Name, labels: LabelsOf<Name>): (amount: number) => void;
  /** The same of `observe`. */
  observer<Name extends NamesOf<'histogram'>>(name: Name, labels: LabelsOf<Name>): (value: number) => void;
  set<Name extends NamesOf<'gauge'>>(name: Name, labels: LabelsOf<Name>, value: number): void;
  /** All of a gauge's values at once: what is not among them is not shown any more. */
  setAll<Name extends NamesOf<'gauge'>>(name: Name, values: readonly { labels: LabelsOf<Name>; value: number }[]): void;
}

type Labels = Readonly<Record<string, string>>;

/** `knownOf`: values of a metric's open labels that come for certain. */
export function createInstruments(
  registry: Registry,
  knownOf: (name: string) => Readonly<Record<string, readonly string[]>>,
): Instruments {
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  const setAt = new Map<string, number>();
  for (const [name, { type, help, labels, buckets, fadesAfterMs, fromZero }] of Object.entries(METRICS)) {
    const common = { name, help, labelNames: Object.keys(labels ?? {}), registers: [registry] };
    switch (type) {
      case 'counter':
        counters.set(
          name,
          counterFrom(common, combinations(labels ?? {}, fromZero && { ...knownOf(name), ...fromZero })),
        );
        break;
      case 'histogram':
        histograms.set(name, new Histogram(registry, { ...common, buckets: buckets ?? [] }));
        break;
      case 'gauge':
        gauges.set(
          name,
          unsetGauge(common, () => performance.now() - (setAt.get(name) ?? 0) > (fadesAfterMs ?? Infinity)),
        );
    }
  }
  const bound = labelBounds();
  return {
    add: (name, labels, amount) => counters.get(name)?.add(bound(name, labels), amount),
    observe: (name, labels, value) => histograms.get(name)?.series(bound(name, labels)).observe(value),
    adder: (name, labels) => {
      const sum = counters.get(name)?.sum(bound(name, labels)) ?? { amount: 0 };
      return (amount) => {
        sum.amount += amount;
      };
    },
    observer: (name, labels) => {
      const series = histograms.get(name)?.series(bound(name, labels));
      return (value) => series?.observe(value);
    },
    set: (name, labels, value) => {
      setAt.set(name, performance.now());
      gauges.get(name)?.set(bound(name, labels), value);
    },
    setAll: (name, values) => {
      const gauge = gauges.get(name);
      clear(gauge);
      for (const { labels, value } of values) {
        gauge?.set(bound(name, labels), value);
      }
    },
  };
}

type Settings = { name: string; help: string; labelNames: string[]; registers: Registry[] };

/** `shown`: labels that it has from the start, as 0. */
function counterFrom(settings: Settings, shown: readonly Labels[]): Counter {
  const counter = new Counter(settings);
  for (const labels of shown) {
    counter.add(labels, 0);
  }
  return counter;
}

/** Every set of the labels' values, of those that `only` names with its values; none without it, or of open ones. */
function combinations(labels: LabelTable, only: Readonly<Record<string, readonly string[]>> | undefined): Labels[] {
  if (only === undefined) {
    return [];
  }
  let sets: Labels[] = [{}];
  for (const [label, all] of Object.entries(labels)) {
    const values = only[label] ?? (all === 'open' ? [] : all);
    sets = sets.flatMap((set) => values.map((value) => ({ ...set, [label]: value })));
  }
  return sets;
}

/** A gauge without a value: 0 would be a claim. `isStale` is asked before each scrape. */
function unsetGauge(settings: Settings, isStale: () => boolean): Gauge {
  const gauge = new Gauge({
    ...settings,
    collect() {
      if (isStale()) {
        clear(this);
      }
    },
  });
  clear(gauge);
  return gauge;
}

/** `reset` puts back the 0 of a gauge without labels. */
function clear(gauge: Gauge | undefined): void {
  gauge?.reset();
  gauge?.remove({});
}

/** Values that a label may not have become `other`. */
function labelBounds(): (name: MetricName, labels: Labels) => Labels {
  const seen = new Map<string, Set<string>>();
  const boundOpen = (key: string, value: string): string => {
    const values = seen.get(key) ?? new Set();
    seen.set(key, values);
    if (values.has(value) || values.size < MAX_OPEN_VALUES) {
      values.add(value);
      return value;
    }
    return 'other';
  };
  return (name, labels) => {
    const allowed = (METRICS[name] ?? CATALOGUE.sluice_capture_events_total) as { labels?: LabelTable };
    return Object.fromEntries(
      Object.entries(labels).map(([label, value]) => {
        const values = allowed.labels?.[label] ?? [];
        const known =
          values === 'open' ? boundOpen(`${name} ${label}`, value) : values.includes(value) ? value : 'other';
        return [label, known];
      }),
    );
  };
}

type LabelTable = Readonly<Record<string, readonly string[] | 'open'>>;

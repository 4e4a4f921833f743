import {
  METRICS,
  type LabelsOf,
  type MetricName,
  type NamesOf,
  type RUNTIME_METRICS,
} from '../../observability/catalogue.ts';

/** Queries whose metrics the compiler knows. Sums run over all processes; `by` keeps labels. */

type Runtime = typeof RUNTIME_METRICS;
type RuntimeOf<Type extends string> = {
  [Name in keyof Runtime]: Runtime[Name] extends Type ? Name : never;
}[keyof Runtime];

export type CounterName = NamesOf<'counter'> | RuntimeOf<'counter'>;
export type GaugeName = NamesOf<'gauge'> | RuntimeOf<'gauge'>;
export type HistogramName = NamesOf<'histogram'> | RuntimeOf<'histogram'>;

/** `{ outcome: 'delivered' }`, or with an operator in front of the value: `{ status: '=~4xx|5xx' }`. */
export type Selector<Name> = Name extends MetricName
  ? { [Label in keyof LabelsOf<Name>]?: string }
  : Readonly<Record<string, string>>;

export function series<Name extends CounterName | GaugeName>(name: Name, selector?: Selector<Name>): string {
  return `${name}${braces(selector)}`;
}

/** Per second, over all processes. */
export function rate<Name extends CounterName>(
  name: Name,
  options: { where?: Selector<Name>; by?: readonly string[]; over?: string } = {},
): string {
  return `sum${by(options.by)} (rate(${series(name, options.where)}[${options.over ?? WINDOW}]))`;
}

/** How much a counter grew, over all processes. */
export function increase<Name extends CounterName>(
  name: Name,
  options: { where?: Selector<Name>; by?: readonly string[]; over: string },
): string {
  return `sum${by(options.by)} (increase(${series(name, options.where)}[${options.over}]))`;
}

/** The value below which that share of observations is, in the histogram's unit. */
export function quantile<Name extends HistogramName>(
  share: number,
  name: Name,
  options: { where?: Selector<Name>; by?: readonly string[]; over?: string } = {},
): string {
  const labels = ['le', ...(options.by ?? [])];
  const buckets = `${name}_bucket${braces(options.where)}`;
  return `histogram_quantile(${String(share)}, sum by (${labels.join(', ')}) (rate(${buckets}[${options.over ?? WINDOW}])))`;
}

/** Observations per second, all or those of at most `le`. */
export function observations<Name extends HistogramName>(
  name: Name,
  options: { where?: Selector<Name>; le?: string; over: string },
): string {
  const selector = { ...options.where, ...(options.le !== undefined && { le: options.le }) };
  const suffix = options.le === undefined ? 'count' : 'bucket';
  return `sum(rate(${name}_${suffix}${braces(selector)}[${options.over}]))`;
}

/** The greatest of all processes. What the deployment's state says is told by several workers: each tells the same. */
export function max<Name extends GaugeName>(
  name: Name,
  options: { where?: Selector<Name>; by?: readonly string[] } = {},
): string {
  return `max${by(options.by)} (${series(name, options.where)})`;
}

type TotalName = 'sluice_webhooks' | 'sluice_deliveries_pending_retry' | 'sluice_deliveries_parked';

/** What each worker tells of the whole deployment, once for each set of labels, added up. */
export function ofAllKinds<Name extends TotalName>(
  name: Name,
  options: { where?: Selector<Name>; by?: readonly string[] } = {},
): string {
  const labels = Object.keys(METRICS[name]?.labels ?? {});
  return `sum${by(options.by)} (${max(name, { ...options, by: labels })})`;
}

export function sum<Name extends GaugeName>(
  name: Name,
  options: { where?: Selector<Name>; by?: readonly string[] } = {},
): string {
  return `sum${by(options.by)} (${series(name, options.where)})`;
}

/** 1, with these labels, where the query answers nothing. `absent` by itself forgets the labels of anything but a plain series. */
export function nothing(query: string, labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels).reduce(
    (expr, [label, value]) => `label_replace(${expr}, "${label}", "${value}", "", "")`,
    `absent(${query})`,
  );
}

/** Names of metrics in a query, without the suffixes of histograms. */
export function metricsIn(query: string): string[] {
  const names = query.match(/\b(?:sluice|temporal|nodejs|process)_[a-z0-9_]+(?=[{[\s)]|$)|\bup\b/g) ?? [];
  return [...new Set(names.map((name) => name.replace(/_(?:bucket|count|sum)$/, '')))];
}

/** Grafana puts in what fits the panel's range and the scrape interval. */
const WINDOW = '$__rate_interval';

function by(labels: readonly string[] | undefined): string {
  return labels === undefined ? '' : ` by (${labels.join(', ')})`;
}

function braces(selector: Readonly<Record<string, string | undefined>> = {}): string {
  const parts = Object.entries(selector).flatMap(([label, value]) =>
    value === undefined ? [] : [matcher(label, value)],
  );
  return parts.length === 0 ? '' : `{${parts.join(', ')}}`;
}

function matcher(label: string, value: string): string {
  const operator = /^(?:=~|!~|!=)/.exec(value)?.[0] ?? '=';
  const bare = value.startsWith(operator) ? value.slice(operator.length) : value;
  return `${label}${operator}"${bare}"`;
}

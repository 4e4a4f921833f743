import type { PropertyFilter } from './properties/filter.ts';
import { propertiesPredicate, type PropertyTexts } from './properties/predicate.ts';
import { propertiesSql, type Bind } from './properties/sql.ts';
import { isSampled, sampleSql, type Sample, type SampledEvent } from './sampling.ts';

/**
 * Which events a destination wants. One syntax tree, two compilers: SQL with bound parameters (here, text only) and a
 * JavaScript predicate; a property test in test/clickhouse/ holds them equal.
 */
export interface EventFilter {
  /** Wants no event at all: the destination gets messages only. */
  nothing?: true;
  /** Wanted event names; empty or absent means every event. */
  includeEvents?: string[];
  /** Unwanted event names; wins over `includeEvents`. */
  excludeEvents?: string[];
  /** All of them must hold; what each means is said in properties/filter.ts. */
  properties?: PropertyFilter[];
  /** Only this share of the events that fulfil the rest. */
  sample?: Sample;
}

export interface SqlFragment {
  /** A boolean expression with ClickHouse placeholders (`{filter_0:Array(String)}`). */
  sql: string;
  params: Record<string, unknown>;
}

/** What a filter looks at. */
export interface FilterableEvent extends PropertyTexts, SampledEvent {
  event: string;
}

/**
 * Compiles to a condition on `event`, `properties`, `person_properties`, `uuid`, `person_id` and `distinct_id`. Filters
 * of one statement need a `prefix` each.
 */
export function filterToSql(
  { nothing, includeEvents, excludeEvents, properties, sample }: EventFilter,
  prefix = 'filter',
): SqlFragment {
  const params: Record<string, unknown> = {};
  const bind: Bind = (type, value) => {
    const name = `${prefix}_${String(Object.keys(params).length)}`;
    params[name] = value;
    return `{${name}:${type}}`;
  };
  const conditions = [
    ...(nothing === true ? ['0'] : []),
    ...(includeEvents?.length ? [`event IN ${bind('Array(String)', includeEvents)}`] : []),
    ...(excludeEvents?.length ? [`event NOT IN ${bind('Array(String)', excludeEvents)}`] : []),
    ...(sample === undefined ? [] : [sampleSql(sample, bind)]),
    ...(properties?.length ? [propertiesSql(properties, bind)] : []),
  ];
  return { sql: conditions.length > 0 ? conditions.join(' AND ') : '1', params };
}

/** Compiles to a predicate. JSON is read only for property filters, last, and once for each event object. */
export function filterToPredicate(filter: EventFilter): (event: FilterableEvent) => boolean {
  if (filter.nothing === true) {
    return () => false;
  }
  const { sample } = filter;
  const include = filter.includeEvents?.length ? new Set(filter.includeEvents) : undefined;
  const exclude = new Set(filter.excludeEvents ?? []);
  const sampled = sample === undefined ? () => true : (event: FilterableEvent) => isSampled(sample, event);
  const propertiesHold = filter.properties?.length ? propertiesPredicate(filter.properties) : () => true;
  return (event) =>
    (include?.has(event.event) ?? true) && !exclude.has(event.event) && sampled(event) && propertiesHold(event);
}

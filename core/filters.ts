/**
 * Which events a destination wants. One syntax tree, two compilers: SQL with bound parameters (here, text only) and a
 * JavaScript predicate; a property test in clickhouse/ holds them equal. Property filters are added to this tree.
 */
export interface EventFilter {
  /** Wanted event names; empty or absent means every event. */
  includeEvents?: string[];
  /** Unwanted event names; wins over `includeEvents`. */
  excludeEvents?: string[];
}

export interface SqlFragment {
  /** A boolean expression with ClickHouse placeholders (`{filter_include:Array(String)}`). */
  sql: string;
  params: Record<string, unknown>;
}

/** Compiles to a condition on the column `event`. */
export function filterToSql(filter: EventFilter): SqlFragment {
  const conditions: string[] = [];
  const params: Record<string, unknown> = {};
  if (filter.includeEvents?.length) {
    conditions.push('event IN {filter_include:Array(String)}');
    params['filter_include'] = filter.includeEvents;
  }
  if (filter.excludeEvents?.length) {
    conditions.push('event NOT IN {filter_exclude:Array(String)}');
    params['filter_exclude'] = filter.excludeEvents;
  }
  return { sql: conditions.length > 0 ? conditions.join(' AND ') : '1', params };
}

/** Compiles to a predicate over the event's name. */
export function filterToPredicate(filter: EventFilter): (eventName: string) => boolean {
  const include = filter.includeEvents?.length ? new Set(filter.includeEvents) : undefined;
  const exclude = new Set(filter.excludeEvents ?? []);
  return (eventName) => (include?.has(eventName) ?? true) && !exclude.has(eventName);
}

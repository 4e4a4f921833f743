import type { ClickHouseSettings } from '@clickhouse/client';

const GIB = 1024 ** 3;

export interface QueryLimits {
  seconds: number;
  memoryBytes: number;
  /** Rows and bytes read from storage, by all parts of the query together. */
  readRows: number;
  readBytes: number;
  threads: number;
}

/** For runs: as much as an interval of a large team may need, and an end for what would never end. */
export const RUN_LIMITS: QueryLimits = {
  seconds: 3_600,
  memoryBytes: 2 * GIB,
  readRows: 2_000_000_000,
  readBytes: 1_000 * GIB,
  threads: 2,
};
/** For the result itself, which flows as fast as its destination takes it. */
export const STREAM_LIMITS: QueryLimits = { ...RUN_LIMITS, seconds: 6 * 3_600 };
/** For a person who waits for an answer. */
export const CHECK_LIMITS: QueryLimits = {
  seconds: 20,
  memoryBytes: GIB / 2,
  readRows: 200_000_000,
  readBytes: 50 * GIB,
  threads: 2,
};
/** For a count that only tells how much there is: small enough that asking for it often hurts nobody. */
export const ESTIMATE_LIMITS: QueryLimits = {
  seconds: 5,
  memoryBytes: GIB / 4,
  readRows: 50_000_000,
  readBytes: 10 * GIB,
  threads: 1,
};

/**
 * Settings under which a query of a customer runs. They travel beside the text, which cannot contain settings, and
 * whatever goes over a limit fails (`throw`): a result that was cut short would be exported as if it were whole.
 */
export function limitSettings(limits: QueryLimits): ClickHouseSettings {
  const { seconds, memoryBytes, readRows, readBytes, threads } = limits;
  return {
    max_execution_time: seconds,
    timeout_overflow_mode: 'throw',
    max_memory_usage: String(memoryBytes),
    max_rows_to_read: String(readRows),
    max_bytes_to_read: String(readBytes),
    read_overflow_mode: 'throw',
    max_threads: threads,
    max_bytes_before_external_group_by: String(Math.floor(memoryBytes / 4)),
    max_bytes_before_external_sort: String(Math.floor(memoryBytes / 4)),
    max_bytes_in_join: String(Math.floor(memoryBytes / 2)),
    join_overflow_mode: 'throw',
    max_bytes_in_set: String(Math.floor(memoryBytes / 4)),
    set_overflow_mode: 'throw',
    ...SHAPE,
  };
}

/** What a text of the printer needs and what keeps functions from making something out of nothing. */
const SHAPE: ClickHouseSettings = {
  max_query_size: '4000000',
  max_ast_depth: '2000',
  max_ast_elements: '400000',
  max_expanded_ast_elements: '1000000',
  max_subquery_depth: '200',
  function_range_max_elements_in_block: '10000000',
  max_streams_to_max_threads_ratio: 1,
  // Names and values mean the same whatever a server's profile says.
  prefer_column_name_to_alias: 0,
  enable_global_with_statement: 1,
  join_use_nulls: 0,
  transform_null_in: 0,
  cast_keep_nullable: 1,
  session_timezone: 'UTC',
  allow_suspicious_low_cardinality_types: 1,
  // An answer from a cache could be another team's.
  use_query_cache: 0,
  // Nothing may be sent elsewhere.
  allow_ddl: 0,
};

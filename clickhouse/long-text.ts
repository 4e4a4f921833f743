import type { ClickHouseSettings } from '@clickhouse/client';

/** The server refuses statements over 256 KiB unless told otherwise; duplicates are named in the text. */
export function longText(sql: string): ClickHouseSettings {
  return sql.length < 200_000
    ? {}
    : { max_query_size: String(sql.length * 2), max_ast_elements: '50000000', max_expanded_ast_elements: '50000000' };
}

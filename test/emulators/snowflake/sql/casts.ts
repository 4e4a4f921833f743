import { duckType, type SnowflakeType } from './types.ts';

/** `inner` as a value of the type, by Snowflake's rules where they differ from DuckDB's. */
export function castSql(inner: string, type: SnowflakeType, tolerant: boolean): string {
  switch (type.family) {
    case 'TEXT':
      return `sf_text(${inner})`;
    case 'VARIANT':
    case 'OBJECT':
    case 'ARRAY':
      return `sf_variant(${inner})`;
    case 'TIMESTAMP_NTZ':
      return `${tolerant ? 'TRY_CAST' : 'CAST'}(sf_wall_clock(${inner}) AS ${duckType(type)})`;
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ':
      return `${tolerant ? 'TRY_CAST' : 'CAST'}(sf_moment(${inner}) AS ${duckType(type)})`;
    default:
      return `${tolerant ? 'TRY_CAST' : 'CAST'}(${inner} AS ${duckType(type)})`;
  }
}

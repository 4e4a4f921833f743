/**
 * Functions that the rewritten SQL calls. An `error` of the form SNOWFLAKE:code:sqlstate:text becomes that answer.
 * `maxLobBytes` is Snowflake's limit of one value: 16 MB on older accounts, 128 MB on newer ones.
 */
export function macros(maxLobBytes: number): string[] {
  const limit = String(maxLobBytes);
  const tooLarge = `error('SNOWFLAKE:100069:22P02:Error parsing JSON: document is too large, max size ${limit} bytes')`;
  return [
    `CREATE MACRO sf_lob(x) AS CASE WHEN strlen(x) > ${limit} THEN
       error('SNOWFLAKE:100082:22000:Max LOB size (${limit}) exceeded, actual size of parsed column is ' || strlen(x))
     ELSE x END`,
    `CREATE MACRO sf_try_parse_json(x) AS CASE WHEN json_valid(x) AND strlen(x) <= ${limit} THEN json(x) END,
       (x, mode) AS CASE WHEN json_valid(x) AND strlen(x) <= ${limit} THEN json(x) END`,
    `CREATE MACRO sf_parse_json(x) AS CASE WHEN x IS NULL OR trim(x) = '' THEN NULL
       WHEN strlen(x) > ${limit} THEN ${tooLarge}
       WHEN json_valid(x) THEN json(x)
       ELSE error('SNOWFLAKE:100069:22P02:Error parsing JSON: ' || left(x, 100)) END`,
    `CREATE MACRO sf_text(x) AS CASE WHEN typeof(x) = 'JSON' THEN json_extract_string(x::VARCHAR, '$') ELSE x::VARCHAR END`,
    // What a moment's text says without its offset, and with the offset as DuckDB reads one.
    String.raw`CREATE MACRO sf_wall_clock(x) AS regexp_replace(sf_text(x), '(:\d\d(?:\.\d+)?)\s*(?:Z|[+-]\d\d(?::?\d\d)?)$', '\1')`,
    String.raw`CREATE MACRO sf_moment(x) AS regexp_replace(sf_text(x), '(:\d\d(?:\.\d+)?)\s+([+-]\d\d):?(\d\d)$', '\1\2:\3')`,
    `CREATE MACRO sf_json_text(x) AS to_json(x)::VARCHAR`,
    `CREATE MACRO sf_variant(x) AS CASE WHEN x IS NULL THEN NULL WHEN strlen(to_json(x)::VARCHAR) > ${limit} THEN ${tooLarge} ELSE to_json(x) END`,
    `CREATE MACRO sf_equal_null(a, b) AS a IS NOT DISTINCT FROM b`,
    `CREATE MACRO sf_sha2(x, bits) AS sha256(x)`,
    `CREATE MACRO sf_to_number(x) AS x::DECIMAL(38, 0),
       (x, format) AS CASE WHEN format SIMILAR TO 'X+' THEN ('0x' || x)::BIGINT
         ELSE error('the emulator knows no other number format than hexadecimal digits') END`,
    `CREATE MACRO sf_uuid_string() AS uuid()::VARCHAR`,
    `CREATE MACRO sf_sysdate() AS timezone('UTC', now())`,
    `CREATE MACRO sf_timestamp_ntz(x) AS sf_wall_clock(x)::TIMESTAMP_NS,
       (x, scale) AS make_timestamp_ns((x::HUGEINT * (10 ^ (9 - scale))::HUGEINT)::BIGINT)`,
  ];
}

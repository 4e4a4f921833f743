const words = (text: string) => new Set(text.trim().split(/\s+/));

/** Words that are never identifiers; everything else unquoted is a name, folded to upper case. */
export const KEYWORDS = words(`
  SELECT FROM WHERE GROUP BY HAVING ORDER LIMIT OFFSET QUALIFY UNION ALL EXCEPT INTERSECT DISTINCT AS ON USING JOIN LEFT
  RIGHT FULL INNER OUTER CROSS NATURAL AND OR NOT IN IS NULL LIKE ILIKE BETWEEN EXISTS CASE WHEN THEN ELSE END ASC DESC
  NULLS FIRST LAST WITH RECURSIVE VALUES SET INSERT INTO UPDATE DELETE MERGE MATCHED OVER PARTITION ROWS RANGE UNBOUNDED
  PRECEDING FOLLOWING CURRENT ROW TRUE FALSE INTERVAL CAST TRY_CAST ESCAPE WINDOW DEFAULT`);

/** After one of these a list of tables ends. */
export const END_OF_FROM = words(
  'WHERE GROUP HAVING ORDER LIMIT OFFSET QUALIFY UNION EXCEPT INTERSECT SET WHEN ON USING RETURNING WINDOW',
);

/** Functions of Snowflake by what DuckDB calls them; `sf_` ones are macros of `macros.ts`. */
export const FUNCTIONS: Record<string, string> = {
  PARSE_JSON: 'sf_parse_json',
  TRY_PARSE_JSON: 'sf_try_parse_json',
  TO_VARIANT: 'sf_variant',
  TO_OBJECT: 'sf_variant',
  TO_ARRAY: 'sf_variant',
  TO_JSON: 'sf_json_text',
  TO_VARCHAR: 'sf_text',
  TO_CHAR: 'sf_text',
  TO_TIMESTAMP: 'sf_timestamp_ntz',
  TO_TIMESTAMP_NTZ: 'sf_timestamp_ntz',
  OBJECT_CONSTRUCT: 'json_object',
  ARRAY_CONSTRUCT: 'json_array',
  ARRAY_SIZE: 'json_array_length',
  IFF: 'if',
  NVL: 'coalesce',
  IFNULL: 'coalesce',
  EQUAL_NULL: 'sf_equal_null',
  SHA2: 'sf_sha2',
  OCTET_LENGTH: 'strlen',
  STARTSWITH: 'starts_with',
  ENDSWITH: 'ends_with',
  UUID_STRING: 'sf_uuid_string',
  TO_NUMBER: 'sf_to_number',
  SYSDATE: 'sf_sysdate',
  GETDATE: 'now',
  TO_BINARY: 'unhex',
};

/** Functions that may be called without parentheses. */
export const BARE_CALLS = words('CURRENT_TIMESTAMP CURRENT_DATE CURRENT_USER CURRENT_ROLE');

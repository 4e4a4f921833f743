-- What Redshift has and PostgreSQL has not: types, functions and system views, all in the schema "redshift".
CREATE SCHEMA redshift;
GRANT USAGE ON SCHEMA redshift TO PUBLIC;
GRANT CREATE ON SCHEMA public TO PUBLIC;

CREATE DOMAIN redshift.super AS jsonb CONSTRAINT super_size CHECK (pg_column_size(VALUE) <= 16777216);

CREATE FUNCTION redshift.getdate() RETURNS timestamp LANGUAGE sql STABLE
  AS $$ SELECT date_trunc('second', statement_timestamp() AT TIME ZONE 'UTC') $$;

CREATE FUNCTION redshift.sysdate() RETURNS timestamp LANGUAGE sql STABLE
  AS $$ SELECT transaction_timestamp() AT TIME ZONE 'UTC' $$;

CREATE FUNCTION redshift.len(text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT char_length($1) $$;

CREATE FUNCTION redshift.strtol(digits text, base integer) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT
  AS $$ SELECT CASE $2 WHEN 16 THEN ('x' || lpad($1, 16, '0'))::bit(64)::bigint WHEN 10 THEN $1::bigint END $$;

CREATE FUNCTION redshift.pg_last_copy_count() RETURNS bigint LANGUAGE sql STABLE
  AS $$ SELECT coalesce(nullif(current_setting('redshift.last_copy_count', true), ''), '0')::bigint $$;

-- A string inside a SUPER value has the limits of a VARCHAR, unless the cluster is configured otherwise.
CREATE FUNCTION redshift.checked_super(value jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
  most integer := current_setting('redshift.super_string_bytes')::integer;
BEGIN
  IF octet_length(value::text) > most AND EXISTS (
    SELECT 1 FROM jsonb_path_query(value, 'strict $.** ? (@.type() == "string")') AS found (item)
    WHERE octet_length(item #>> '{}') > most
  ) THEN
    RAISE EXCEPTION 'String value exceeds the max size of % bytes', most;
  END IF;
  RETURN value;
END $$;

CREATE FUNCTION redshift.parsed_super(source text) RETURNS jsonb LANGUAGE plpgsql STABLE STRICT AS $$
BEGIN
  RETURN redshift.checked_super(source::jsonb);
EXCEPTION
  WHEN invalid_text_representation OR untranslatable_character OR numeric_value_out_of_range OR program_limit_exceeded THEN
    RAISE EXCEPTION 'JSON parsing error' USING ERRCODE = 'RS001', DETAIL = left(source, 200);
END $$;

CREATE FUNCTION redshift.json_parse(source varchar) RETURNS redshift.super LANGUAGE plpgsql STABLE STRICT AS $$
BEGIN
  IF octet_length(source) > 65535 THEN
    RAISE EXCEPTION 'Value too long for character type' USING ERRCODE = '22001';
  END IF;
  RETURN redshift.parsed_super(source);
END $$;

CREATE FUNCTION redshift.json_parse(source bytea) RETURNS redshift.super LANGUAGE sql STABLE STRICT
  AS $$ SELECT redshift.parsed_super(convert_from($1, 'UTF8')) $$;

CREATE FUNCTION redshift.can_json_parse(source varchar) RETURNS boolean LANGUAGE plpgsql STABLE STRICT AS $$
BEGIN
  PERFORM redshift.json_parse(source);
  RETURN true;
EXCEPTION WHEN OTHERS THEN
  RETURN false;
END $$;

CREATE FUNCTION redshift.json_serialize(value redshift.super) RETURNS varchar LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
  IF octet_length(value::text) > 65535 THEN
    RAISE EXCEPTION 'Value too long for character type' USING ERRCODE = '22001';
  END IF;
  RETURN value::text;
END $$;

CREATE FUNCTION redshift.json_typeof(value redshift.super) RETURNS varchar LANGUAGE sql IMMUTABLE STRICT
  AS $$ SELECT jsonb_typeof($1) $$;

CREATE FUNCTION redshift.from_varbyte(value bytea, format varchar) RETURNS varchar LANGUAGE sql IMMUTABLE STRICT
  AS $$ SELECT CASE lower($2) WHEN 'hex' THEN encode($1, 'hex') ELSE convert_from($1, 'UTF8') END $$;

CREATE FUNCTION redshift.to_varbyte(value varchar, format varchar) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT
  AS $$ SELECT CASE lower($2) WHEN 'hex' THEN decode($1, 'hex') ELSE convert_to($1, 'UTF8') END $$;

CREATE FUNCTION redshift.type_name(base text, domain text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN domain = 'super' THEN 'super' WHEN domain LIKE 'varbyte%' THEN 'binary varying' ELSE base END $$;

CREATE VIEW redshift.information_schema_columns AS
  SELECT table_catalog, table_schema, table_name, column_name, ordinal_position, column_default, is_nullable,
    redshift.type_name(data_type, domain_name) AS data_type,
    coalesce(character_maximum_length, substring(domain_name FROM 'varbyte_(\d+)')::integer) AS character_maximum_length,
    numeric_precision, numeric_scale, datetime_precision
  FROM information_schema.columns WHERE table_schema <> 'redshift';

CREATE VIEW redshift.information_schema_tables AS
  SELECT table_catalog, table_schema, table_name, table_type
  FROM information_schema.tables WHERE table_schema <> 'redshift';

CREATE VIEW redshift.svv_columns AS SELECT *, NULL::varchar AS remarks FROM redshift.information_schema_columns;
CREATE VIEW redshift.svv_tables AS SELECT *, NULL::varchar AS remarks FROM redshift.information_schema_tables;

-- Keys and encodings are in the comment of the table, as JSON.
CREATE VIEW redshift.pg_table_def AS
  SELECT n.nspname AS schemaname, c.relname AS tablename, a.attname AS "column",
    CASE WHEN t.typname ~ '^(varchar|char)_' THEN format_type(t.typbasetype, t.typtypmod)
         WHEN t.typname ~ '^varbyte_' THEN format('binary varying(%s)', substring(t.typname FROM '\d+'))
         ELSE replace(format_type(a.atttypid, a.atttypmod), 'redshift.', '') END AS type,
    coalesce(extra.of_table -> 'encodings' ->> a.attname, 'none') AS encoding,
    coalesce(extra.of_table ->> 'distkey' = a.attname, false) AS distkey,
    coalesce(array_position(extra.sortkey, a.attname::text), 0) AS sortkey,
    a.attnotnull AS "notnull"
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_type t ON t.oid = a.atttypid
  CROSS JOIN LATERAL (SELECT nullif(obj_description(c.oid, 'pg_class'), '')::jsonb AS of_table) AS raw
  CROSS JOIN LATERAL (
    SELECT raw.of_table, ARRAY(SELECT jsonb_array_elements_text(raw.of_table -> 'sortkey')) AS sortkey
  ) AS extra
  WHERE c.relkind = 'r' AND pg_table_is_visible(c.oid) AND n.nspname NOT IN ('redshift', 'pg_catalog', 'information_schema');

-- Logs are written outside of the statement's transaction and survive its rollback.
CREATE SEQUENCE redshift.query_ids;
CREATE TABLE redshift.sys_load_history (
  query_id bigint, user_name varchar, status varchar, table_name varchar, data_source varchar, file_format varchar,
  loaded_rows bigint, loaded_bytes bigint, source_file_count integer, error_message varchar,
  start_time timestamp DEFAULT (now() AT TIME ZONE 'UTC'));
CREATE TABLE redshift.sys_load_error_detail (
  query_id bigint, file_name varchar, line_number bigint, column_name varchar, column_type varchar,
  error_code integer, error_message varchar, start_time timestamp DEFAULT (now() AT TIME ZONE 'UTC'));
CREATE VIEW redshift.stl_load_errors AS
  SELECT query_id AS query, start_time AS starttime, file_name AS filename, line_number, column_name AS colname,
    column_type AS type, error_code AS err_code, error_message AS err_reason
  FROM redshift.sys_load_error_detail;
GRANT SELECT ON ALL TABLES IN SCHEMA redshift TO PUBLIC;

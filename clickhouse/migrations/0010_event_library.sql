-- Property $lib, which the overview counts by: parsed once when an event is stored, instead of all of the last hour each time
-- that somebody looks. Rows from before are parsed when they are read, as they were.
ALTER TABLE event_log ADD COLUMN IF NOT EXISTS library LowCardinality(String) MATERIALIZED JSONExtractString(properties, '$lib');

-- Insert target of capture, in order of ingestion. Exports and webhooks read it as far back as its TTL reaches.
-- Everything that a reader orders or compares by is in the sort key.
CREATE TABLE IF NOT EXISTS event_log
(
    team_id UInt32,
    inserted_at DateTime64(6, 'UTC') DEFAULT now64(6) CODEC(Delta(8), ZSTD(1)),
    uuid UUID CODEC(NONE),
    event LowCardinality(String),
    distinct_id String CODEC(ZSTD(1)),
    -- JSON text exactly as captured: never parsed, so 64-bit integers, key order and escapes stay as they were sent.
    properties String CODEC(ZSTD(1)),
    person_id UUID,
    person_properties String DEFAULT '{}' CODEC(ZSTD(1)),
    timestamp DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
    created_at DateTime64(6, 'UTC') DEFAULT inserted_at CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toDate(inserted_at)
ORDER BY (team_id, inserted_at, uuid)
TTL toDateTime(inserted_at) + INTERVAL 30 DAY
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

-- When a uuid was seen first: a row of event_log that arrived later is a duplicate, whatever merges have done.
-- `copies` counts rows of one uuid, those of one insert too. Small granules, because it is read by key.
CREATE TABLE IF NOT EXISTS event_first_seen
(
    team_id UInt32,
    uuid UUID CODEC(NONE),
    first_seen SimpleAggregateFunction(min, DateTime64(6, 'UTC')) CODEC(ZSTD(1)),
    copies SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
ORDER BY (team_id, uuid)
TTL toDateTime(first_seen) + INTERVAL 8 DAY
SETTINGS non_replicated_deduplication_window = 10000, index_granularity = 128;

CREATE MATERIALIZED VIEW IF NOT EXISTS event_first_seen_mv TO event_first_seen AS
SELECT team_id, uuid, min(inserted_at) AS first_seen, count() AS copies FROM event_log GROUP BY team_id, uuid;

-- Long-term store, by the event's own time. The version falls with ingestion time, so the first arrival survives.
CREATE TABLE IF NOT EXISTS events
(
    team_id UInt32,
    inserted_at DateTime64(6, 'UTC'),
    uuid UUID,
    event LowCardinality(String),
    distinct_id String CODEC(ZSTD(1)),
    properties String CODEC(ZSTD(1)),
    person_id UUID,
    person_properties String CODEC(ZSTD(1)),
    timestamp DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
    created_at DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
    version UInt64,
    INDEX inserted_at_range inserted_at TYPE minmax GRANULARITY 4
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(timestamp)
ORDER BY (team_id, toDate(timestamp), event, uuid)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS events_mv TO events AS
SELECT
    team_id, inserted_at, uuid, event, distinct_id, properties, person_id, person_properties, timestamp, created_at,
    18446744073709551615 - toUInt64(toUnixTimestamp64Micro(inserted_at)) AS version
FROM event_log;

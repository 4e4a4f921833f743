-- One row per HTTP attempt of a webhook delivery. The latest row of (destination_id, event_uuid) is its state.
CREATE TABLE IF NOT EXISTS delivery_attempts
(
    team_id UInt32,
    destination_id UUID,
    event_uuid UUID,
    event_inserted_at DateTime64(6, 'UTC'),
    webhook_id String,
    -- 1-based over the life of the delivery, whoever makes the attempt.
    attempt UInt16,
    attempted_at DateTime64(3, 'UTC'),
    outcome LowCardinality(String),
    status_code UInt16,
    error_code LowCardinality(String),
    error_message String CODEC(ZSTD(1)),
    duration_ms Float64,
    latency_ms Float64,
    response_body String CODEC(ZSTD(1)),
    next_attempt_at Nullable(DateTime64(3, 'UTC')),
    shard UInt16,
    epoch UInt64,
    via LowCardinality(String),
    INDEX event_inserted_at_range event_inserted_at TYPE minmax GRANULARITY 1,
    INDEX attempted_at_range attempted_at TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(attempted_at)
ORDER BY (destination_id, event_uuid, attempt)
TTL toDateTime(attempted_at) + INTERVAL 30 DAY
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

-- What a user reads about a run or a delivery.
CREATE TABLE IF NOT EXISTS log_entries
(
    team_id UInt32,
    source LowCardinality(String),
    source_id String,
    level LowCardinality(String),
    message String CODEC(ZSTD(1)),
    logged_at DateTime64(3, 'UTC'),
    fields String DEFAULT '{}' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toDate(logged_at)
ORDER BY (team_id, source, source_id, logged_at)
TTL toDateTime(logged_at) + INTERVAL 30 DAY
SETTINGS ttl_only_drop_parts = 1;

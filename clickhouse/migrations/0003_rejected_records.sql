-- Records that an export's destination cannot hold, set aside with the reason: `<column> <reason>`. One row per event and
-- plan of an interval, however often an attempt is repeated.
CREATE TABLE IF NOT EXISTS rejected_records
(
    team_id UInt32,
    export_id UUID,
    interval_end DateTime64(6, 'UTC'),
    generation UInt32,
    chunk UInt32,
    uuid UUID,
    inserted_at DateTime64(6, 'UTC'),
    event LowCardinality(String),
    reason LowCardinality(String),
    -- The row as one JSON object.
    record String CODEC(ZSTD(1)),
    rejected_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(rejected_at)
PARTITION BY toYYYYMM(interval_end)
ORDER BY (team_id, export_id, interval_end, generation, chunk, inserted_at, uuid)
TTL toDateTime(rejected_at) + INTERVAL 90 DAY
SETTINGS non_replicated_deduplication_window = 10000;

-- What builds of `webhook_days` have for charts in steps below a day: each day in eight rows for a webhook. Maintenance fills it
-- from the log.
CREATE TABLE IF NOT EXISTS webhook_steps
(
    -- Of three hours.
    begins DateTime('UTC'),
    build UUID,
    team_id UInt32,
    destination_id UUID,
    -- As in `webhook_days`.
    sent UInt64,
    succeeded UInt64,
    retried UInt64,
    discarded_events AggregateFunction(uniqExact, UUID) CODEC(NONE),
    durations AggregateFunction(quantiles(0.5, 0.95, 0.99), Float64) CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(begins)
ORDER BY (destination_id, begins)
-- A row may be 64 KiB.
SETTINGS index_granularity = 8, min_bytes_for_wide_part = 0;
-- In a build's last row: 1 if it has its steps. Builds of the release before have none; maintenance replaces them.
ALTER TABLE webhook_days ADD COLUMN IF NOT EXISTS stepped UInt8 DEFAULT 0;

-- The attempt log added up by webhook and UTC day, once the day is over; maintenance writes it. A build, one adding up of a
-- day, holds for as long as the log has exactly as many rows of the day as it has added up: what is written later, or is
-- gone, is seen by that. Webhooks with few attempts share a row without figures (team 0).
CREATE TABLE IF NOT EXISTS delivery_days
(
    day Date,
    build UUID,
    team_id UInt32,
    destination_id UUID,
    log_rows UInt64,
    -- Rows but those that say `masked`, those that say `delivered`, those after the first attempt.
    sent UInt64,
    succeeded UInt64,
    retried UInt64,
    -- Of `latencies`.
    timed UInt64,
    -- Hashes of webhook and event.
    delivered_events Array(UInt64) CODEC(NONE),
    discarded_events AggregateFunction(uniqExact, UUID) CODEC(NONE),
    -- Milliseconds; of what was delivered, `latencies` without replays.
    durations AggregateFunction(quantiles(0.5, 0.95, 0.99), Float64) CODEC(ZSTD(1)),
    latencies AggregateFunction(quantiles(0.5, 0.99), Float64) CODEC(ZSTD(1)),
    -- In rows of their own: of `delivered_events`, what the builds that this one was compared with have as well; and, in a
    -- build's last row, those builds.
    repeated Array(UInt64) CODEC(NONE),
    compared Array(UUID) CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY build
ORDER BY (destination_id, day)
-- One webhook is read at a time, and its row may be a megabyte.
SETTINGS index_granularity = 1, min_bytes_for_wide_part = 0;

-- What `delivery_days` (0006) held, in parts of a month: a part costs a statement more than a millisecond, whatever is read of
-- it, and there were two or three for each day. Maintenance fills it from the log and empties `delivery_days`, which
-- stays, empty, for processes of the release before.
CREATE TABLE IF NOT EXISTS webhook_days
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
PARTITION BY toYYYYMM(day)
ORDER BY (destination_id, day)
-- One webhook is read at a time, and its row may be a megabyte.
SETTINGS index_granularity = 1, min_bytes_for_wide_part = 0;

-- A range of an export's past that is exported beside its live runs.
CREATE TABLE backfills (
    id uuid PRIMARY KEY,
    export_id uuid NOT NULL REFERENCES exports (id),
    team_id integer NOT NULL REFERENCES teams (id),
    status text NOT NULL DEFAULT 'estimating' CHECK (status IN ('estimating', 'running', 'paused', 'completed', 'failed',
        'cancelled')),
    -- Both on the export's grid.
    range_start timestamptz(3) NOT NULL,
    range_end timestamptz(3) NOT NULL,
    newest_first boolean NOT NULL,
    parallel integer NOT NULL,
    force boolean NOT NULL,
    -- As it was when the plan was made.
    estimate jsonb,
    -- Why it stands still or has failed.
    reason text,
    -- How far it gives way to live work now, and to what.
    throttle jsonb,
    -- Since when it has been running without a pause; the time left is told from what was done since.
    running_since timestamptz(3),
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    finished_at timestamptz(3),
    CHECK (range_start < range_end)
);
CREATE INDEX backfills_page ON backfills (export_id, created_at DESC, id DESC);

CREATE TABLE backfill_intervals (
    backfill_id uuid NOT NULL REFERENCES backfills (id),
    interval_end timestamptz(3) NOT NULL,
    interval_start timestamptz(3) NOT NULL,
    status text NOT NULL CHECK (status IN ('pending', 'running', 'completed', 'skipped', 'empty', 'failed', 'cancelled')),
    -- NULL: not known, for example because the range is older than the event log.
    expected_rows bigint,
    rows bigint NOT NULL DEFAULT 0,
    bytes bigint NOT NULL DEFAULT 0,
    run_id uuid,
    error_code text,
    error_message text,
    finished_at timestamptz(3),
    PRIMARY KEY (backfill_id, interval_end)
);
CREATE INDEX backfill_intervals_open ON backfill_intervals (backfill_id, interval_end)
    WHERE status IN ('pending', 'running');

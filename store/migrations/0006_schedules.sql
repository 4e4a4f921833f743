-- When an export runs, beyond its interval. A run is pinned to these like to all settings.
ALTER TABLE exports
    ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC',
    ADD COLUMN hour_offset integer NOT NULL DEFAULT 0 CHECK (hour_offset BETWEEN 0 AND 23),
    ADD COLUMN weekday_offset integer NOT NULL DEFAULT 0 CHECK (weekday_offset BETWEEN 0 AND 6),
    ADD COLUMN jitter_seconds integer NOT NULL DEFAULT 0 CHECK (jitter_seconds >= 0),
    ADD COLUMN start_at timestamptz(3),
    ADD COLUMN end_at timestamptz(3),
    -- Every expected interval up to here has a row in interval_ledger. NULL: since the export was created.
    ADD COLUMN ledger_until timestamptz(3);
UPDATE export_versions SET settings = '{"timeZone": "UTC", "hourOffset": 0, "weekdayOffset": 0, "jitterSeconds": 0,
    "startAt": null, "endAt": null}' || settings;

-- The schedules that an export has had: its intervals are a function of these rows (core/schedule-spec.ts).
CREATE TABLE export_schedules (
    export_id uuid NOT NULL REFERENCES exports (id),
    since timestamptz(3) NOT NULL,
    interval text NOT NULL,
    time_zone text NOT NULL,
    hour_offset integer NOT NULL,
    weekday_offset integer NOT NULL,
    PRIMARY KEY (export_id, since)
);
INSERT INTO export_schedules SELECT id, created_at, interval, 'UTC', 0, 0 FROM exports;

-- Times in which an export was paused, and whether the intervals that ended meanwhile are still wanted.
CREATE TABLE export_pauses (
    export_id uuid NOT NULL REFERENCES exports (id),
    paused_at timestamptz(3) NOT NULL,
    resumed_at timestamptz(3),
    filled boolean NOT NULL DEFAULT false,
    PRIMARY KEY (export_id, paused_at)
);
INSERT INTO export_pauses (export_id, paused_at) SELECT id, now() FROM exports WHERE paused;

-- Pauses and edits of earlier releases are not on record: what is expected begins now.
UPDATE exports SET ledger_until = now();

ALTER TABLE export_runs DROP CONSTRAINT export_runs_trigger_check;
ALTER TABLE export_runs ADD CONSTRAINT export_runs_trigger_check
    CHECK (trigger IN ('schedule', 'manual', 'backfill', 'gap_fill'));
CREATE INDEX export_runs_by_interval ON export_runs (export_id, interval_end, started_at DESC);
CREATE INDEX interval_ledger_open ON interval_ledger (export_id, interval_end) WHERE committed_at IS NULL;

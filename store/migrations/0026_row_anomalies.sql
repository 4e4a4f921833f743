-- Intervals whose run exported far more or fewer rows than the same hours of past weeks.
CREATE TABLE row_anomalies (
    export_id uuid NOT NULL REFERENCES exports (id),
    interval_end timestamptz(3) NOT NULL,
    team_id integer NOT NULL REFERENCES teams (id),
    run_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('drop', 'surge')),
    rows bigint NOT NULL,
    -- The median of past weeks, and what would have been usual.
    expected bigint NOT NULL,
    low bigint NOT NULL,
    high bigint NOT NULL,
    found_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (export_id, interval_end)
);
CREATE INDEX row_anomalies_of_run ON row_anomalies (run_id);

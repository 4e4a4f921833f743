-- How many rows the exports of a team may load in a UTC day; NULL: any number.
ALTER TABLE teams ADD COLUMN export_rows_per_day bigint CHECK (export_rows_per_day >= 0);
-- When somebody last said so: what was refused before is tried again.
ALTER TABLE teams ADD COLUMN export_rows_set_at timestamptz(3);

-- What a run has planned to load, on the day of its first plan; gone again when the run ends without a commit.
CREATE TABLE quota_takings (
    run_id uuid PRIMARY KEY REFERENCES export_runs (id),
    team_id integer NOT NULL REFERENCES teams (id),
    day date NOT NULL,
    rows bigint NOT NULL
);
CREATE INDEX quota_takings_of_day ON quota_takings (team_id, day);

-- When a backfill that the quota has paused goes on; NULL: when somebody resumes it.
ALTER TABLE backfills ADD COLUMN resumes_at timestamptz(3);
CREATE INDEX backfills_resuming ON backfills (resumes_at) WHERE resumes_at IS NOT NULL;

-- What a team has used, by UTC day: kept when the logs that it was counted from are gone.
CREATE TABLE usage_days (
    team_id integer NOT NULL REFERENCES teams (id),
    day date NOT NULL,
    events bigint NOT NULL,
    export_runs bigint NOT NULL,
    export_rows bigint NOT NULL,
    export_bytes bigint NOT NULL,
    webhook_attempts bigint NOT NULL,
    webhook_delivered bigint NOT NULL,
    PRIMARY KEY (team_id, day)
);
CREATE INDEX usage_days_by_day ON usage_days (day);
CREATE INDEX export_runs_completed ON export_runs (finished_at) INCLUDE (team_id, rows, bytes) WHERE status = 'completed';

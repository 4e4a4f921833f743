-- An export of one range, once: it has no schedule and is not among the exports of its team.
ALTER TABLE exports ADD COLUMN on_demand boolean NOT NULL DEFAULT false;

CREATE TABLE on_demand_exports (
    export_id uuid PRIMARY KEY REFERENCES exports (id),
    range_start timestamptz(3) NOT NULL,
    range_end timestamptz(3) NOT NULL,
    -- Its files are kept by the installation, for a while, to be downloaded.
    download boolean NOT NULL,
    cancelled_at timestamptz(3),
    files_removed_at timestamptz(3),
    CHECK (range_start < range_end)
);
CREATE INDEX exports_on_demand ON exports (team_id, created_at DESC, id DESC) WHERE on_demand AND deleted_at IS NULL;
CREATE INDEX on_demand_files ON on_demand_exports (export_id) WHERE download AND files_removed_at IS NULL;
-- Where downloads of a team are kept: one hidden destination without settings; the installation knows the place.
CREATE UNIQUE INDEX destinations_download ON destinations (team_id) WHERE kind = 'download';

ALTER TABLE export_runs DROP CONSTRAINT export_runs_trigger_check;
ALTER TABLE export_runs ADD CONSTRAINT export_runs_trigger_check
    CHECK (trigger IN ('schedule', 'manual', 'backfill', 'gap_fill', 'on_demand'));

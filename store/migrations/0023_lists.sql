-- What a team has exported, day by day, without reading the runs of others.
CREATE INDEX export_runs_of_team ON export_runs (team_id, finished_at) INCLUDE (status, rows, bytes)
    WHERE finished_at IS NOT NULL;
-- The runs whose interval holds a moment.
CREATE INDEX export_runs_of_moment ON export_runs (team_id, interval_end);

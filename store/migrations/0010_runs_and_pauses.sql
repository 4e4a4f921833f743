-- Rows that the source had for the run's interval; `rows` is what the destination got.
ALTER TABLE export_runs ADD COLUMN rows_in bigint NOT NULL DEFAULT 0;
-- Who has to act on the error, and the step that failed.
ALTER TABLE export_runs ADD COLUMN error_fault text CHECK (error_fault IN ('customer', 'destination', 'platform'));
ALTER TABLE export_runs ADD COLUMN error_step text;
CREATE INDEX export_runs_finished ON export_runs (export_id, finished_at DESC) WHERE finished_at IS NOT NULL;

-- Sluice's own pauses: the runs that led to one are tried again when it ends.
ALTER TABLE export_pauses ADD COLUMN auto boolean NOT NULL DEFAULT false;

ALTER TABLE exports ADD COLUMN paused_by text CHECK (paused_by IN ('user', 'auto'));
ALTER TABLE exports ADD COLUMN pause_reason jsonb;
UPDATE exports SET paused_by = 'user' WHERE paused;
ALTER TABLE exports ADD CONSTRAINT exports_paused_by_somebody CHECK (paused = (paused_by IS NOT NULL));

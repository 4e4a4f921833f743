-- Reconciliation (docs/reconciliation.md): what was committed, what was found to differ, what came late.

-- Sum modulo 2^64 of the hashes of a chunk's rows, NULL when rows came while it was loaded. `selection` names single rows
-- of the chunk's range; NULL: all of them.
ALTER TABLE run_chunks ADD COLUMN hash text, ADD COLUMN selection jsonb;

-- A supplement adds to the rows that generation `base_generation` has committed; `rows_lost` of these are gone at the destination.
ALTER TABLE run_plans ADD COLUMN base_generation integer, ADD COLUMN rows_lost bigint NOT NULL DEFAULT 0;

-- The repair that a run was started for.
ALTER TABLE export_runs ADD COLUMN repair_id uuid;

ALTER TABLE interval_ledger
    ADD COLUMN reconciled_at timestamptz(3),
    ADD COLUMN reconciled_times integer NOT NULL DEFAULT 0;
CREATE INDEX interval_ledger_to_reconcile ON interval_ledger (reconciled_times, interval_end) WHERE committed_at IS NOT NULL;

-- Digest of the rows of a generation in 1,024 buckets (core/digest.ts), written before the generation is committed.
CREATE TABLE interval_buckets (
    export_id uuid NOT NULL REFERENCES exports (id),
    interval_end timestamptz(3) NOT NULL,
    generation integer NOT NULL,
    buckets bytea NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (export_id, interval_end, generation)
);
CREATE INDEX interval_buckets_by_end ON interval_buckets (interval_end);

CREATE TABLE reconciliations (
    id uuid PRIMARY KEY,
    export_id uuid NOT NULL REFERENCES exports (id),
    team_id integer NOT NULL REFERENCES teams (id),
    range_start timestamptz(3) NOT NULL,
    range_end timestamptz(3) NOT NULL,
    dry_run boolean NOT NULL,
    trigger text NOT NULL CHECK (trigger IN ('manual', 'schedule')),
    status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'completed', 'failed', 'cancelled')),
    intervals integer NOT NULL DEFAULT 0,
    intervals_skipped integer NOT NULL DEFAULT 0,
    error_code text,
    error_message text,
    workflow_id text NOT NULL,
    workflow_run_id text NOT NULL,
    started_at timestamptz(3) NOT NULL DEFAULT now(),
    finished_at timestamptz(3),
    UNIQUE (workflow_id, workflow_run_id)
);
CREATE INDEX reconciliations_page ON reconciliations (export_id, started_at DESC, id DESC);

-- One interval that differed, and what was done about it.
CREATE TABLE interval_repairs (
    id uuid PRIMARY KEY,
    reconciliation_id uuid NOT NULL REFERENCES reconciliations (id) ON DELETE CASCADE,
    export_id uuid NOT NULL REFERENCES exports (id),
    interval_start timestamptz(3) NOT NULL,
    interval_end timestamptz(3) NOT NULL,
    base_generation integer NOT NULL,
    rows_late bigint NOT NULL DEFAULT 0,
    rows_lost bigint NOT NULL DEFAULT 0,
    rows_surplus bigint NOT NULL DEFAULT 0,
    rows_unknown bigint NOT NULL DEFAULT 0,
    rows_gone_from_source bigint NOT NULL DEFAULT 0,
    destination text NOT NULL CHECK (destination IN ('compared', 'not_readable', 'failed')),
    -- Names of files that are missing, changed or too many.
    files jsonb NOT NULL DEFAULT '[]',
    action text NOT NULL CHECK (action IN ('none', 'supplement', 'whole', 'remove')),
    selection jsonb,
    removals jsonb,
    status text NOT NULL DEFAULT 'found' CHECK (status IN ('found', 'repaired', 'failed', 'left')),
    note text,
    run_id uuid,
    found_at timestamptz(3) NOT NULL DEFAULT now(),
    repaired_at timestamptz(3),
    UNIQUE (reconciliation_id, interval_end)
);
CREATE INDEX interval_repairs_open ON interval_repairs (export_id, interval_start) WHERE status <> 'repaired';

-- Rows that became visible after their interval had been committed.
CREATE TABLE late_data (
    id uuid PRIMARY KEY,
    repair_id uuid NOT NULL UNIQUE,
    export_id uuid NOT NULL REFERENCES exports (id),
    team_id integer NOT NULL,
    interval_start timestamptz(3) NOT NULL,
    interval_end timestamptz(3) NOT NULL,
    rows bigint NOT NULL,
    hash text NOT NULL,
    -- [bucket, rows, hash] of each bucket that they fall into.
    buckets jsonb NOT NULL,
    first_micros bigint,
    last_micros bigint,
    found_at timestamptz(3) NOT NULL DEFAULT now(),
    loaded_by_run_id uuid,
    loaded_at timestamptz(3)
);
CREATE INDEX late_data_page ON late_data (export_id, found_at DESC, id DESC);

-- Everything ingested before `watermark` has been exported; moves on with each commit (store/watermarks.ts).
CREATE TABLE export_watermarks (
    export_id uuid PRIMARY KEY REFERENCES exports (id),
    watermark timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL DEFAULT now()
);

-- Requests to erase a person. Who it is stays sealed, and only until the erasure has ended.
CREATE TABLE erasures (
    id uuid PRIMARY KEY,
    team_id integer NOT NULL REFERENCES teams (id),
    status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'completed', 'incomplete', 'cancelled')),
    subject bytea,
    requested_by text NOT NULL,
    -- Events ingested up to here are erased; NULL until it has begun.
    until_micros bigint,
    -- Rows by place.
    erased jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    finished_at timestamptz(3),
    CHECK ((subject IS NULL) = (status <> 'running'))
);
CREATE INDEX erasures_page ON erasures (team_id, created_at DESC, id DESC);
CREATE INDEX erasures_running ON erasures (created_at) WHERE status = 'running';

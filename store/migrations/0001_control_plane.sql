-- Control plane. Timestamps keep milliseconds so that a JavaScript Date holds them exactly (keyset cursors compare them);
-- *_micros columns are ingestion times, which need microseconds.

CREATE TABLE teams (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    capture_token text NOT NULL UNIQUE,
    created_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE api_keys (
    id uuid PRIMARY KEY,
    team_id integer NOT NULL REFERENCES teams (id),
    name text NOT NULL,
    key_hash bytea NOT NULL UNIQUE,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    last_used_at timestamptz(3),
    revoked_at timestamptz(3)
);

-- Export targets and webhooks. `config` holds non-secret fields only; `secrets` is one sealed object (store/secrets.ts).
CREATE TABLE destinations (
    id uuid PRIMARY KEY,
    team_id integer NOT NULL REFERENCES teams (id),
    kind text NOT NULL,
    name text NOT NULL,
    config jsonb NOT NULL,
    secrets bytea NOT NULL,
    secret_names text[] NOT NULL DEFAULT '{}',
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'paused')),
    -- The whole 32-bit hash, so that a shard is `shard_hash % shard_count` in SQL.
    shard_hash bigint NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3)
);
CREATE INDEX destinations_page ON destinations (team_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX destinations_live_webhooks ON destinations (id) WHERE kind = 'webhook' AND status = 'active' AND deleted_at IS NULL;

CREATE TABLE exports (
    id uuid PRIMARY KEY,
    team_id integer NOT NULL REFERENCES teams (id),
    destination_id uuid NOT NULL REFERENCES destinations (id),
    name text NOT NULL,
    model text NOT NULL,
    interval text NOT NULL,
    filter jsonb NOT NULL,
    format jsonb NOT NULL,
    max_file_mb integer,
    paused boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3)
);
CREATE INDEX exports_page ON exports (team_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX exports_by_destination ON exports (destination_id) WHERE deleted_at IS NULL;

-- What an export looked like at each version; a run is pinned to one.
CREATE TABLE export_versions (
    export_id uuid NOT NULL REFERENCES exports (id),
    version integer NOT NULL,
    settings jsonb NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (export_id, version)
);

CREATE TABLE export_runs (
    id uuid PRIMARY KEY,
    export_id uuid NOT NULL REFERENCES exports (id),
    team_id integer NOT NULL REFERENCES teams (id),
    interval_start timestamptz(3) NOT NULL,
    interval_end timestamptz(3) NOT NULL,
    status text NOT NULL DEFAULT 'starting' CHECK (status IN ('starting', 'running', 'completed', 'failed',
        'failed_retryable', 'cancelled', 'terminated', 'timed_out', 'over_quota', 'skipped')),
    trigger text NOT NULL CHECK (trigger IN ('schedule', 'manual', 'backfill')),
    config_version integer NOT NULL,
    generation integer NOT NULL DEFAULT 0,
    rows bigint NOT NULL DEFAULT 0,
    bytes bigint NOT NULL DEFAULT 0,
    files integer NOT NULL DEFAULT 0,
    error_code text,
    error_message text,
    remedy text,
    workflow_id text NOT NULL,
    workflow_run_id text NOT NULL,
    started_at timestamptz(3) NOT NULL DEFAULT now(),
    finished_at timestamptz(3),
    timings jsonb NOT NULL DEFAULT '{}',
    UNIQUE (workflow_id, workflow_run_id),
    CHECK (interval_start < interval_end)
);
CREATE INDEX export_runs_page ON export_runs (export_id, started_at DESC, id DESC);
CREATE INDEX export_runs_open ON export_runs (started_at) WHERE finished_at IS NULL;

-- One row per plan, so that the first plan of a generation wins as a whole and an empty plan is a plan.
CREATE TABLE run_plans (
    run_id uuid NOT NULL REFERENCES export_runs (id),
    generation integer NOT NULL,
    chunk_count integer NOT NULL,
    rows bigint NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, generation)
);

CREATE TABLE run_chunks (
    run_id uuid NOT NULL,
    generation integer NOT NULL,
    chunk_index integer NOT NULL,
    start_micros bigint NOT NULL,
    end_micros bigint NOT NULL,
    uuid_from uuid,
    uuid_to uuid,
    expected_rows bigint NOT NULL,
    receipt jsonb,
    completed_at timestamptz(3),
    PRIMARY KEY (run_id, generation, chunk_index),
    FOREIGN KEY (run_id, generation) REFERENCES run_plans (run_id, generation)
);

-- The lease and the ledger of one interval. `epoch` grows with each acquisition and fences every later write.
CREATE TABLE interval_ledger (
    export_id uuid NOT NULL REFERENCES exports (id),
    interval_end timestamptz(3) NOT NULL,
    interval_start timestamptz(3) NOT NULL,
    epoch bigint NOT NULL DEFAULT 0,
    holder_run_id uuid,
    lease_expires_at timestamptz(3),
    -- -1 before the first acquisition. A generation belongs to one run: another run never adopts its files.
    generation integer NOT NULL DEFAULT -1,
    generation_run_id uuid,
    committed_at timestamptz(3),
    committed_run_id uuid,
    committed_generation integer,
    rows bigint,
    bytes bigint,
    hash text,
    PRIMARY KEY (export_id, interval_end)
);

CREATE TABLE delivery_shards (
    shard integer PRIMARY KEY,
    epoch bigint NOT NULL,
    owner text NOT NULL,
    taken_at timestamptz(3) NOT NULL DEFAULT now()
);

-- Keyset position of a webhook destination in the event log; NULL after_uuid = from the beginning of that microsecond.
CREATE TABLE destination_cursors (
    destination_id uuid PRIMARY KEY REFERENCES destinations (id),
    position_micros bigint NOT NULL,
    after_uuid uuid,
    updated_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE endpoint_states (
    destination_id uuid PRIMARY KEY REFERENCES destinations (id),
    health text NOT NULL DEFAULT 'healthy' CHECK (health IN ('healthy', 'degraded', 'paused_auto', 'probing',
        'recovering', 'gone', 'misconfigured')),
    since timestamptz(3) NOT NULL DEFAULT now(),
    evidence jsonb NOT NULL DEFAULT '{}',
    resume_epoch integer NOT NULL DEFAULT 0,
    next_probe_at timestamptz(3),
    open_retries integer NOT NULL DEFAULT 0 CHECK (open_retries >= 0)
);

CREATE TABLE endpoint_transitions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    destination_id uuid NOT NULL REFERENCES destinations (id),
    from_health text NOT NULL,
    to_health text NOT NULL,
    evidence jsonb NOT NULL,
    changed_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX endpoint_transitions_by_destination ON endpoint_transitions (destination_id, id DESC);

-- Events that a user wants a webhook to get again. The shard of the webhook works on the oldest running one.
CREATE TABLE replays (
    id uuid PRIMARY KEY,
    team_id integer NOT NULL REFERENCES teams (id),
    destination_id uuid NOT NULL REFERENCES destinations (id),
    scope text NOT NULL CHECK (scope IN ('event', 'failed', 'matched')),
    -- Ingestion time in microseconds, half-open.
    from_micros bigint NOT NULL,
    until_micros bigint NOT NULL CHECK (until_micros >= from_micros),
    -- With scope event: [{uuid, insertedAtMicros}], from old to new.
    event_keys jsonb,
    status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'paused', 'completed', 'cancelled')),
    -- Everything up to here is settled, and in the counts.
    position_micros bigint NOT NULL,
    after_uuid uuid,
    -- Events, estimated when the replay was made.
    planned bigint NOT NULL DEFAULT 0,
    delivered bigint NOT NULL DEFAULT 0,
    failed bigint NOT NULL DEFAULT 0,
    skipped bigint NOT NULL DEFAULT 0,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    -- When the shard began with it, by the clock of the attempt log: later rows of the log are this replay's.
    begun_at timestamptz(3),
    ended_at timestamptz(3)
);
CREATE INDEX replays_running ON replays (destination_id, created_at, id) WHERE status = 'running';
CREATE INDEX replays_of_destination ON replays (destination_id, created_at DESC, id DESC);

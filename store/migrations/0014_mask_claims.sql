-- Events that a webhook with a mask sends: of one key none within a window of another. `until_micros` is a window later.
CREATE TABLE mask_claims (
    destination_id uuid NOT NULL REFERENCES destinations (id),
    -- Keyed with a secret of the team: whom or what it stands for cannot be found by trying.
    key_hash bytea NOT NULL,
    -- When the event was ingested, in microseconds.
    at_micros bigint NOT NULL,
    event_uuid uuid NOT NULL,
    until_micros bigint NOT NULL,
    claimed_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (destination_id, key_hash, at_micros)
);
CREATE INDEX mask_claims_until ON mask_claims (destination_id, until_micros);

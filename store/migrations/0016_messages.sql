-- What other teams and the platform itself send to one webhook: no event, so it is not in the event log.
CREATE TABLE webhook_messages (
    id uuid PRIMARY KEY,
    team_id integer NOT NULL REFERENCES teams (id),
    destination_id uuid NOT NULL REFERENCES destinations (id),
    event_type text NOT NULL,
    -- JSON as it is delivered.
    payload text NOT NULL,
    idempotency_key text,
    -- Of type, payload and time to live: the same key with other contents is refused.
    content_hash bytea NOT NULL,
    expires_at timestamptz(3) NOT NULL,
    -- From then on the attempt log says what becomes of it; until then the shard of the webhook reads it here.
    handed_over_at timestamptz(3),
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    UNIQUE (destination_id, idempotency_key)
);
CREATE INDEX webhook_messages_waiting ON webhook_messages (destination_id, created_at, id) WHERE handed_over_at IS NULL;
CREATE INDEX webhook_messages_of_destination ON webhook_messages (destination_id, created_at DESC, id DESC);
CREATE INDEX webhook_messages_by_age ON webhook_messages (created_at);

-- Webhooks whose backlog the event log has forgotten, or soon will.
CREATE TABLE webhook_log_ends (
    destination_id uuid PRIMARY KEY REFERENCES destinations (id),
    -- Of a cursor near the end: what was ingested before is settled, or told of as lost. Null: the cursor is not near.
    told_micros bigint,
    -- When the oldest event was ingested that waits near the end; null: what waits is younger.
    waiting_micros bigint,
    updated_at timestamptz(3) NOT NULL DEFAULT now()
);

-- What left the event log before its webhook could be sent it.
CREATE TABLE lost_deliveries (
    destination_id uuid NOT NULL REFERENCES destinations (id),
    from_micros bigint NOT NULL,
    until_micros bigint NOT NULL,
    events bigint NOT NULL,
    told_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (destination_id, from_micros)
);

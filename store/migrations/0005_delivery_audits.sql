-- Up to where the deliveries of a webhook are audited, as a time of ingestion; a new webhook begins where its cursor does.
CREATE TABLE delivery_audits (
    destination_id uuid PRIMARY KEY REFERENCES destinations (id),
    audited_micros bigint NOT NULL,
    -- Which events were wanted before is not known any more: they are not audited.
    filter_changed_at timestamptz(3),
    updated_at timestamptz(3) NOT NULL DEFAULT now()
);
INSERT INTO delivery_audits (destination_id, audited_micros)
SELECT destination_id, position_micros FROM destination_cursors;

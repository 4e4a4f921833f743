-- When everything that a deleted record had running was over; NULL on a deleted one: the clean-up goes on with it.
ALTER TABLE exports ADD COLUMN deletion_settled_at timestamptz(3);
ALTER TABLE destinations ADD COLUMN deletion_settled_at timestamptz(3);
CREATE INDEX exports_unsettled ON exports (deleted_at) WHERE deleted_at IS NOT NULL AND deletion_settled_at IS NULL;
CREATE INDEX destinations_unsettled ON destinations (deleted_at)
    WHERE deleted_at IS NOT NULL AND deletion_settled_at IS NULL;

-- What earlier releases left of deleted webhooks.
DELETE FROM destination_cursors USING destinations WHERE destination_id = id AND deleted_at IS NOT NULL;
DELETE FROM delivery_audits USING destinations WHERE destination_id = id AND deleted_at IS NOT NULL;

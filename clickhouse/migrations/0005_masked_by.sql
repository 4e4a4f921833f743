-- With outcome `masked`: the event that was sent in its place.
ALTER TABLE delivery_attempts ADD COLUMN IF NOT EXISTS masked_by Nullable(UUID);

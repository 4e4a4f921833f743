-- Records of a run that its destination could not hold; they are in ClickHouse's rejected_records.
ALTER TABLE export_runs ADD COLUMN records_failed bigint NOT NULL DEFAULT 0;

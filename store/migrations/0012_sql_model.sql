-- What an export of the model sql reads: text, key and version column. NULL for every other model.
ALTER TABLE exports ADD COLUMN query jsonb CHECK ((model = 'sql') = (query IS NOT NULL));
UPDATE export_versions SET settings = '{"query": null}' || settings;

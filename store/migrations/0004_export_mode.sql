-- What an export does with rows whose key is already at the destination.
ALTER TABLE exports ADD COLUMN mode text NOT NULL DEFAULT 'append' CHECK (mode IN ('append', 'merge'));
UPDATE export_versions SET settings = settings || '{"mode": "append"}' WHERE NOT settings ? 'mode';

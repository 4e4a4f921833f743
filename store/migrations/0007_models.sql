-- Which columns an export gives away, and what of them must not leave as it is; NULL: all columns, as they are.
ALTER TABLE exports ADD COLUMN columns jsonb;
ALTER TABLE exports ADD COLUMN privacy jsonb;
UPDATE export_versions SET settings = settings || '{"columns": null, "privacy": null}' WHERE NOT settings ? 'columns';

-- Key of the team's hashes, sealed (store/secrets.ts); made when the first export hashes something, and never changed,
-- so that hashes of different exports and times join.
ALTER TABLE teams ADD COLUMN hash_key bytea;

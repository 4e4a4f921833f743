-- Files of before a restore of this database stayed at the destination: they have more rows than the source.
ALTER TABLE export_runs ADD COLUMN kept boolean NOT NULL DEFAULT false;

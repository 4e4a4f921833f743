-- Whether copies of rows are deleted where that writes the rows that stay anew (docs/reconciliation.md).
ALTER TABLE reconciliations ADD COLUMN repair_copies boolean NOT NULL DEFAULT false;

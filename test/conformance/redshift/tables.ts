import type { UserTable } from '../table/place.ts';

/** A name with blanks, capitals and a quote. */
export const TABLE = `Rows of Sluice"s`;
/** Redshift folds names, quoted or not. */
export const STORED_AS = TABLE.toLowerCase();

export const USER_TABLES: Record<UserTable, string> = {
  subset: 'txt VARCHAR(1000), id BIGINT, props SUPER, own SMALLINT',
  mismatch: 'txt DATE, id BIGINT, props SUPER, own SMALLINT',
  required: 'txt VARCHAR(1000), id BIGINT, props SUPER, must SMALLINT NOT NULL',
};

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

import { z } from 'zod';
import { parseServiceAccountKey } from '../google/service-account-key.ts';
import { SCHEMA_POLICIES } from '../table/columns.ts';

/** Names beginning like this are Sluice's own: ledgers, stages and the table of the connection check. */
export const OWN_PREFIX = '_sluice_';

export const bigqueryConfigSchema = z.strictObject({
  projectId: z
    .string()
    .max(128)
    .regex(/^(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/, 'it must be the id of a project, not its name or number')
    .describe('Id of the Google Cloud project. It owns the dataset and pays for the jobs.'),
  datasetId: z
    .string()
    .max(1_024)
    .regex(/^[A-Za-z0-9_]+$/, 'it has letters, digits and underscores only')
    .describe('Dataset of the table. It must exist; its location is used.'),
  tableId: z
    .string()
    .max(800)
    .regex(/^[\p{L}\p{M}\p{N}\p{Pc}\p{Pd} ]+$/u, 'it has letters, digits, underscores, dashes and spaces only')
    .refine((name) => !name.startsWith(OWN_PREFIX), `it must not begin with ${OWN_PREFIX}`)
    .describe('Table to fill. It is created when it does not exist.'),
  serviceAccountKey: z
    .string()
    .max(16_384)
    .refine((text) => parseServiceAccountKey(text) !== undefined, 'it must be the JSON key file of a service account')
    .describe('JSON key file of a service account, as text. Stored encrypted, never shown again.'),
  impersonate: z
    .email()
    .optional()
    .describe(
      'E-mail of a service account to act as. The account of the key needs the role Service Account Token Creator on it.',
    ),
  jsonType: z
    .enum(['json', 'string'])
    .default('json')
    .describe('Type that new JSON columns get: json, or string. Columns that are there keep theirs.'),
  partitionBy: z
    .string()
    .max(300)
    .optional()
    .describe(
      'Date or timestamp column by whose day a new table is partitioned. Default: inserted_at, where the model has it; an interval then touches one or two partitions.',
    ),
  schemaPolicy: z
    .enum(SCHEMA_POLICIES)
    .default('auto')
    .describe('When the table lacks a column of the export: auto adds it, ask leaves it out, refuse fails the run.'),
});
export type BigQueryConfig = z.output<typeof bigqueryConfigSchema>;

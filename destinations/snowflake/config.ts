import { z } from 'zod';
import { SCHEMA_POLICIES } from '../table/columns.ts';
import { fold, IDENTIFIER } from './identifiers.ts';
import { readPrivateKey } from './private-key.ts';

/** Names beginning like this are Sluice's own: ledgers, stages and what the connection check makes. */
export const OWN_PREFIX = '_SLUICE_';

const AS_IN_SQL = 'As in SQL: folded to upper case unless it is in double quotes.';

const identifier = z.string().regex(IDENTIFIER, 'it must be an identifier, or any name in double quotes');

export const snowflakeConfigSchema = z
  .strictObject({
    account: z
      .string()
      .max(255)
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9][A-Za-z0-9_-]*){0,3}$/,
        'it is what stands before .snowflakecomputing.com, such as myorg-myaccount',
      )
      .describe('Account identifier: organization and account name with a hyphen, or a locator with its region.'),
    user: z.string().min(1).max(255).describe('Name of the user to log in as. Best one of type SERVICE.'),
    password: z
      .string()
      .min(1)
      .max(4_096)
      .optional()
      .describe(
        'Password of the user, or a programmatic access token. Leave out with a private key. Stored encrypted, never shown again.',
      ),
    privateKey: z
      .string()
      .max(16_384)
      .optional()
      .describe(
        'RSA private key of the user as PEM; its public half is registered with the user. Leave out with a password. Stored encrypted, never shown again.',
      ),
    privateKeyPassphrase: z
      .string()
      .min(1)
      .max(1_024)
      .optional()
      .describe('Passphrase of the private key, if it has one. Stored encrypted, never shown again.'),
    role: identifier.optional().describe(`Role to use. Default: the user's own. ${AS_IN_SQL}`),
    warehouse: identifier.describe(`Warehouse that loads the rows. It must exist and resume by itself. ${AS_IN_SQL}`),
    database: identifier.describe(`Database of the table. It must exist. ${AS_IN_SQL}`),
    schema: identifier.default('PUBLIC').describe(`Schema of the table. It must exist. ${AS_IN_SQL}`),
    table: identifier
      .refine((name) => !fold(name).startsWith(OWN_PREFIX), `it must not begin with ${OWN_PREFIX}`)
      .describe(`Table to fill. It is created when it does not exist. ${AS_IN_SQL}`),
    jsonType: z
      .enum(['variant', 'varchar'])
      .default('variant')
      .describe('Type of new columns for JSON: variant (can be queried into) or varchar (text as it is).'),
    schemaPolicy: z
      .enum(SCHEMA_POLICIES)
      .default('auto')
      .describe('When the table lacks a column of the export: auto adds it, ask leaves it out, refuse fails the run.'),
    statementTimeoutMs: z
      .int()
      .min(1_000)
      .max(86_400_000)
      .default(3_600_000)
      .describe('Longest run of one statement, queueing included, in milliseconds.'),
  })
  .refine(({ password, privateKey }) => (password === undefined) !== (privateKey === undefined), {
    path: ['password'],
    message: 'give either password or privateKey',
  })
  .refine(
    ({ privateKey, privateKeyPassphrase }) =>
      privateKey === undefined || readPrivateKey(privateKey, privateKeyPassphrase) !== undefined,
    { path: ['privateKey'], message: 'it must be an RSA private key in PEM that privateKeyPassphrase opens' },
  );
export type SnowflakeConfig = z.output<typeof snowflakeConfigSchema>;

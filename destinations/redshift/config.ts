import { z } from 'zod';
import { fieldRules } from '../object-store/config-fields.ts';
import { credentialFields, credentialRules } from '../s3/config.ts';
import { SCHEMA_POLICIES } from '../table/columns.ts';

/** Redshift's limit; longer names are refused by the server. */
const MAX_NAME_BYTES = 127;

/** AWS says 16 MB. */
const MAX_SUPER_BYTES = 16_000_000;

const name = z
  .string()
  .min(1)
  .refine((text) => Buffer.byteLength(text) <= MAX_NAME_BYTES, `a name has at most ${String(MAX_NAME_BYTES)} bytes`)
  .refine((text) => !/[\u0000-\u001f\u007f]/.test(text), 'a name cannot contain control characters');
const identifier = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9-]{0,62}$/, 'it consists of letters, digits and hyphens');

const redshiftFields = z.strictObject({
  region: z
    .string()
    .regex(/^[a-z]{2,4}(-[a-z]+){1,3}-\d$/, 'a region looks like eu-central-1')
    .describe('AWS region of the cluster or workgroup, and of the bucket: COPY of Parquet reads no other region.'),
  clusterIdentifier: identifier
    .optional()
    .describe('Identifier of a provisioned cluster. Leave out for Redshift Serverless.'),
  workgroupName: identifier
    .optional()
    .describe('Name of a Redshift Serverless workgroup. Leave out for a provisioned cluster.'),
  database: name.describe('Name of the database. It must exist.'),
  dbUser: name
    .optional()
    .describe(
      'Database user of a provisioned cluster; needs redshift:GetClusterCredentials. Leave out to log in as the IAM identity, or with secretArn.',
    ),
  secretArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@!-]+$/, 'it must be the ARN of a secret')
    .optional()
    .describe('ARN of a secret in Secrets Manager that holds user and password of the database.'),
  schema: name.default('public').describe('Schema of the table. It must exist.'),
  table: name.describe(
    'Table to fill. It is created when it does not exist. Redshift folds names to lower case, quoted or not.',
  ),
  ...credentialFields,
  mode: z
    .enum(['copy', 'insert'])
    .default('copy')
    .describe(
      'How rows get into the cluster. copy: files in a bucket, which COPY loads. insert: statements through the Data API, for small volumes without a bucket; text and JSON end at about 64 KB, a row at 99 KB.',
    ),
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'a bucket name has 3 to 63 of a-z, 0-9, "." and "-"')
    .optional()
    .describe(
      'Needed with mode copy: bucket in which files are staged until Redshift has loaded them. It must exist, in the same region.',
    ),
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9_.=-]+(\/[A-Za-z0-9_.=-]+)*$/, 'it is a path such as sluice/staging')
    .max(256)
    .default('sluice-staging')
    .describe('What the keys of staged files begin with.'),
  copyRole: z
    .string()
    .regex(
      /^(default|arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+)$/,
      'it must be the ARN of a role, or the word default',
    )
    .default('default')
    .describe(
      "ARN of an IAM role that is attached to the cluster or namespace and may read the bucket; default: the cluster's default role.",
    ),
  jsonType: z
    .enum(['super', 'varchar'])
    .default('super')
    .describe('Type of new columns for JSON: super (can be queried into) or varchar (text).'),
  maxJsonBytes: z
    .int()
    .min(65_535)
    .max(MAX_SUPER_BYTES)
    .default(MAX_SUPER_BYTES)
    .describe(
      'Longest JSON text for a SUPER column, in bytes; a record with a longer one is set aside. Lower it when Redshift refuses values below it: SUPER limits what it makes of the text.',
    ),
  schemaPolicy: z
    .enum(SCHEMA_POLICIES)
    .default('auto')
    .describe(
      'When the table lacks a column. auto: it is added. ask: it is left out until someone adds it. refuse: the run fails.',
    ),
  statementTimeoutMs: z
    .int()
    .min(1_000)
    .max(86_400_000)
    .default(3_600_000)
    .describe('Longest run of one statement, queueing included, in milliseconds.'),
});
export type RedshiftConfig = z.output<typeof redshiftFields>;

/** What does not go together, by the field to correct. */
export const redshiftConfigSchema = redshiftFields.check(
  fieldRules((config: RedshiftConfig) => {
    const { clusterIdentifier, workgroupName, dbUser, secretArn, mode, bucket } = config;
    return [
      ...credentialRules(config),
      [
        (clusterIdentifier === undefined) === (workgroupName === undefined),
        { field: 'clusterIdentifier', message: 'give either clusterIdentifier or workgroupName' },
      ],
      [
        dbUser !== undefined && workgroupName !== undefined,
        {
          field: 'dbUser',
          message:
            'a serverless workgroup takes no dbUser: it derives the user from the IAM identity, or use secretArn',
        },
      ],
      [
        dbUser !== undefined && secretArn !== undefined,
        { field: 'dbUser', message: 'give dbUser or secretArn, not both' },
      ],
      [
        mode === 'copy' && bucket === undefined,
        { field: 'bucket', message: 'mode copy needs one; without a bucket use mode insert' },
      ],
      [mode === 'insert' && bucket !== undefined, { field: 'bucket', message: 'it is for mode copy only' }],
    ];
  }),
);

import { z } from 'zod';
import { endpointField, fieldRules, prefixField } from '../object-store/config-fields.ts';

/** Classes whose objects can be read at once: verification and adoption read what was written. */
const STORAGE_CLASSES = ['STANDARD', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR'] as const;

const location = {
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'a bucket name has 3 to 63 of a-z, 0-9, "." and "-"')
    .describe('Name of the bucket. It must exist.'),
  region: z
    .string()
    .regex(/^[a-z0-9-]{2,32}$/, 'a region looks like eu-central-1')
    .default('us-east-1')
    .describe('Region of the bucket, for example eu-central-1. Stores other than AWS often take any, or "auto".'),
  prefix: prefixField,
  endpoint: endpointField.describe('URL of an S3-compatible store. Leave empty for AWS.'),
  forcePathStyle: z
    .boolean()
    .default(false)
    .describe(
      'Address the bucket as https://endpoint/bucket instead of https://bucket.endpoint. Most self-hosted stores need it.',
    ),
};

const objects = {
  encryption: z
    .enum(['bucket-default', 'sse-s3', 'sse-kms'])
    .default('bucket-default')
    .describe(
      'Encryption at rest. bucket-default: as the bucket is set up. sse-s3: keys of S3. sse-kms: a key of KMS.',
    ),
  kmsKeyId: z
    .string()
    .regex(/^[\w:/.-]{1,2048}$/, 'it is the id or ARN of a key, or alias/name')
    .optional()
    .describe(
      "Key for sse-kms; the account's key for S3 without it. Writers need kms:GenerateDataKey and kms:Decrypt.",
    ),
  kmsBucketKey: z
    .boolean()
    .default(true)
    .describe('With sse-kms: use an S3 Bucket Key, which asks KMS far less often and costs less.'),
  storageClass: z.enum(STORAGE_CLASSES).optional().describe('Storage class of the files. Leave empty for STANDARD.'),
  checksumMode: z
    .enum(['crc32', 'when_required'])
    .optional()
    .describe(
      'crc32: each request carries a CRC32 that the store checks and keeps. when_required: no such headers, for stores that refuse them (R2, Google, older MinIO, Backblaze); the signature still covers a SHA-256 of each body. By default crc32 on AWS, when_required with an endpoint.',
    ),
};

/** Of whoever calls AWS: keys, or a role to assume with them or with the installation's identity. */
export const credentialFields = {
  accessKeyId: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe('Access key id, of a user or of the one who assumes roleArn.')
    .meta({ credential: true }),
  secretAccessKey: z
    .string()
    .min(1)
    .max(1_024)
    .optional()
    .describe('Secret access key. Stored encrypted, never shown again.'),
  sessionToken: z
    .string()
    .min(1)
    .max(8_192)
    .optional()
    .describe('Session token of temporary keys. They end: prefer roleArn. Stored encrypted, never shown again.'),
  roleArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/, 'it looks like arn:aws:iam::123456789012:role/name')
    .optional()
    .describe('Role to assume, with the keys above or, where the installation allows it, its own AWS identity.'),
  externalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{16,1224}$/, 'it has 16 or more of letters, digits and + = , . @ : / -')
    .optional()
    .describe(
      "External id that the role's trust policy demands. Needed with roleArn. Use a new random one (a UUID) for this destination alone.",
    ),
};

const s3Fields = z.strictObject({ ...location, ...objects, ...credentialFields });
export type S3Config = z.output<typeof s3Fields>;

type Credentials = Partial<Record<keyof typeof credentialFields, string | undefined>>;

type Rule = [applies: boolean, problem: { field: keyof Credentials; message: string }];

/** What does not go together in `credentialFields`, by the field to correct. */
export function credentialRules(config: Credentials): Rule[] {
  const { accessKeyId, secretAccessKey, sessionToken, roleArn, externalId } = config;
  return [
    [
      accessKeyId !== undefined && secretAccessKey === undefined,
      { field: 'secretAccessKey', message: 'it is missing' },
    ],
    [accessKeyId === undefined && secretAccessKey !== undefined, { field: 'accessKeyId', message: 'it is missing' }],
    [
      sessionToken !== undefined && accessKeyId === undefined,
      { field: 'sessionToken', message: 'it belongs to an accessKeyId, which is missing' },
    ],
    [
      roleArn !== undefined && externalId === undefined,
      { field: 'externalId', message: 'roleArn needs one: without it others could have the role assumed for them' },
    ],
    [roleArn === undefined && externalId !== undefined, { field: 'externalId', message: 'it is for roleArn only' }],
  ];
}

export const s3ConfigSchema = s3Fields.check(
  fieldRules((config: S3Config) => [
    ...credentialRules(config),
    [
      config.kmsKeyId !== undefined && config.encryption !== 'sse-kms',
      { field: 'kmsKeyId', message: 'it is for sse-kms only' },
    ],
  ]),
);

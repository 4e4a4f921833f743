import { z } from 'zod';
import { parseServiceAccountKey } from '../google/service-account-key.ts';
import { endpointField, prefixField } from '../object-store/config-fields.ts';

export const gcsConfigSchema = z.strictObject({
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/, 'a bucket name has 3 or more of a-z, 0-9, ".", "_" and "-"')
    .describe('Name of the bucket, without gs://. It must exist.'),
  prefix: prefixField,
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
  storageClass: z
    .enum(['STANDARD', 'NEARLINE', 'COLDLINE', 'ARCHIVE'])
    .optional()
    .describe(
      "Storage class of the files. Leave empty for the bucket's default. All but STANDARD cost extra when a repeated interval replaces files early.",
    ),
  kmsKeyName: z
    .string()
    .regex(
      /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/,
      'it looks like projects/p/locations/l/keyRings/r/cryptoKeys/k',
    )
    .max(1_024)
    .optional()
    .describe("Cloud KMS key for the files, in the bucket's location. Leave empty for the bucket's default."),
  endpoint: endpointField.describe(
    'URL of the interface, for private endpoints and emulators. Leave empty for https://storage.googleapis.com.',
  ),
});
export type GcsConfig = z.output<typeof gcsConfigSchema>;

/** Without a slash at its end. */
export function serviceUrl({ endpoint }: GcsConfig): string {
  return (endpoint ?? 'https://storage.googleapis.com').replace(/\/+$/, '');
}

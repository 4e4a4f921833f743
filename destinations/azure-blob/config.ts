import { z } from 'zod';
import { endpointField, explained, fieldRules, prefixField } from '../object-store/config-fields.ts';

/** Tiers whose blobs can be read at once: verification and adoption read what was written. */
const ACCESS_TIERS = ['Hot', 'Cool', 'Cold'] as const;

const NO_CONNECTION_STRING =
  'this is a connection string: enter its AccountName, AccountKey (or SharedAccessSignature) and BlobEndpoint in accountName, accountKey (or sasToken) and endpoint';

function isConnectionString(text: string): boolean {
  return /(AccountName|AccountKey|SharedAccessSignature|EndpointSuffix|BlobEndpoint)=/i.test(text);
}

/** A field into which connection strings get pasted; `problemOf` says what else may be wrong. */
function pasted(problemOf: (value: string) => string | undefined): (context: z.core.ParsePayload<string>) => void {
  return explained((value) => (isConnectionString(value) ? NO_CONNECTION_STRING : problemOf(value)));
}

function keyProblem(value: string): string | undefined {
  return Buffer.from(value, 'base64').toString('base64') === value ? undefined : 'it is not base64';
}

function tokenProblem(value: string): string | undefined {
  if (/^https?:/i.test(value)) {
    return 'this is a URL: enter the part after the question mark';
  }
  return new URLSearchParams(value.replace(/^\?/, '')).has('sig') ? undefined : 'it has no signature (sig=)';
}

const azureBlobFields = z.strictObject(
  {
    accountName: z
      .string()
      .max(4_096)
      .check(
        pasted((value) =>
          /^[a-z0-9]{3,24}$/.test(value) ? undefined : 'a storage account has 3 to 24 of a-z and 0-9',
        ),
      )
      .describe('Name of the storage account.'),
    container: z
      .string()
      .regex(/^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/, 'a container has 3 to 63 of a-z, 0-9 and single "-"')
      .describe('Name of the container. It must exist.'),
    prefix: prefixField,
    accountKey: z
      .string()
      .min(1)
      .max(4_096)
      .check(pasted(keyProblem))
      .optional()
      .describe(
        'One of the two keys of the account. It may do everything; a sasToken can be narrower. Stored encrypted, never shown again.',
      ),
    sasToken: z
      .string()
      .min(1)
      .max(4_096)
      .check(pasted(tokenProblem))
      .optional()
      .describe(
        'Shared access signature instead of accountKey, with the permissions read, create, write, delete and list on the container. It ends: note when. Stored encrypted, never shown again.',
      ),
    endpoint: endpointField.describe(
      'URL of the blob service, with the account where it is part of the path. Leave empty for https://<accountName>.blob.core.windows.net.',
    ),
    accessTier: z
      .enum(ACCESS_TIERS)
      .optional()
      .describe("Access tier of the files. Leave empty for the account's default."),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys' && issue.keys.includes('connectionString')
        ? `connectionString: ${NO_CONNECTION_STRING}`
        : undefined,
  },
);
export type AzureBlobConfig = z.output<typeof azureBlobFields>;

export const azureBlobConfigSchema = azureBlobFields.check(
  fieldRules((config: AzureBlobConfig) => {
    const { accountKey, sasToken } = config;
    return [
      [
        accountKey === undefined && sasToken === undefined,
        { field: 'accountKey', message: 'enter accountKey or sasToken' },
      ],
      [accountKey !== undefined && sasToken !== undefined, { field: 'sasToken', message: 'accountKey is there too' }],
    ];
  }),
);

/** Of the blob service, without a slash at its end. */
export function serviceUrl({ endpoint, accountName }: AzureBlobConfig): string {
  return (endpoint ?? `https://${accountName}.blob.core.windows.net`).replace(/\/+$/, '');
}

import { isIP } from 'node:net';
import { z } from 'zod';
import { SCHEMA_POLICIES } from '../table/columns.ts';

/** PostgreSQL cuts longer names off, silently. */
const MAX_NAME_BYTES = 63;
const PEM = /-----BEGIN [A-Z0-9 ]+-----/;

/** One text for everything that is no host: it quotes nothing, because people paste connection strings with passwords. */
const HOST_PROBLEM =
  'it must be a host name or an IP address alone, such as db.example.com; user, password, port and database have fields of their own';
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,62})?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,62})?)*\.?$/i;

function isHost(text: string): boolean {
  return isIP(text) !== 0 || HOST_NAME.test(text);
}

const name = z
  .string()
  .min(1)
  .refine((text) => Buffer.byteLength(text) <= MAX_NAME_BYTES, `a name has at most ${String(MAX_NAME_BYTES)} bytes`)
  .refine((text) => !text.includes('\0'), 'a name cannot contain NUL');
const text = z
  .string()
  .min(1)
  .max(1_024)
  .refine((value) => !value.includes('\0'), 'it cannot contain NUL');
const pem = z.string().max(65_536).regex(PEM, 'it must be PEM text that begins with -----BEGIN');

export const TLS_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;

export const postgresConfigSchema = z
  .strictObject({
    host: z.string().refine(isHost, HOST_PROBLEM).describe('Host name or IP address of the server.'),
    port: z.int().min(1).max(65_535).default(5_432).describe('Port of the server.'),
    user: text.describe('Role to log in as. The README lists the permissions that it needs.'),
    password: text
      .optional()
      .describe('Password of the role. Stored encrypted, never shown again. Leave out to log in with a certificate.'),
    database: name.describe('Name of the database. It must exist and have the encoding UTF8.'),
    schema: name.default('public').describe('Schema of the table. It must exist.'),
    table: name.describe('Table to fill. It is created when it does not exist.'),
    tlsMode: z
      .enum(TLS_MODES)
      .default('verify-full')
      .describe(
        'verify-full: encrypted, the certificate must be valid and name the host. verify-ca: valid, for any host name. ' +
          'require: encrypted, but the certificate is not checked, so that whoever sits between can read and change everything. ' +
          'disable: not encrypted; only for a private network.',
      ),
    tlsCa: pem
      .optional()
      .describe(
        'Certificates (PEM) to trust instead of the public authorities, for verify-ca and verify-full. Most managed databases offer theirs for download.',
      ),
    tlsClientCertificate: pem
      .optional()
      .describe('Client certificate (PEM), for servers that ask for one.')
      .meta({ credential: true }),
    tlsClientKey: pem
      .optional()
      .describe(
        'Private key (PEM, without a passphrase) of the client certificate. Stored encrypted, never shown again.',
      ),
    schemaPolicy: z
      .enum(SCHEMA_POLICIES)
      .default('auto')
      .describe('When the table lacks a column of the export: auto adds it, ask leaves it out, refuse fails the run.'),
    lockTimeoutMs: z
      .int()
      .min(1_000)
      .max(600_000)
      .default(30_000)
      .describe('Longest wait for a lock that somebody else holds, in milliseconds; then the step is tried again.'),
    statementTimeoutMs: z
      .int()
      .min(10_000)
      .max(86_400_000)
      .default(3_600_000)
      .describe('Longest run of one statement, in milliseconds. Raise it for very large intervals.'),
  })
  .refine(
    ({ tlsClientCertificate, tlsClientKey }) => (tlsClientCertificate === undefined) === (tlsClientKey === undefined),
    {
      path: ['tlsClientKey'],
      message: 'a client certificate and its key are given together or not at all',
    },
  )
  .refine(({ tlsCa, tlsMode }) => tlsCa === undefined || tlsMode.startsWith('verify-'), {
    path: ['tlsCa'],
    message: 'it is only used with tlsMode verify-ca or verify-full',
  })
  .refine(({ tlsClientKey, tlsMode }) => tlsClientKey === undefined || tlsMode !== 'disable', {
    path: ['tlsClientKey'],
    message: 'a client certificate needs TLS: tlsMode is disable',
  });
export type PostgresConfig = z.output<typeof postgresConfigSchema>;

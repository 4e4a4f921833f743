import { z } from 'zod';
import { info } from './info.ts';
import { retentionFields } from './retention.ts';
import { encryptionKey, encryptionKeys, flag, integer, url } from './values.ts';

const SERVERS = 'Servers. `sluice dev` and `npm run demo` start their own in place of those that are not set';

/** What Sluice works with, and the key of what it keeps secret. */
export const connectionFields = {
  DATABASE_URL: url(['postgres:', 'postgresql:']).meta(
    info(SERVERS, 'PostgreSQL 15 or newer: the control plane.', 'postgres://sluice:password@127.0.0.1:5432/sluice'),
  ),
  SLUICE_DATABASE_MAX_CONNECTIONS: integer({ min: 2, max: 1_000 })
    .default(10)
    .meta(info(SERVERS, 'Connections to PostgreSQL per process; listening for changes takes one more.')),
  CLICKHOUSE_URL: url(['http:', 'https:']).meta(
    info(SERVERS, 'HTTP interface of ClickHouse: the events.', 'http://127.0.0.1:8123'),
  ),
  CLICKHOUSE_DATABASE: z
    .string()
    .regex(/^[A-Za-z_]\w{0,62}$/, 'must be letters, digits and underscores')
    .default('sluice')
    .meta(info(SERVERS, 'Database in ClickHouse; setup creates it.')),
  CLICKHOUSE_CLUSTER: z
    .string()
    .regex(/^[A-Za-z_][\w.-]{0,62}$/, 'must be letters, digits, underscores, dots and hyphens')
    .optional()
    .meta(
      info(
        SERVERS,
        'Cluster of replicas that setup makes the tables on, as its servers name it; unset: one server, or ClickHouse Cloud.',
      ),
    ),
  CLICKHOUSE_USERNAME: z.string().optional().meta(info(SERVERS, 'User of ClickHouse; unset: its default user.')),
  CLICKHOUSE_PASSWORD: z.string().optional().meta(info(SERVERS, 'Password of that user.')),
  SLUICE_SMTP_URL: url(['smtp:', 'smtps:'])
    .optional()
    .meta(
      info(
        SERVERS,
        'Mail server for notifications and links to new passwords; unset: none by e-mail.',
        'smtps://user:password@mail:465',
      ),
    ),
  SLUICE_SMTP_FROM: z.string().default('sluice@localhost').meta(info(SERVERS, 'Sender of these mails.')),
  TEMPORAL_ADDRESS: z
    .string()
    .regex(/^[^\s/]+:\d+$/, 'must be host:port, without a protocol')
    .meta(info(SERVERS, "Temporal's front end, host:port.", '127.0.0.1:7233')),
  TEMPORAL_NAMESPACE: z.string().default('default').meta(info(SERVERS, 'Namespace in Temporal.')),
  TEMPORAL_API_KEY: z.string().optional().meta(info(SERVERS, 'API key for Temporal Cloud; implies TLS.')),
  TEMPORAL_TLS: flag.default(false).meta(info(SERVERS, 'Connect to Temporal with TLS.')),
  TEMPORAL_UI_URL: url(['http:', 'https:'])
    .optional()
    .meta(info(SERVERS, "Temporal's own UI, for links in the console.", 'http://127.0.0.1:8233')),
  TEMPORAL_RETENTION_DAYS: integer({ min: 1, max: 3_650 })
    .default(30)
    .meta(info(SERVERS, 'How long closed workflows stay readable; set by setup.')),
  ...retentionFields,
  SLUICE_ENCRYPTION_KEY: encryptionKey.meta(
    info(
      'Secrets',
      'Seals the credentials of destinations; 32 bytes in base64 (openssl rand -base64 32). Keep it: without it they cannot be read.',
      '',
    ),
  ),
  SLUICE_OLD_ENCRYPTION_KEYS: encryptionKeys
    .default([])
    .meta(
      info('Secrets', 'Further keys, comma-separated, that open what they have sealed: docs/deploy has the rotation.'),
    ),
};

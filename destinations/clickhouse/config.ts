import { z } from 'zod';
import { parseUrl } from '../../core/parse-url.ts';
import { SCHEMA_POLICIES } from '../table/columns.ts';

/** Names beginning like this are Sluice's own: the ledger and the stages. */
export const OWN_PREFIX = '_sluice_';

const identifier = z
  .string()
  .min(1)
  .max(127)
  .refine((name) => !name.includes('\0'), 'it must not contain NUL');

export const clickhouseConfigSchema = z.strictObject({
  url: z
    .string()
    .max(2_048)
    .refine(isServerUrl, 'it must be https://host:port or http://host:port, without user, path or query')
    .describe("Address of the server's HTTP interface, for example https://abc.clickhouse.cloud:8443."),
  database: identifier.default('default').describe('Database of the table. It must exist.'),
  table: identifier
    .refine((name) => !name.startsWith(OWN_PREFIX), `it must not begin with ${OWN_PREFIX}`)
    .describe('Table that gets the rows. It is created when it is missing.'),
  username: z.string().min(1).max(256).default('default').describe('User of the server.').meta({ credential: true }),
  password: z.string().max(1_024).default('').describe('Password of the user.'),
  schemaPolicy: z
    .enum(SCHEMA_POLICIES)
    .default('auto')
    .describe(
      'What happens when the export has a column that the table lacks: auto adds it, ask leaves it out, refuse fails the run.',
    ),
});
export type ClickHouseConfig = z.output<typeof clickhouseConfigSchema>;

function isServerUrl(text: string): boolean {
  const url = parseUrl(text);
  if (url === undefined) {
    return false;
  }
  const { protocol, username, password, pathname, search, hash } = url;
  return (
    /^https?:$/.test(protocol) && pathname === '/' && [username, password, search, hash].every((part) => part === '')
  );
}

import { z } from 'zod';
import { info } from './info.ts';
import { integer, PORT, url } from './values.ts';

const FILES = 'Folders';
const COMMANDS = 'Commands that ask the API, such as `sluice runs`';
const DEV = 'Embedded servers of `sluice dev` and `npm run demo`. Ports are free ones unless they are set';

/** Commands, and the embedded servers. */
export const toolFields = {
  SLUICE_API_URL: url(['http:', 'https:'])
    .default('http://127.0.0.1:8080')
    .meta(info(COMMANDS, 'Where the server listens.')),
  SLUICE_API_KEY: z
    .string()
    .optional()
    .meta(info(COMMANDS, 'Key of your team; `sluice setup --team NAME` prints one.', 'sk_…')),
  SLUICE_DATA_DIR: z.string().default('.sluice').meta(info(FILES, 'Data of the embedded servers.')),
  SLUICE_CACHE_DIR: z
    .string()
    .optional()
    .meta(info(FILES, 'Downloaded and built programs; unset: ~/.cache/sluice.', '/var/cache/sluice')),
  SLUICE_DEV_TEMPORAL_PORT: integer(PORT)
    .optional()
    .meta(info(DEV, 'Temporal.', '7233')),
  SLUICE_DEV_TEMPORAL_UI_PORT: integer(PORT)
    .optional()
    .meta(info(DEV, "Temporal's web UI.", '8233')),
  SLUICE_DEV_CLICKHOUSE_PORT: integer(PORT)
    .optional()
    .meta(info(DEV, 'ClickHouse (HTTP).', '8123')),
  SLUICE_DEV_POSTGRES_PORT: integer(PORT)
    .optional()
    .meta(info(DEV, 'PostgreSQL.', '5432')),
  SLUICE_DEV_S3_PORT: integer(PORT)
    .optional()
    .meta(info(DEV, 'S3 server.', '9000')),
  SLUICE_DEV_S3_ENDPOINT: url(['http:', 'https:'])
    .optional()
    .meta(info(DEV, 'An S3 endpoint that is there already: none is started.', 'http://127.0.0.1:9000')),
};

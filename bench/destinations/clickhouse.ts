import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { request } from 'undici';
import { type ClickHouse, createClickHouse } from '../../clickhouse/client.ts';
import type { SourceEncoding } from '../../core/encoding.ts';
import { clickhouseService } from '../../dev/clickhouse.ts';
import { freePort } from '../../dev/free-port.ts';
import { Service } from '../../dev/service.ts';
import type { Bench } from '../bench-system.ts';
import { type BareLoader, mustBeEqual, type ReadyFile, type Target } from './target.ts';

const DATABASE = 'exported';
const TABLE = 'events';
/** Of the loader's table, which is made like the destination's. */
const BARE = 'bare';
const READ_BYTES = 1024 * 1024;

/** A second engine: the source's would be limit and destination at once. */
export async function clickhouseTarget({ dataDir }: Bench): Promise<Target> {
  const place = { dataDir: join(dataDir, 'target'), port: await freePort() };
  await mkdir(place.dataDir);
  const options = { supervise: false, onProgress: () => undefined, onPid: () => undefined };
  const service = await Service.start(await clickhouseService(place), options);
  const url = `http://127.0.0.1:${String(place.port)}`;
  const ch = createClickHouse({ url, database: 'default' });
  await ch.command({ sql: `CREATE DATABASE ${DATABASE}` });
  return {
    kind: 'clickhouse',
    config: { url, database: DATABASE, table: TABLE },
    loaders: (encoding) => createLoaders(ch, encoding),
    clear: async () => {
      await ch.command({ sql: `DROP DATABASE ${DATABASE} SYNC` });
      await ch.command({ sql: `CREATE DATABASE ${DATABASE}` });
      await ch.command({ sql: `TRUNCATE TABLE ${BARE}.${TABLE} SYNC` });
    },
    close: async () => {
      await ch.close();
      await service.stop();
    },
  };
}

async function createLoaders(ch: ClickHouse, { columns }: SourceEncoding): Promise<BareLoader[]> {
  await ch.command({ sql: `CREATE DATABASE ${BARE}` });
  await ch.command({ sql: `CREATE TABLE ${BARE}.${TABLE} AS ${DATABASE}.${TABLE}` });
  const list = columns.map(({ name }) => `\`${name}\``).join(', ');
  return [
    {
      name: 'INSERT … FORMAT TabSeparated into the table',
      prepare: (file) =>
        Promise.resolve({
          run: () => insert(ch.url, `INSERT INTO ${BARE}.${TABLE} (${list}) FORMAT TabSeparated`, file),
          check: async () => {
            const [found] = await ch.rows<{ rows: number }>({ sql: `SELECT count() AS rows FROM ${BARE}.${TABLE}` });
            mustBeEqual('rows inserted', found?.rows, file.rows);
          },
        }),
    },
  ];
}

async function insert(url: string, query: string, { path }: ReadyFile): Promise<void> {
  const search = new URLSearchParams({ query, date_time_input_format: 'best_effort', wait_end_of_query: '1' });
  const answer = await request(`${url}/?${search.toString()}`, {
    method: 'POST',
    body: createReadStream(path, { highWaterMark: READ_BYTES }),
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) {
    throw new Error(`the server answered ${String(answer.statusCode)}: ${text.slice(0, 500)}`);
  }
}

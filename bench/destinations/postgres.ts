import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { SourceEncoding } from '../../core/encoding.ts';
import type { Bench } from '../bench-system.ts';
import { type BareLoader, mustBeEqual, type ReadyFile, type Target } from './target.ts';

const DATABASE = 'bench_destination';
const SCHEMA = 'exported';
/** Of the loaders' tables, which have the columns of the destination's. */
const BARE = 'bare';
const TABLE = 'events';
const READ_BYTES = 1024 * 1024;

/** A database of its own on the embedded server, which keeps its fsync and its log of writes. */
export async function postgresTarget({ system }: Bench): Promise<Target> {
  const url = new URL(system.stack.databaseUrl);
  await once(url, `CREATE DATABASE ${DATABASE}`);
  url.pathname = `/${DATABASE}`;
  const pool = new pg.Pool({ connectionString: url.href, max: 1 });
  await pool.query(`CREATE SCHEMA ${SCHEMA}`);
  return {
    kind: 'postgres',
    config: configOf(url),
    loaders: (encoding) => createLoaders(pool, encoding),
    clear: () => clear(pool),
    close: () => pool.end(),
  };
}

function configOf({ hostname, port, username, password }: URL): Record<string, unknown> {
  const login = { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  const place = { host: hostname, port: Number(port), database: DATABASE, schema: SCHEMA, table: TABLE };
  return { ...place, ...login, tlsMode: 'disable' };
}

async function once(url: URL, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

/** Each loader begins with empty tables and nothing left to be written by somebody else. */
async function clear(pool: pg.Pool): Promise<void> {
  await pool.query(`DROP SCHEMA ${SCHEMA} CASCADE; CREATE SCHEMA ${SCHEMA}`);
  await pool.query(`TRUNCATE ${BARE}.${TABLE}, ${BARE}.stage`);
  await pool.query('CHECKPOINT');
}

async function createLoaders(pool: pg.Pool, { columns }: SourceEncoding): Promise<BareLoader[]> {
  const like = `(LIKE ${SCHEMA}.${TABLE} INCLUDING ALL)`;
  await pool.query(
    `CREATE SCHEMA ${BARE}; CREATE TABLE ${BARE}.${TABLE} ${like}; CREATE UNLOGGED TABLE ${BARE}.stage ${like}`,
  );
  const list = columns.map(({ name }) => `"${name}"`).join(', ');
  return [
    loader('COPY into the table', (file) => copy(pool, file, `${BARE}.${TABLE} (${list})`)),
    loader('COPY into an unlogged stage, INSERT … SELECT into the table', async (file) => {
      const rows = await copy(pool, file, `${BARE}.stage (${list})`);
      const { rowCount } = await pool.query(`INSERT INTO ${BARE}.${TABLE} SELECT * FROM ${BARE}.stage`);
      return rowCount === rows ? rows : Number.NaN;
    }),
  ];
}

function loader(name: string, load: (file: ReadyFile) => Promise<number>): BareLoader {
  return {
    name,
    prepare: (file) => {
      let loaded = Number.NaN;
      return Promise.resolve({
        run: async () => {
          loaded = await load(file);
        },
        check: () => Promise.resolve(mustBeEqual('rows copied', loaded, file.rows)),
      });
    },
  };
}

async function copy(pool: pg.Pool, { path }: ReadyFile, table: string): Promise<number> {
  const client = await pool.connect();
  try {
    const stream = client.query(copyFrom(`COPY ${table} FROM STDIN WITH (FORMAT text, ENCODING 'UTF8')`));
    await pipeline(createReadStream(path, { highWaterMark: READ_BYTES }), stream);
    return stream.rowCount;
  } finally {
    client.release();
  }
}

import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { chooseColumns, type ColumnSettings } from '../../clickhouse/models/choose-columns.ts';
import { EVENTS_MODEL } from '../../clickhouse/models/events.ts';
import { openChunk } from '../../clickhouse/read-chunk.ts';
import { microsOf } from '../../core/time.ts';
import { createPostgresDestination } from '../../destinations/postgres/index.ts';
import { postgresConfigSchema } from '../../destinations/postgres/config.ts';
import { insertAt } from '../clickhouse/events.ts';
import { HASH_KEY } from '../clickhouse/read-model.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { startTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { contextOf } from './context.ts';

let server: TestClickHouse;
let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  [server, database] = await Promise.all([startTestClickHouse(), startTestDatabase()]);
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
}, 60_000);
afterAll(async () => {
  await client.end();
  await Promise.all([server.stop(), database.stop()]);
});

const startMicros = Math.floor(microsOf(new Date()) / 1_000_000) * 1_000_000 - 3_600_000_000;
const range = { startMicros, endMicros: startMicros + 1_000_000 };

/** What a run does with the rows of `range`, without Temporal. */
async function exportOnce(settings: ColumnSettings, run: { mode: 'append' | 'merge'; generation: number; id: string }) {
  const url = new URL(database.url);
  const config = postgresConfigSchema.parse({
    ...{ host: url.hostname, port: Number(url.port), user: decodeURIComponent(url.username) },
    ...{ password: decodeURIComponent(url.password) || undefined, database: url.pathname.slice(1) },
    ...{ table: 'chosen', tlsMode: 'disable' },
  });
  const model = chooseColumns(EVENTS_MODEL, settings, HASH_KEY);
  const { columns, key, versionColumn } = model;
  const context = { columns, key, versionColumn, mode: run.mode, generation: run.generation, exportId: run.id };
  const format = { fileFormat: 'table', compression: 'none' } as const;
  const session = await createPostgresDestination().open(config, contextOf({ ...context, format, interval: range }));
  try {
    const scope = { teamId: 9, filter: {}, range, model };
    const chunk = { ...range, expectedRows: 0 };
    const receipt = await session.loadChunk({
      chunkIndex: 0,
      chunkCount: 1,
      openSource: (encoding, signal) =>
        openChunk(server.ch, { scope, chunk }, encoding, { queryId: randomUUID() }, signal),
      onProgress: () => undefined,
    });
    return await session.commit({ chunks: [receipt] });
  } finally {
    await session.close();
  }
}

test('a table gets the chosen columns; a merge finds its rows by the renamed key', async () => {
  const uuid = randomUUID();
  await insertAt(server.ch, [
    {
      ...{ teamId: 9, uuid, insertedAtMicros: startMicros + 7, distinctId: 'zoë', event: 'paid' },
      propertiesJson: `{"n":9007199254740993,"ok":false,"it's":"x","secret":"s3cret"}`,
    },
  ]);
  const property = (name: string, type: 'integer' | 'boolean' | 'string') => ({
    kind: 'property' as const,
    source: 'event' as const,
    path: [name],
    type,
  });
  const columns: ColumnSettings['columns'] = [
    { name: 'id', from: { kind: 'column', column: 'uuid' } },
    { name: 'arrived', from: { kind: 'column', column: 'inserted_at' } },
    { name: 'who', from: { kind: 'column', column: 'distinct_id' } },
    { name: 'n', from: property('n', 'integer') },
    { name: 'ok', from: property('ok', 'boolean') },
    { name: 'quote"d', from: property("it's", 'string') },
    { name: 'missing', from: property('missing', 'string') },
    { name: 'day', from: { kind: 'date_part', column: 'timestamp', part: 'date' } },
    { name: 'properties', from: { kind: 'column', column: 'properties' } },
  ];
  const drop = [{ source: 'event' as const, path: ['sec*'] }];
  const privacy = { drop, hash: [], hashDistinctId: true, hashPersonId: false };
  const id = randomUUID();
  await exportOnce({ columns, privacy }, { mode: 'merge', generation: 0, id });
  await exportOnce({ columns, privacy }, { mode: 'merge', generation: 1, id });
  const { rows } = await client.query<Record<string, unknown>>(
    `SELECT id, who, n::text, ok, "quote""d", missing, day::text, properties::text, extract(microseconds FROM arrived)::int % 1000000 AS micros FROM chosen`,
  );
  expect(rows).toEqual([
    {
      id: uuid,
      who: createHmac('sha256', HASH_KEY).update('zoë').digest('hex'),
      n: '9007199254740993',
      ok: false,
      'quote"d': 'x',
      missing: null,
      day: '2026-11-20',
      properties: expect.stringMatching(/^\{"n": ?9007199254740993, "ok": ?false, "it's": ?"x"\}$/),
      micros: 7,
    },
  ]);
});

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { EVENT_COLUMNS, type Column } from '../../core/columns.ts';
import { TABLE_FORMAT } from '../../core/formats.ts';
import { createClickHouseDestination } from '../../destinations/clickhouse/index.ts';
import type { DestinationSession, SessionContext } from '../../destinations/contract.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { type AuthProxy, type Fault, PASSWORD, startAuthProxy, USER } from '../emulators/clickhouse-auth/proxy.ts';
import { contextOf } from './context.ts';
import { chunkOf } from './sources.ts';

/* Answers that a server gives in states the engine cannot be brought into; the proxy gives them in its place. */
jest.setTimeout(60_000);

let server: TestClickHouse;
let proxy: AuthProxy;
beforeAll(async () => {
  server = await startTestClickHouse();
  proxy = await startAuthProxy(server.url);
}, 60_000);
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});

const destination = createClickHouseDestination();
const COLUMNS: readonly Column[] = EVENT_COLUMNS.filter(({ name }) => name === 'event');
const ROWS = Buffer.from('a\n'.repeat(100_000));

async function opened(): Promise<{ session: DestinationSession; database: string; context: SessionContext }> {
  const database = `faults_${randomBytes(6).toString('hex')}`;
  await server.ch.command({ sql: `CREATE DATABASE ${database}` });
  const config = destination.configSchema.parse({
    url: proxy.url,
    database,
    table: 't',
    username: USER,
    password: PASSWORD,
  });
  const context = contextOf({ columns: COLUMNS, key: ['event'], format: TABLE_FORMAT });
  return { session: await destination.open(config, context), database, context };
}

describe.each<[string, RegExp, Fault, string, boolean]>([
  [
    'memory limit',
    /^INSERT/,
    { status: 500, code: 241, text: 'Memory limit exceeded' },
    'clickhouse_target_overloaded',
    true,
  ],
  [
    'too many parts',
    /^INSERT/,
    { status: 500, code: 252, text: 'Too many parts' },
    'clickhouse_target_overloaded',
    true,
  ],
  [
    'readonly',
    /^CREATE/,
    { status: 403, code: 164, text: 'readonly mode' },
    'clickhouse_target_privilege_missing',
    false,
  ],
  [
    'no grant',
    /^CREATE/,
    { status: 403, code: 497, text: 'Not enough privileges' },
    'clickhouse_target_privilege_missing',
    false,
  ],
  ['a balancer without a server', /^INSERT/, { status: 502, html: '<html>' }, 'clickhouse_target_unavailable', true],
  [
    'a connection that breaks in the rows',
    /^INSERT/,
    { resetAfterBytes: 1_000 },
    'clickhouse_target_unreachable',
    true,
  ],
])('%s', (_name, match, fault, code, retryable) => {
  test('the load fails, nothing is visible, and the next one succeeds', async () => {
    const { session, database } = await opened();
    proxy.inject(match, fault);
    await expect(session.loadChunk(chunkOf(ROWS))).rejects.toMatchObject({ code, retryable });
    const count = (): Promise<{ n: number }[]> => server.ch.rows({ sql: `SELECT count() AS n FROM ${database}.t` });
    expect(await count()).toEqual([{ n: 0 }]);
    await session.commit({ chunks: [await session.loadChunk(chunkOf(ROWS))] });
    expect(await count()).toEqual([{ n: 100_000 }]);
    await session.close();
  });
});

test('a table that is dropped or altered between load and commit', async () => {
  const { session, database } = await opened();
  const chunks = [await session.loadChunk(chunkOf(ROWS))];
  await server.ch.command({ sql: `ALTER TABLE ${database}.t ADD COLUMN later Int8` });
  await expect(session.commit({ chunks })).rejects.toMatchObject({
    code: 'clickhouse_target_table_changed',
    retryable: false,
  });
  await server.ch.command({ sql: `DROP TABLE ${database}.t` });
  await expect(session.commit({ chunks })).rejects.toMatchObject({ code: 'clickhouse_target_table_unsupported' });
  await session.close();
});

test('a materialized view that would miss moved parts is named', async () => {
  const { session, database, context } = await opened();
  await session.close();
  await server.ch.command({
    sql: `CREATE MATERIALIZED VIEW ${database}.hidden ENGINE = MergeTree ORDER BY event AS SELECT event FROM ${database}.t`,
  });
  const config = destination.configSchema.parse({
    url: proxy.url,
    database,
    table: 't',
    username: USER,
    password: PASSWORD,
  });
  await expect(destination.open(config, context)).rejects.toMatchObject({
    code: 'clickhouse_target_table_unsupported',
    message: expect.stringContaining('hidden'),
  });
});

test('neither password nor user is ever in a URL or a statement', () => {
  expect(proxy.statements.length).toBeGreaterThan(20);
  expect(proxy.statements.join('\n')).not.toContain(PASSWORD);
});

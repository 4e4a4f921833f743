import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Destination, SessionContext } from '../../destinations/contract.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import type { SnowflakeEmulator } from '../emulators/snowflake/index.ts';
import { eventually } from '../support/eventually.ts';
import { makeSmallDisk } from '../support/small-disk.ts';
import { snowflakePlace, startSnowflake, type SnowflakePlace } from './snowflake-place.ts';
import snowflakeUnderTest from './snowflake-under-test.ts';
import { expectSameRows } from './table/compare.ts';
import { GOLDEN_VERSION, GoldenSource, plainRows } from './table/golden.ts';
import { expectNothingLeft, exportAll, goldenContext, inSession } from './table/session.ts';

jest.setTimeout(120_000);

let emulator: SnowflakeEmulator;
let clickhouse: TestClickHouse;

beforeAll(async () => {
  clickhouse = await startTestClickHouse();
  emulator = await startSnowflake({ idleTransactionAbortMs: 500 });
}, 60_000);
afterEach(() => emulator.clearFaults());
afterAll(async () => {
  await emulator.stop();
  await clickhouse.stop();
});

const tenRows = async (): Promise<GoldenSource> => await GoldenSource.of(clickhouse.ch, plainRows(1, 11));

/** Every statement of an export, in order. */
const STATEMENTS: [name: string, match: RegExp][] = [
  ['the settings', /^ALTER SESSION/],
  ['the ledger', /^CREATE TABLE IF NOT EXISTS .*LEDGER/],
  ['the claim', /^MERGE INTO .*LEDGER/],
  ['the table', /^CREATE TABLE IF NOT EXISTS .*Rows/],
  ['the upload', /^PUT/],
  ['the stage', /^CREATE TRANSIENT TABLE/],
  ['the copy', /^COPY/],
  ['the begin', /^BEGIN/],
  ['the lock', /^UPDATE .* SET ATTEMPT/],
  ['the rows', /^INSERT INTO .*Rows/],
  ['the record', /^UPDATE .* SET GENERATION/],
  ['the commit', /^COMMIT/],
];

/** After whatever went wrong: another attempt ends with every row once, and nothing beside. */
async function expectRecovery(place: SnowflakePlace, context: SessionContext, source: GoldenSource): Promise<void> {
  emulator.clearFaults();
  const receipt = await exportAll(place, context, [source.chunk()]);
  expect(receipt.rows).toBe(10);
  expectSameRows(await place.rows(), await source.canonical());
  await expectNothingLeft(place);
}

describe.each(STATEMENTS)('%s', (_name, match) => {
  test('an answer that is lost: the statement runs once', async () => {
    const [place, source, context] = [await snowflakePlace(emulator), await tenRows(), goldenContext()];
    emulator.inject({ match, failure: { kind: 'drop_after' } });
    expect(await exportAll(place, context, [source.chunk()])).toMatchObject({ rows: 10, alreadyCommitted: false });
    await expectRecovery(place, context, source);
  });

  test('a failure of Snowflake: the attempt fails, may be repeated, and the next one recovers', async () => {
    const [place, source, context] = [await snowflakePlace(emulator), await tenRows(), goldenContext()];
    emulator.inject({ match, failure: { kind: 'fail', code: '000603', sqlState: 'XX000' } });
    await expect(exportAll(place, context, [source.chunk()])).rejects.toMatchObject({
      code: 'snowflake_unavailable',
      retryable: true,
    });
    await expectRecovery(place, context, source);
  });
});

test.each(STATEMENTS.slice(-3))(
  'Snowflake ends the transaction before %s: nothing is written, and the next attempt recovers',
  async (_name, match) => {
    for (const merging of [{}, { mode: 'merge', versionColumn: GOLDEN_VERSION } as const]) {
      const [place, source, context] = [await snowflakePlace(emulator), await tenRows(), goldenContext(merging)];
      const moved = match.test('INSERT INTO "Rows') && 'mode' in merging ? /^MERGE INTO .*Rows/ : match;
      emulator.inject({ match: moved, failure: { kind: 'lose_transaction' } });
      await expect(exportAll(place, context, [source.chunk()])).rejects.toMatchObject({
        code: 'snowflake_transaction_lost',
        retryable: true,
      });
      expect(await place.rows()).toEqual([]);
      await expectRecovery(place, context, source);
    }
  },
);

test('the worker’s disk is full: nothing is sent, nothing stays there, and the next attempt recovers', async () => {
  const [found, source, context] = [await snowflakePlace(emulator), await tenRows(), goldenContext()];
  const disk = await makeSmallDisk(1);
  const destination = snowflakeUnderTest({ accessUrl: emulator.url, temporaryFolder: disk.path });
  const place = { ...found, destination };
  try {
    await disk.fill();
    const failure = { code: 'snowflake_worker_disk_full', retryable: true, fault: 'platform' };
    await expect(exportAll(place, context, [source.chunk()])).rejects.toMatchObject(failure);
    expect(await place.rows()).toEqual([]);
    await disk.free();
    await expectRecovery(place, context, source);
    await eventually(async () => expect(await disk.names()).toEqual([]));
  } finally {
    await disk.remove();
  }
});

test.each([
  ['000606', 'snowflake_warehouse_unavailable', true, 'customer'],
  ['090073', 'snowflake_quota_exceeded', true, 'customer'],
  ['000625', 'snowflake_conflict', true, 'destination'],
  ['000630', 'snowflake_statement_stopped', true, 'destination'],
  ['000604', 'snowflake_statement_stopped', true, 'destination'],
  ['003001', 'snowflake_access_denied', false, 'customer'],
  ['100038', 'snowflake_value_refused', false, 'customer'],
  ['100072', 'snowflake_value_refused', false, 'customer'],
  ['002003', 'snowflake_table_changed', true, 'destination'],
  ['000904', 'snowflake_table_changed', true, 'destination'],
  ['999999', 'snowflake_unavailable', true, 'destination'],
])('a refusal with %s is %s', async (vendor, code, retryable, fault) => {
  const [place, source] = [await snowflakePlace(emulator), await tenRows()];
  emulator.inject({ match: /^INSERT INTO .*Rows/, failure: { kind: 'fail', code: vendor, message: `secret-value` } });
  const failed = exportAll(place, goldenContext(), [source.chunk()]);
  await expect(failed).rejects.toMatchObject({ code, retryable, fault });
  if (code === 'snowflake_value_refused') {
    await expect(failed).rejects.not.toThrow('secret-value');
  }
});

test.each([
  ['390422', 'snowflake_login_forbidden'],
  ['390197', 'snowflake_login_forbidden'],
  ['390100', 'snowflake_credentials_refused'],
])('a login that is refused with %s is %s, for good', async (vendor, code) => {
  const { destination, config } = await snowflakePlace(emulator);
  emulator.inject({ match: /login-request/, failure: { kind: 'fail', code: vendor } });
  await expect(opened(destination, config)).rejects.toMatchObject({ code, retryable: false, fault: 'customer' });
});

async function opened(destination: Destination<unknown>, config: unknown): Promise<void> {
  const session = await destination.open(destination.configSchema.parse(config), goldenContext());
  await session.close();
}

test('a host that is no account of Snowflake, and one that does not answer', async () => {
  const { destination, config } = await snowflakePlace(emulator);
  emulator.inject({ match: /login-request/, failure: { kind: 'status', status: 403 } });
  await expect(opened(destination, config)).rejects.toMatchObject({ code: 'snowflake_account_missing' });
  const nowhere = snowflakeUnderTest({ accessUrl: 'http://127.0.0.1:1' });
  await expect(opened(nowhere, config)).rejects.toMatchObject({ code: 'snowflake_unreachable', retryable: true });
});

test('a password in place of a key; the check passes and leaves nothing', async () => {
  const { destination, config, leftovers } = await snowflakePlace(emulator);
  const { privateKey: _key, ...rest } = config;
  const parsed = destination.configSchema.parse({ ...rest, password: 'hunter2-of-the-emulator' });
  const steps = await destination.check(parsed, new AbortController().signal);
  expect(steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
    'log in passed',
    'warehouse passed',
    'database passed',
    'schema passed',
    'table passed',
    'create a table passed',
    'load rows passed',
    'transaction passed',
  ]);
  expect(await leftovers()).toEqual([]);
});

test('the check names a column of the table that cannot hold events', async () => {
  const { destination, config, table } = await snowflakePlace(emulator);
  await emulator.query(`CREATE TABLE ${table} ("timestamp" NUMBER(38,0))`);
  const steps = await destination.check(destination.configSchema.parse(config), new AbortController().signal);
  expect(steps.find(({ status }) => status === 'failed')).toMatchObject({
    name: 'table',
    message: expect.stringMatching(/timestamp is NUMBER\(38,0\)/),
  });
});

test('an upload that goes on failing fails the chunk, and leaves nothing', async () => {
  const [place, source, context] = [await snowflakePlace(emulator), await tenRows(), goldenContext()];
  emulator.inject({ match: /^PUT \/storage/, times: 1_000, failure: { kind: 'status', status: 503 } });
  await expect(exportAll(place, context, [source.chunk()])).rejects.toMatchObject({ retryable: true });
  await expectRecovery(place, context, source);
});

test('staged files that somebody has removed are missed at the commit', async () => {
  const [place, source, context] = [await snowflakePlace(emulator), await tenRows(), goldenContext()];
  await inSession(place, context, async (session) => {
    const chunks = [await session.loadChunk(source.chunk())];
    await session.discard();
    await expect(session.commit({ chunks })).rejects.toMatchObject({ code: 'destination_file_missing' });
  });
  await expectRecovery(place, context, source);
});

test('a table that is dropped between load and commit: the attempt fails, the next one makes it anew', async () => {
  const [place, source, context] = [await snowflakePlace(emulator), await tenRows(), goldenContext()];
  await inSession(place, context, async (session) => {
    const chunks = [await session.loadChunk(source.chunk())];
    await emulator.query(`DROP TABLE ${place.table}`);
    await expect(session.commit({ chunks })).rejects.toMatchObject({ code: 'snowflake_table_changed' });
  });
  await expectRecovery(place, context, source);
});

test.each(['COPY', 'UPDATE', 'INSERT'])('an abort cancels a statement that hangs (%s) at Snowflake', async (verb) => {
  const [place, source] = [await snowflakePlace(emulator), await tenRows()];
  const controller = new AbortController();
  const reason = new Error('cancelled by the test');
  const context = goldenContext({ signal: controller.signal });
  emulator.inject({ match: new RegExp(`^${verb} `), failure: { kind: 'hang' } });
  const hanging = () => emulator.statements().filter(({ sql, state }) => sql.startsWith(verb) && state === 'RUNNING');
  const failed = exportAll(place, context, [source.chunk()]);
  failed.catch(() => undefined);
  await eventually(() => expect(hanging()).toHaveLength(1));
  const start = performance.now();
  controller.abort(reason);
  await expect(failed).rejects.toBe(reason);
  expect(performance.now() - start).toBeLessThan(6_000);
  await eventually(() => expect(hanging()).toEqual([]));
  await expectRecovery(place, { ...context, signal: new AbortController().signal }, source);
});

test('statements bear a tag, and no secret', async () => {
  const [place, source] = [await snowflakePlace(emulator), await tenRows()];
  await exportAll(place, goldenContext(), [source.chunk()]);
  const statements = emulator.statements();
  expect(new Set(statements.map(({ tag }) => tag))).toEqual(new Set(['sluice']));
  expect(JSON.stringify(statements)).not.toContain('PRIVATE KEY');
});

import { randomUUID } from 'node:crypto';
import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { ListStatementsCommand } from '@aws-sdk/client-redshift-data';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { DestinationSession, SessionContext } from '../../destinations/contract.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { eventually } from '../support/eventually.ts';
import { startRedshiftServer, type RedshiftPlace, type RedshiftServer } from './redshift/server.ts';
import { expectSameRows } from './table/compare.ts';
import { GOLDEN_VERSION, GoldenSource, plainRows } from './table/golden.ts';
import { expectNothingLeft, exportAll, goldenContext, inSession, parsed } from './table/session.ts';

jest.setTimeout(90_000);

let server: RedshiftServer;
let clickhouse: TestClickHouse;

beforeAll(async () => {
  [server, clickhouse] = await Promise.all([startRedshiftServer(), startTestClickHouse()]);
}, 60_000);
afterEach(() => server.emulator.faults.clear());
afterAll(async () => {
  await Promise.all([server.stop(), clickhouse.stop()]);
});

const ROWS = 20;
const tenRows = () => GoldenSource.of(clickhouse.ch, plainRows(1, ROWS + 1));

/** The statement that moves the staged rows into the table. */
const MOVE = /INSERT INTO "target_\w+"\."rows of/;
const COPY = /^COPY /;

async function expectArrived(place: RedshiftPlace, source: GoldenSource): Promise<void> {
  expectSameRows(await place.rows(), await source.canonical());
  await expectNothingLeft(place);
}

describe('an answer that is lost or wrong', () => {
  test('a commit that is reported as failed is found in the ledger', async () => {
    const [place, source] = [await server.place(), await tenRows()];
    const fault = server.emulator.faults.statement({ matches: MOVE, action: 'fail-after-commit' });
    const receipt = await exportAll(place, goldenContext(), [source.chunk()]);
    expect(fault.hits()).toBe(1);
    expect(receipt).toMatchObject({ rows: ROWS, alreadyCommitted: false });
    await expectArrived(place, source);
  });

  test.each(['drop-before', 'drop-after'] as const)('%s of a transaction: it runs once', async (action) => {
    const [place, source] = [await server.place(), await tenRows()];
    // The first is the claim.
    const fault = server.emulator.faults.request({ operation: 'BatchExecuteStatement', action, nth: 2, times: 2 });
    await exportAll(place, goldenContext(), [source.chunk()]);
    expect(fault.hits()).toBe(2);
    await expectArrived(place, source);
  });

  test('questions about a running statement may fail for a while', async () => {
    const [place, source] = [await server.place(), await tenRows()];
    const action = { error: 'ThrottlingException' };
    server.emulator.faults.request({ operation: 'DescribeStatement', action, nth: 2, times: 7 });
    await exportAll(place, goldenContext(), [source.chunk()]);
    await expectArrived(place, source);
  });
});

describe('a statement that fails', () => {
  test.each([
    ['COPY', COPY, 'ERROR: Spectrum Scan Error', 'redshift_stage_unreadable'],
    ['the transaction', MOVE, 'ERROR: 1023\n  Detail: Serializable isolation violation on table', 'redshift_conflict'],
    ['the transaction', MOVE, 'ERROR: Disk Full', 'redshift_disk_full'],
  ])('%s: %s', async (_what, matches, error, code) => {
    const [place, source] = [await server.place(), await tenRows()];
    const context = goldenContext();
    server.emulator.faults.statement({ matches, action: 'fail', error });
    await expect(exportAll(place, context, [source.chunk()])).rejects.toMatchObject({ code, retryable: true });
    expect(await place.rows()).toEqual([]);
    await exportAll(place, context, [source.chunk()]);
    await expectArrived(place, source);
  });

  test.each([
    ['ActiveStatementsExceededException', 'redshift_throttled', true],
    ['AccessDeniedException', 'redshift_access_denied', false],
  ])('the service says %s for as long as we try', async (error, code, retryable) => {
    const place = await server.place();
    server.emulator.faults.request({ operation: 'BatchExecuteStatement', action: { error }, times: 100 });
    const failed = inSession(place, goldenContext(), (session) => session.commit({ chunks: [] }));
    await expect(failed).rejects.toMatchObject({ code, retryable });
  });
});

describe('cancellation and time', () => {
  const running = async () =>
    (await server.redshift.client.send(new ListStatementsCommand({ Status: 'STARTED' }))).Statements;

  test('an abort in the middle of the transaction cancels it within 5 s, and the next attempt goes on', async () => {
    const [place, source] = [await server.place(), await tenRows()];
    const controller = new AbortController();
    const context = goldenContext();
    const hanging = server.emulator.faults.statement({ matches: MOVE, action: 'hang' });
    const first = exportAll(place, { ...context, signal: controller.signal }, [source.chunk()]);
    const ended = first.catch((error: unknown) => error);
    await eventually(() => expect(hanging.hits()).toBe(1));
    const startedAt = performance.now();
    const reason = new Error('cancelled by the test');
    controller.abort(reason);
    expect(await ended).toBe(reason);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await exportAll(place, context, [source.chunk()]);
    await expectArrived(place, source);
  });

  test('a statement that takes too long is cancelled', async () => {
    const [place, source] = [await server.place(), await tenRows()];
    const config = { ...place.config, statementTimeoutMs: 1_000 };
    server.emulator.faults.statement({ matches: COPY, action: 'hang' });
    const failed = exportAll({ ...place, config }, goldenContext(), [source.chunk()]);
    await expect(failed).rejects.toMatchObject({ code: 'redshift_statement_stopped', retryable: true });
    expect(await running()).toEqual([]);
  });

  test('what a dead attempt has left running is cancelled once another has committed', async () => {
    const [place, source] = [await server.place(), await tenRows()];
    const context = goldenContext();
    const { faults } = server.emulator;
    const hanging = faults.statement({ matches: COPY, action: 'hang' });
    // The dead attempt cannot tidy up.
    const cancels = faults.request({ operation: 'CancelStatement', action: 'drop-before', times: 1_000 });
    const controller = new AbortController();
    const dead = exportAll(place, { ...context, signal: controller.signal }, [source.chunk()]);
    const ended = dead.catch((error: unknown) => error);
    await eventually(() => expect(hanging.hits()).toBe(1));
    const reason = new Error('the worker died');
    controller.abort(reason);
    expect(await ended).toBe(reason);
    expect(await running()).toHaveLength(1);
    cancels.release();
    await exportAll(place, context, [source.chunk()]);
    await eventually(() => expectArrived(place, source));
    expect(await running()).toEqual([]);
  });
});

/** Loads, lets something happen, then commits. */
async function between(
  place: RedshiftPlace,
  context: SessionContext,
  source: GoldenSource,
  happens: (session: DestinationSession) => Promise<unknown>,
): Promise<unknown> {
  const chunk = await inSession(place, context, (session) => session.loadChunk(source.chunk()));
  return inSession(place, context, async (session) => {
    await happens(session);
    return session.commit({ chunks: [chunk] });
  });
}

describe('between load and commit', () => {
  test('a staged file that is gone stops the run for good', async () => {
    const [place, source] = [await server.place(), await tenRows()];
    const client = server.s3.client();
    const failed = between(place, goldenContext(), source, async () => {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: place.bucket }));
      await client.send(new DeleteObjectCommand({ Bucket: place.bucket, Key: Contents[0]!.Key! }));
    });
    await expect(failed).rejects.toMatchObject({ code: 'destination_file_missing', retryable: false });
    expect(await place.rows()).toEqual([]);
  });

  test('a table that is dropped is made again', async () => {
    const [place, source] = [await server.place(), await tenRows()];
    await between(place, goldenContext(), source, () => server.redshift.must(`DROP TABLE ${place.table}`));
    await expectArrived(place, source);
  });

  test('columns that appear between load and commit: nothing goes into the wrong one', async () => {
    const made = await server.place();
    await made.createUserTable('subset');
    const place = { ...made, config: { ...made.config, schemaPolicy: 'ask' } };
    const source = await tenRows();
    const context = goldenContext();
    const failed = between(place, context, source, () =>
      server.redshift.must(`ALTER TABLE ${place.table} ADD COLUMN version BIGINT`),
    );
    await expect(failed).rejects.toMatchObject({ code: 'redshift_stage_lost', retryable: false });
    expect(await place.rows()).toEqual([]);
    const again = { ...context, generation: 1, runId: randomUUID() };
    await exportAll(place, again, [source.chunk()]);
    const rows = (await place.rows()).map(({ own: _own, ...row }) => row);
    expectSameRows(rows, await source.canonical());
    await expectNothingLeft(place);
  });
});

test('merge leaves the columns alone that only the table has', async () => {
  const place = await server.place();
  await place.createUserTable('subset');
  const merging = { mode: 'merge', versionColumn: GOLDEN_VERSION } as const;
  const older = await GoldenSource.of(clickhouse.ch, plainRows(1, 4, { label: 'old', version: 1 }));
  const newer = await GoldenSource.of(clickhouse.ch, plainRows(1, 4, { label: 'new', version: 2 }));
  await exportAll(place, goldenContext(merging), [older.chunk()]);
  await server.redshift.must(`UPDATE ${place.table} SET own = 7`);
  await exportAll(place, goldenContext(merging), [newer.chunk()]);
  const rows = await place.rows();
  expect(rows.map(({ own }) => own)).toEqual(['7', '7', '7']);
  expectSameRows(
    rows.map(({ own: _own, ...row }) => row),
    await newer.canonical(),
  );
});

test('a role that Redshift may not use: the check says so, a run fails for good, and both leave nothing', async () => {
  const [made, source] = [await server.place(), await tenRows()];
  const place = { ...made, config: { ...made.config, copyRole: 'arn:aws:iam::111122223333:role/other' } };
  const config = parsed(place.destination, place.config);
  const steps = await place.destination.check(config, new AbortController().signal);
  expect(steps.find(({ status }) => status === 'failed')).toMatchObject({
    name: 'copy',
    message: expect.stringContaining('copyRole'),
  });
  await expectNothingLeft(place);
  const context = goldenContext();
  const failed = exportAll(place, context, [source.chunk()]);
  await expect(failed).rejects.toMatchObject({ code: 'redshift_copy_role_refused', retryable: false });
  await inSession(place, context, (session) => session.discard());
  await expectNothingLeft(place);
});

test('no statement holds a key', async () => {
  const [place, source] = [await server.place(), await tenRows()];
  await exportAll(place, goldenContext(), [source.chunk()]);
  const { Statements = [] } = await server.redshift.client.send(new ListStatementsCommand({ MaxResults: 1_000 }));
  expect(Statements.length).toBeGreaterThan(5);
  expect(JSON.stringify(Statements)).not.toContain(server.s3.secretAccessKey);
});

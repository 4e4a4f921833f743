import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { LoadChunkRequest, SourceStream } from '../../destinations/contract.ts';
import { TABLE_FORMAT } from '../../core/formats.ts';
import { startBigQuery, type BigQueryServer } from '../emulators/bigquery/start.ts';
import { eventually } from '../support/eventually.ts';
import { parquetOf } from '../support/parquet-of.ts';
import { bigQueryPlace, emulatorAccess, type BigQueryPlace } from './bigquery-place.ts';
import { contextOf } from './context.ts';
import { exportAll, inSession, parsed } from './table/session.ts';

/** What goes wrong between the worker and BigQuery in particular; the rest is in the common suite. */

let server: BigQueryServer;
let place: BigQueryPlace;

beforeAll(async () => {
  server = await startBigQuery();
}, 300_000);

beforeEach(async () => {
  place = await bigQueryPlace(emulatorAccess(server));
});

afterEach(() => server.faults.clear());

afterAll(() => server.stop());

const columns = [{ name: 'id', type: { kind: 'integer', bits: 64, signed: true }, nullable: false }] as const;
const context = (overrides: object = {}): ReturnType<typeof contextOf> =>
  contextOf({ model: 'ids', columns, key: ['id'], format: TABLE_FORMAT, ...overrides });

/** A chunk with the ids 1 to `rows`. */
async function chunkOf(rows: number, chunkIndex = 0): Promise<LoadChunkRequest> {
  const file = await parquetOf(`SELECT (range + 1)::BIGINT AS c0 FROM range(${String(rows)})`);
  async function* body(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(file);
  }
  const source: SourceStream = { body: body(), rows: () => rows };
  return {
    chunkIndex,
    chunkCount: chunkIndex + 1,
    openSource: () => Promise.resolve({ ...source, body: body() }),
    onProgress: () => undefined,
  };
}

async function idsAtDestination(): Promise<number> {
  return (await place.rows()).length;
}

function startedJobs(part: string): (string | undefined)[] {
  return server.faults.seen
    .filter(({ operation }) => operation.startsWith('jobs.insert') || operation === 'upload.start')
    .map(({ jobId }) => jobId)
    .filter((jobId) => jobId?.includes(part));
}

async function commitStarted(): Promise<void> {
  await eventually(() => {
    expect(startedJobs('_commit-')).toHaveLength(1);
  });
}

test('the answer to the last piece of an upload gets lost: the job is found by its id, nothing is loaded twice', async () => {
  server.faults.inject('upload.chunk', { kind: 'drop', when: 'after' });
  expect(await exportAll(place, context(), [await chunkOf(5)])).toMatchObject({ rows: 5 });
  expect(await idsAtDestination()).toBe(5);
  expect(startedJobs('_c0-')).toHaveLength(1);
});

test('the answer to a commit gets lost: the transaction runs once', async () => {
  server.faults.inject('jobs.insert.query', { kind: 'drop', when: 'after' }, 1, /_commit-/);
  expect(await exportAll(place, context(), [await chunkOf(5)])).toMatchObject({ rows: 5, alreadyCommitted: false });
  expect(await idsAtDestination()).toBe(5);
});

test('a load job fails: the error is told, and the next attempt takes the next id', async () => {
  const mine = context();
  const chunk = await chunkOf(5);
  server.faults.inject('upload.chunk', { kind: 'job_error', reason: 'quotaExceeded' });
  await expect(exportAll(place, mine, [chunk])).rejects.toMatchObject({
    code: 'bigquery_quota_exceeded',
    retryable: true,
  });
  expect(await exportAll(place, mine, [chunk])).toMatchObject({ rows: 5 });
  expect(startedJobs('_c0-').map((jobId) => jobId?.slice(-2))).toEqual(['-0', '-1']);
  expect(await idsAtDestination()).toBe(5);
});

test('a transaction that meets another one is tried again until it gets through', async () => {
  const message = 'Query error: Transaction is aborted due to concurrent update against table p:d._sluice_ledger.';
  server.faults.inject('jobs.insert.query', { kind: 'job_error', reason: 'invalidQuery', message }, 3, /_commit-/);
  expect(await exportAll(place, context(), [await chunkOf(5)])).toMatchObject({ rows: 5, alreadyCommitted: false });
  expect(startedJobs('_commit-')).toHaveLength(4);
  expect(await idsAtDestination()).toBe(5);
});

test('the transaction of a frozen attempt holds up the next attempt, which then finds the interval committed', async () => {
  const mine = context();
  const chunk = await chunkOf(5);
  let thaw: (value?: unknown) => void = () => undefined;
  server.faults.inject(
    'jobs.insert.query',
    { kind: 'hold', until: new Promise((resolve) => (thaw = resolve)) },
    1,
    /_commit-/,
  );
  const frozen = exportAll(place, mine, [chunk]);
  await commitStarted();
  const results = server.faults.count('jobs.getQueryResults');
  const next = exportAll(place, mine, [chunk]);
  // It has read the ledger when it opened and again to commit.
  await eventually(() => {
    expect(server.faults.count('jobs.getQueryResults')).toBe(results + 2);
  });
  thaw();
  const receipts = await Promise.all([frozen, next]);
  expect(receipts.map(({ alreadyCommitted }) => alreadyCommitted)).toEqual([false, true]);
  expect(await idsAtDestination()).toBe(5);
});

test('an older generation that wakes up after a newer one has committed is stopped by the ledger', async () => {
  const older = context();
  const newer = { ...older, generation: 1, runId: randomUUID() };
  let wake: (value?: unknown) => void = () => undefined;
  const delay = { kind: 'delay', until: new Promise((resolve) => (wake = resolve)) } as const;
  server.faults.inject('jobs.insert.query', delay, 1, /_g0_commit-/);
  const late = exportAll(place, older, [await chunkOf(5)]).catch((error: unknown) => error);
  await commitStarted();
  expect(await exportAll(place, newer, [await chunkOf(7)])).toMatchObject({ rows: 7, alreadyCommitted: false });
  wake();
  expect(await late).toMatchObject({ code: 'run_superseded', retryable: false });
  expect(await idsAtDestination()).toBe(7);
});

test('an abort cancels the transaction and leaves the interval to the next attempt', async () => {
  const controller = new AbortController();
  const mine = context();
  const chunk = await chunkOf(5);
  const hold = { kind: 'hold', until: new Promise(() => undefined) } as const;
  server.faults.inject('jobs.insert.query', hold, 1, /_commit-/);
  const aborted = exportAll(place, { ...mine, signal: controller.signal }, [chunk]);
  const outcome = aborted.catch((error: unknown) => error);
  await commitStarted();
  const startedAt = performance.now();
  controller.abort(new Error('cancelled by the test'));
  expect(await outcome).toMatchObject({ message: 'cancelled by the test' });
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect(server.faults.count('jobs.cancel')).toBe(1);
  expect(await exportAll(place, mine, [chunk])).toMatchObject({ rows: 5, alreadyCommitted: false });
  expect(await idsAtDestination()).toBe(5);
});

test('a request that hangs is aborted at once', async () => {
  const controller = new AbortController();
  const chunk = await chunkOf(5);
  await inSession(place, context({ signal: controller.signal }), async (session) => {
    server.faults.inject('upload.chunk', { kind: 'hang' });
    const outcome = session.loadChunk(chunk).catch((error: unknown) => error);
    await eventually(() => {
      expect(server.faults.count('upload.chunk')).toBe(1);
    });
    controller.abort(new Error('cancelled by the test'));
    expect(await outcome).toMatchObject({ message: 'cancelled by the test' });
  });
  expect(server.openUploads()).toBe(0);
});

test('a source that breaks leaves no open upload', async () => {
  const chunk = await chunkOf(5);
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(new Uint8Array(9 * 1024 * 1024));
    yield new Uint8Array(9 * 1024 * 1024);
    throw new Error('the source broke');
  }
  const openSource = (): Promise<SourceStream> => Promise.resolve({ body: broken(), rows: () => 0 });
  await inSession(place, context(), (session) =>
    expect(session.loadChunk({ ...chunk, openSource })).rejects.toThrow('the source broke'),
  );
  expect(server.faults.count('upload.chunk')).toBe(1);
  expect(server.openUploads()).toBe(0);
  expect(await place.leftovers()).toEqual([]);
});

test('a token that Google no longer takes fails the attempt, and the next one gets another', async () => {
  const mine = context();
  const chunk = await chunkOf(5);
  await inSession(place, mine, async (session) => {
    server.authority.expireTokens();
    await expect(session.loadChunk(chunk)).rejects.toMatchObject({ code: 'bigquery_token_refused', retryable: true });
  });
  expect(await exportAll(place, mine, [chunk])).toMatchObject({ rows: 5 });
});

test.each([
  ['accessDenied', 'bigquery_access_denied', false],
  ['quotaExceeded', 'bigquery_quota_exceeded', true],
  ['rateLimitExceeded', 'bigquery_throttled', true],
])('%s of an upload is %s', async (reason, code, retryable) => {
  server.faults.inject('upload.start', { kind: 'error', reason });
  await expect(exportAll(place, context(), [await chunkOf(5)])).rejects.toMatchObject({ code, retryable });
});

test('the table is dropped between opening and committing: the next attempt makes it again', async () => {
  const mine = context();
  const chunk = await chunkOf(5);
  const config = parsed(place.destination, place.config);
  const session = await place.destination.open(config, mine);
  const loaded = await session.loadChunk(chunk);
  await place.dataset.table('Exported_rows').delete();
  await expect(session.commit({ chunks: [loaded] })).rejects.toMatchObject({ retryable: true });
  expect(await exportAll(place, mine, [chunk])).toMatchObject({ rows: 5, alreadyCommitted: false });
  expect(await idsAtDestination()).toBe(5);
});

test('a stage that somebody dropped is missed before anything is moved', async () => {
  const mine = context();
  const chunk = await chunkOf(5);
  await inSession(place, mine, async (session) => {
    const loaded = await session.loadChunk(chunk);
    await place.dataset.table(loaded.files[0]?.key ?? '').delete();
    await expect(session.commit({ chunks: [loaded] })).rejects.toMatchObject({ code: 'destination_file_missing' });
    const again = await session.loadChunk(chunk);
    expect(await session.commit({ chunks: [again] })).toMatchObject({ rows: 5 });
  });
  expect(await idsAtDestination()).toBe(5);
});

test('a view cannot be filled', async () => {
  await place.dataset.createTable('Exported_rows', { view: 'SELECT 1 AS id' });
  await expect(exportAll(place, context(), [])).rejects.toMatchObject({
    code: 'bigquery_table_unsupported',
    retryable: false,
    fault: 'customer',
  });
});

test('a partition column that the export does not have is refused', async () => {
  const config = { ...place.config, partitionBy: 'nowhere' };
  await expect(exportAll({ ...place, config }, context(), [])).rejects.toMatchObject({
    code: 'bigquery_partition_column_invalid',
    retryable: false,
  });
});

test('the account that is acted as does the work', async () => {
  const email = `loader-${randomUUID().slice(0, 8)}@customer.iam.gserviceaccount.com`;
  server.authority.allowImpersonation(server.key.client_email, email);
  const config = { ...place.config, impersonate: email };
  expect(await exportAll({ ...place, config }, context(), [await chunkOf(5)])).toMatchObject({ rows: 5 });
  const [jobs] = await place.bigquery.getJobs();
  const users = jobs.map(({ metadata }) => (metadata as { user_email?: string }).user_email);
  expect(users).toContain(email);
});

import type { BigQuery } from '@google-cloud/bigquery';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { connect, impersonate, signIn } from './bigquery/client.ts';
import { startBigQuery } from './bigquery/start.ts';
import type { BigQueryServer } from './bigquery/start.ts';
import { endOf, upload } from './bigquery/upload.ts';
import { eventually } from '../support/eventually.ts';
import { parquetOf } from '../support/parquet-of.ts';

let server: BigQueryServer;
let bigquery: BigQuery;

beforeAll(async () => {
  server = await startBigQuery();
  bigquery = connect(server);
  await bigquery.createDataset('d');
  await bigquery.dataset('d').createTable('t', { schema: [{ name: 'k', type: 'INT64' }] });
}, 300_000);

afterEach(() => server.faults.clear());

afterAll(() => server.stop());

async function countRows(table = 'd.t'): Promise<number> {
  const [rows] = await bigquery.query(`SELECT COUNT(*) AS n FROM ${table}`);
  return (rows as { n: number }[])[0]?.n ?? -1;
}

const duplicate = (jobId: string): object =>
  expect.objectContaining({ code: 409, message: `Already Exists: Job sluice-test:US.${jobId}` });

test('a query job with a known id is refused and does not run again', async () => {
  const before = await countRows();
  const insert = { query: 'INSERT INTO d.t (k) VALUES (@k)', params: { k: 1 }, jobId: 'query-0' };
  const [job] = await bigquery.createQueryJob(insert);
  await expect(bigquery.createQueryJob(insert)).rejects.toEqual(duplicate('query-0'));
  await job.getQueryResults();
  await expect(bigquery.createQueryJob(insert)).rejects.toEqual(duplicate('query-0'));
  expect(await countRows()).toBe(before + 1);
});

test('an uploaded load job with a known id is refused and loads nothing', async () => {
  const [before, content] = [await countRows(), await parquetOf('SELECT 1::BIGINT AS k')];
  const table = bigquery.dataset('d').table('t');
  const job = await upload(table, content, { jobId: 'load-0' });
  expect(await eventually(() => endOf(job))).toEqual(expect.objectContaining({ outputRows: '1' }));
  await expect(upload(table, content, { jobId: 'load-0' })).rejects.toEqual(duplicate('load-0'));
  expect(await countRows()).toBe(before + 1);
});

test('a copy job with a known id is refused', async () => {
  const [from, to] = [bigquery.dataset('d').table('t'), bigquery.dataset('d').table('copy')];
  const [job] = await from.createCopyJob(to, { jobId: 'copy-0' });
  await eventually(() => endOf(job));
  await expect(from.createCopyJob(to, { jobId: 'copy-0' })).rejects.toEqual(duplicate('copy-0'));
  expect(await countRows('d.copy')).toBe(await countRows());
});

test('a resumable upload is loaded once, by its job id', async () => {
  const { token } = await signIn(server, server.key).getAccessToken();
  const before = await countRows();
  const content = await parquetOf('SELECT 7::BIGINT AS k');
  const start = (): Promise<Response> =>
    fetch(`${server.apiEndpoint}/upload/bigquery/v2/projects/sluice-test/jobs?uploadType=resumable`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token ?? ''}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        jobReference: { projectId: 'sluice-test', jobId: 'resumable-0' },
        configuration: {
          load: {
            sourceFormat: 'PARQUET',
            destinationTable: { projectId: 'sluice-test', datasetId: 'd', tableId: 't' },
          },
        },
      }),
    });
  const send = (url: string, from: number, to: number): Promise<Response> =>
    fetch(url, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${token ?? ''}`,
        'content-range': `bytes ${String(from)}-${String(to - 1)}/${String(content.length)}`,
      },
      body: new Uint8Array(content.subarray(from, to)),
      redirect: 'manual',
    });
  const url = (await start()).headers.get('location') ?? '';
  const first = await send(url, 0, 100);
  expect([first.status, first.headers.get('range')]).toEqual([308, 'bytes=0-99']);
  expect((await send(url, 100, content.length)).status).toBe(200);
  await eventually(() => endOf(bigquery.job('resumable-0')));
  expect(await countRows()).toBe(before + 1);
  expect((await start()).status).toBe(409);
});

test('a failed job keeps its error and its id', async () => {
  const failing = { query: 'SELECT * FROM d.nowhere', jobId: 'failed-0' };
  const [job] = await bigquery.createQueryJob(failing);
  expect(await eventually(() => endOf(job))).toEqual(expect.objectContaining({ reason: 'notFound' }));
  await expect(job.getQueryResults()).rejects.toEqual(expect.objectContaining({ code: 404 }));
  await expect(bigquery.createQueryJob({ ...failing, query: 'SELECT 1' })).rejects.toEqual(duplicate('failed-0'));
});

test('a job is RUNNING until it has ended, and can be cancelled', async () => {
  const hold = { kind: 'hold', until: new Promise(() => undefined) } as const;
  server.faults.inject('jobs.insert.query', hold);
  const [job] = await bigquery.createQueryJob({ query: 'SELECT 1', jobId: 'held-0' });
  await expect(endOf(job)).rejects.toThrow('job is RUNNING');
  await job.cancel();
  expect(await eventually(() => endOf(job))).toEqual(expect.objectContaining({ reason: 'stopped' }));
});

test('what fails in jobs.query is an HTTP error, not an empty result', async () => {
  await expect(bigquery.query('SELECT * FROM d.nowhere')).rejects.toEqual(expect.objectContaining({ code: 404 }));
  await expect(bigquery.query('SELEC 1')).rejects.toEqual(expect.objectContaining({ code: 400 }));
  await expect(bigquery.job('never-0').getMetadata()).rejects.toEqual(expect.objectContaining({ code: 404 }));
});

test('signing in: a key that Google does not know, a foreign key, a missing scope, an expired token', async () => {
  const unknown = server.authority.createAccount('stranger', server.project, { registered: false });
  await expect(signIn(server, unknown).getAccessToken()).rejects.toThrow(
    'invalid_grant: Invalid grant: account not found',
  );
  const foreign = { ...unknown, client_email: server.key.client_email };
  await expect(signIn(server, foreign).getAccessToken()).rejects.toThrow('invalid_grant: Invalid JWT Signature.');
  const scopeless = connect(server, signIn(server, server.key, ['https://www.googleapis.com/auth/drive']));
  await expect(scopeless.query('SELECT 1')).rejects.toEqual(expect.objectContaining({ code: 403 }));
  const expired = connect(server);
  await expired.query('SELECT 1');
  server.authority.expireTokens();
  await expect(expired.query('SELECT 1')).rejects.toEqual(expect.objectContaining({ code: 401 }));
  bigquery = connect(server);
});

test('impersonation needs to be allowed', async () => {
  const target = 'loader@customer.iam.gserviceaccount.com';
  await expect(connect(server, impersonate(server, target)).query('SELECT 1')).rejects.toThrow('unable to impersonate');
  server.authority.allowImpersonation(server.key.client_email, target);
  const impersonated = connect(server, impersonate(server, target));
  const [job] = await impersonated.createQueryJob({ query: 'SELECT 1', jobId: 'impersonated-0' });
  const [metadata] = (await job.getMetadata()) as unknown as [{ user_email: string }];
  expect(metadata.user_email).toBe(target);
});

test.each([
  ['accessDenied', 403],
  ['quotaExceeded', 403],
  ['rateLimitExceeded', 403],
  ['notFound', 404],
])('an injected %s is answered with %i, and the SDK does not try again', async (reason, code) => {
  server.faults.inject('jobs.insert.query', { kind: 'error', reason });
  await expect(bigquery.createQueryJob({ query: 'SELECT 1', jobId: `${reason}-0` })).rejects.toEqual(
    expect.objectContaining({ code }),
  );
  expect(server.faults.count('jobs.insert.query')).toBe(1);
});

test('the SDK tries again by itself after an injected backendError', async () => {
  server.faults.inject('jobs.insert.query', { kind: 'error', reason: 'backendError' });
  await bigquery.createQueryJob({ query: 'SELECT 1', jobId: 'backendError-0' });
  expect(server.faults.count('jobs.insert.query')).toBe(2);
});

test('an accepted job can end with an injected error', async () => {
  server.faults.inject('jobs.insert.load', { kind: 'job_error', reason: 'quotaExceeded' });
  const job = await upload(bigquery.dataset('d').table('t'), await parquetOf('SELECT 1::BIGINT AS k'));
  expect(await eventually(() => endOf(job))).toEqual(expect.objectContaining({ reason: 'quotaExceeded' }));
});

test('a connection that breaks before the request counts leaves no job behind', async () => {
  server.faults.inject('jobs.insert.load', { kind: 'drop', when: 'before' });
  const lost = upload(bigquery.dataset('d').table('t'), await parquetOf('SELECT 1::BIGINT AS k'), { jobId: 'lost-0' });
  await expect(lost).rejects.toThrow();
  await expect(bigquery.job('lost-0').getMetadata()).rejects.toEqual(expect.objectContaining({ code: 404 }));
});

test('a connection that breaks after the request counts leaves the job, and the repetition by the SDK meets it', async () => {
  const before = await countRows();
  server.faults.inject('jobs.insert.query', { kind: 'drop', when: 'after' });
  const insert = { query: 'INSERT INTO d.t (k) VALUES (1)', jobId: 'dropped-0' };
  await expect(bigquery.createQueryJob(insert)).rejects.toEqual(duplicate('dropped-0'));
  expect(server.faults.count('jobs.insert.query')).toBe(2);
  await eventually(() => endOf(bigquery.job('dropped-0')));
  expect(await countRows()).toBe(before + 1);
});

test('a request that hangs is given up by its sender only', async () => {
  server.faults.inject('tables.get', { kind: 'hang' });
  const { token } = await signIn(server, server.key).getAccessToken();
  const request = fetch(`${server.apiEndpoint}/bigquery/v2/projects/sluice-test/datasets/d/tables/t`, {
    headers: { authorization: `Bearer ${token ?? ''}` },
    signal: AbortSignal.timeout(300),
  });
  await expect(request).rejects.toEqual(expect.objectContaining({ name: 'TimeoutError' }));
});

import { randomUUID } from 'node:crypto';
import type { AuthClient } from 'google-auth-library';
import { runSteps } from '../check-steps.ts';
import type { CheckStep } from '../contract.ts';
import { isImpersonationRefused } from '../google/sign-in.ts';
import type { BigQueryApi } from './api.ts';
import { assertSucceeded } from './api.ts';
import { type BigQueryConfig, OWN_PREFIX } from './config.ts';
import { impersonationDenied, requestError } from './errors.ts';
import { jobEnd } from './jobs.ts';
import { qualified, runQuery } from './sql.ts';
import { createTable, findDataset } from './table.ts';
import { uploadLoad } from './upload.ts';

const LIFETIME_MS = 3_600_000;
const CLEAN_UP_TIMEOUT_MS = 5_000;

/** Goes through what an export will do, with a small table that is removed again. */
export async function checkBigQuery(
  api: BigQueryApi,
  auth: AuthClient,
  config: BigQueryConfig,
  signal: AbortSignal,
): Promise<CheckStep[]> {
  const id = randomUUID().replaceAll('-', '');
  const table = `${OWN_PREFIX}check_${id}`;
  try {
    return await runSteps(
      [
        { name: 'sign in', run: () => fetchToken(auth, config) },
        { name: 'dataset', run: () => findDataset(api, signal) },
        { name: 'create a table', run: () => createTable(api, table, resource(), signal) },
        { name: 'load rows', run: () => loadRow(api, table, signal) },
        { name: 'transaction', run: () => moveRow(api, table, signal) },
        { name: 'drop the table', run: () => api.remove(api.tablePath(table), 'drop a table', signal) },
      ],
      signal,
    );
  } finally {
    const late = AbortSignal.timeout(CLEAN_UP_TIMEOUT_MS);
    await api.remove(api.tablePath(table), 'drop a table', late).catch(() => undefined);
  }
}

/** Throws what is wrong with the account. */
export async function fetchToken(auth: AuthClient, { impersonate }: BigQueryConfig): Promise<void> {
  try {
    await auth.getAccessToken();
  } catch (error) {
    throw impersonate !== undefined && isImpersonationRefused(error)
      ? impersonationDenied(impersonate)
      : requestError(error, 'sign in');
  }
}

function resource(): object {
  return {
    schema: { fields: [{ name: 'n', type: 'INTEGER', mode: 'NULLABLE' }] },
    expirationTime: String(Date.now() + LIFETIME_MS),
  };
}

async function loadRow(api: BigQueryApi, table: string, signal: AbortSignal): Promise<void> {
  const { projectId, datasetId, location } = api;
  const jobId = table.replace(OWN_PREFIX, 'sluice_');
  const load = { destinationTable: { projectId, datasetId, tableId: table }, sourceFormat: 'NEWLINE_DELIMITED_JSON' };
  const job = { jobReference: { projectId, jobId, location }, configuration: { load } };
  await uploadLoad(api, job, oneRow(), signal);
  assertSucceeded(await jobEnd(api, jobId, signal), 'load a row');
}

async function* oneRow(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from('{"n":1}\n'));
}

async function moveRow(api: BigQueryApi, table: string, signal: AbortSignal): Promise<void> {
  const name = qualified(api, table);
  const sql = `BEGIN TRANSACTION; UPDATE ${name} SET n = 2 WHERE n = 1; INSERT INTO ${name} (n) SELECT n + 1 FROM ${name}; COMMIT TRANSACTION;`;
  const jobId = `${table.replace(OWN_PREFIX, 'sluice_')}_transaction`;
  await runQuery(api, { sql }, { jobId, labels: {}, action: 'commit a transaction' }, signal);
}

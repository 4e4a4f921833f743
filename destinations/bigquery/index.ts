import { randomUUID } from 'node:crypto';
import type { AuthClient } from 'google-auth-library';
import { TABLE_FORMAT } from '../../core/formats.ts';
import type { Destination, SessionContext } from '../contract.ts';
import { BigQueryApi } from './api.ts';
import { type Endpoints, signIn } from './auth.ts';
import { checkBigQuery, fetchToken } from './check.ts';
import { type BigQueryConfig, bigqueryConfigSchema } from './config.ts';
import { Ledger } from './ledger.ts';
import { labelsOf, namesOf } from './names.ts';
import type { Scope } from './scope.ts';
import { BigQuerySession } from './session.ts';
import { findDataset, prepareTable, previewInterval } from './table.ts';

const CONFLICT_DELAY_MS = 1_000;

/** For tests. There is no guard of the network: every host is Google's, none comes from the config or the key. */
export interface BigQueryOptions {
  endpoints?: Endpoints;
  requestTimeoutMs?: number;
  conflictDelayMs?: number;
}

export function createBigQueryDestination(options: BigQueryOptions = {}): Destination<BigQueryConfig> {
  const connect = (config: BigQueryConfig): { api: BigQueryApi; auth: AuthClient } => {
    const { endpoints, requestTimeoutMs } = options;
    const auth = signIn(config, endpoints);
    const { projectId, datasetId } = config;
    const timeout = requestTimeoutMs === undefined ? {} : { timeoutMs: requestTimeoutMs };
    return { auth, api: new BigQueryApi({ auth, endpoint: endpoints?.api, projectId, datasetId, ...timeout }) };
  };
  return {
    kind: 'bigquery',
    title: 'BigQuery',
    summary: 'Rows in a table of Google BigQuery.',
    guarantee: 'exactly_once',
    modes: ['append', 'merge'],
    removesCopies: true,
    configSchema: bigqueryConfigSchema,
    secretFields: ['serviceAccountKey'],
    formats: [TABLE_FORMAT],
    check: async (config, signal) => {
      const { api, auth } = connect(config);
      return await checkBigQuery(api, auth, config, signal);
    },
    preview: async (config, context) => {
      const { api, auth } = connect(config);
      await fetchToken(auth, config);
      await findDataset(api, context.signal);
      return await previewInterval(api, config, context);
    },
    open: async (config, context) => {
      const { api, auth } = connect(config);
      await fetchToken(auth, config);
      return new BigQuerySession(await prepare(api, config, context, options));
    },
  };
}

export const bigqueryDestination = createBigQueryDestination();

/** Throws when this attempt has no business here. */
async function prepare(
  api: BigQueryApi,
  config: BigQueryConfig,
  context: SessionContext,
  { conflictDelayMs = CONFLICT_DELAY_MS }: BigQueryOptions,
): Promise<Scope> {
  await findDataset(api, context.signal);
  const [labels, names] = [labelsOf(context, randomUUID()), namesOf(config, context)];
  const plan = await prepareTable(api, config, context, labels);
  const ledger = new Ledger(api, names, context, labels);
  await ledger.create();
  ledger.judge(await ledger.find());
  return { api, table: config.tableId, plan, context, names, ledger, labels, conflictDelayMs };
}

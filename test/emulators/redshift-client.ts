import {
  BatchExecuteStatementCommand,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  paginateGetStatementResult,
  RedshiftDataClient,
  type DescribeStatementResponse,
  type Field,
  type SqlParameter,
} from '@aws-sdk/client-redshift-data';
import type { RedshiftEmulator } from './redshift/index.ts';

interface EmulatedCluster {
  ClusterIdentifier: string;
  Database: string;
  DbUser: string;
}

/** The unmodified client, and what most tests do with it. */
export interface RedshiftClient<Place = EmulatedCluster> {
  client: RedshiftDataClient;
  /** Where a statement runs: the fields that every request needs. */
  place: Place;
  submit(sql: string, parameters?: Record<string, string>): Promise<string>;
  submitBatch(...sqls: string[]): Promise<string>;
  ended(id: string): Promise<DescribeStatementResponse>;
  run(sql: string, parameters?: Record<string, string>): Promise<DescribeStatementResponse>;
  runBatch(...sqls: string[]): Promise<DescribeStatementResponse>;
  /** Like `run`, and throws the database's error. */
  must(sql: string, parameters?: Record<string, string>): Promise<DescribeStatementResponse>;
  /** The rows of a query, each value as it comes in its Field. */
  rows(sql: string, parameters?: Record<string, string>): Promise<unknown[][]>;
}

export function redshiftClient(emulator: RedshiftEmulator, dbUser = emulator.dbUser): RedshiftClient {
  const { endpoint, region, credentials } = emulator;
  const client = new RedshiftDataClient({ endpoint, region, credentials, maxAttempts: 1 });
  const place = { ClusterIdentifier: emulator.clusterIdentifier, Database: emulator.database, DbUser: dbUser };
  return dataApi(client, place);
}

/** Against AWS just as well: `place` says on which cluster or workgroup. */
export function dataApi<Place extends { Database: string }>(
  client: RedshiftDataClient,
  place: Place,
): RedshiftClient<Place> {
  const submit = async (Sql: string, parameters: Record<string, string> = {}): Promise<string> => {
    const Parameters = toParameters(parameters);
    const request = { ...place, Sql, ...(Parameters.length > 0 ? { Parameters } : {}) };
    return (await client.send(new ExecuteStatementCommand(request))).Id!;
  };
  const submitBatch = async (...Sqls: string[]): Promise<string> =>
    (await client.send(new BatchExecuteStatementCommand({ ...place, Sqls }))).Id!;
  const ended = async (Id: string): Promise<DescribeStatementResponse> => {
    const found = await client.send(new DescribeStatementCommand({ Id, WaitTimeSeconds: 30 }));
    return ['SUBMITTED', 'PICKED', 'STARTED'].includes(found.Status ?? '') ? ended(Id) : found;
  };
  const run = async (sql: string, parameters?: Record<string, string>): Promise<DescribeStatementResponse> =>
    ended(await submit(sql, parameters));
  const must = async (sql: string, parameters?: Record<string, string>): Promise<DescribeStatementResponse> => {
    const description = await run(sql, parameters);
    if (description.Status !== 'FINISHED') {
      throw new Error(`${description.Status ?? ''}: ${description.Error ?? ''} in ${sql}`);
    }
    return description;
  };
  return {
    client,
    place,
    submit,
    submitBatch,
    ended,
    run,
    must,
    runBatch: async (...sqls) => ended(await submitBatch(...sqls)),
    rows: async (sql, parameters) => {
      const { Id } = await must(sql, parameters);
      const found: unknown[][] = [];
      for await (const { Records = [] } of paginateGetStatementResult({ client }, { Id })) {
        found.push(...Records.map((record) => record.map(valueOf)));
      }
      return found;
    },
  };
}

const toParameters = (parameters: Record<string, string>): SqlParameter[] =>
  Object.entries(parameters).map(([name, value]) => ({ name, value }));

const valueOf = (field: Field): unknown => (field.isNull === true ? null : Object.values(field)[0]);

import type * as RedshiftData from '@aws-sdk/client-redshift-data';
import type {
  ColumnMetadata,
  DescribeStatementResponse,
  Field,
  RedshiftDataClient,
  SqlParameter,
} from '@aws-sdk/client-redshift-data';
import { setTimeout as sleep } from 'node:timers/promises';
import { withGrace } from '../abort.ts';
import { lazySdk } from '../lazy-sdk.ts';
import type { Credentials } from '../s3/credentials.ts';
import type { RedshiftConfig } from './config.ts';
import { apiError, statementError, statementTimedOut } from './errors.ts';

const loadSdk = lazySdk<typeof RedshiftData>('@aws-sdk/client-redshift-data');

const CONNECT_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** The SDK's own tries per request. A repeated submission carries the same client token, so it runs once. */
const MAX_ATTEMPTS = 5;
/** A short statement takes some hundred milliseconds, a COPY minutes; an account may send 100 such requests a second. */
const FIRST_POLL_MS = 50;
const LONGEST_POLL_MS = 2_000;
const POLL_GROWTH = 1.5;
/** The statement goes on while the service does not answer for a moment. */
const MAX_POLL_FAILURES = 5;
/** An abort has to end within five seconds: a submission gets this long to tell its id, a cancellation to be taken. */
const SUBMIT_GRACE_MS = 2_000;
const CANCEL_TIMEOUT_MS = 2_000;

export interface DataApiOptions {
  credentials: Credentials;
  /** Tests call an emulator. */
  endpoint?: string;
  /** Before it is asked about a statement for the first time; an emulator is done sooner than Redshift. */
  firstPollMs?: number;
}

export type Parameters = Readonly<Record<string, string | number>>;
export type Row = Record<string, string | number | boolean | null>;

export interface Work {
  /** Completes "could not …". */
  action: string;
  signal: AbortSignal;
  /** Bound as strings to `:name`; every one of them must occur. */
  parameters?: Parameters;
  /** By it a later attempt finds statements that a dead one has left running. */
  name?: string;
}

/**
 * SQL over HTTP: each statement is submitted, and asked about until it has ended. Throws SluiceErrors; after an abort
 * the signal's reason, and the statement is cancelled. A failure leaves open whether the statement runs on and commits.
 */
export class DataApi {
  readonly #client: RedshiftDataClient;
  readonly #config: RedshiftConfig;
  readonly #firstPollMs: number;

  constructor(config: RedshiftConfig, { credentials, endpoint, firstPollMs = FIRST_POLL_MS }: DataApiOptions) {
    this.#config = config;
    this.#firstPollMs = firstPollMs;
    this.#client = new (loadSdk().RedshiftDataClient)({
      region: config.region,
      ...(credentials !== undefined && { credentials }),
      maxAttempts: MAX_ATTEMPTS,
      requestHandler: {
        connectionTimeout: CONNECT_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        throwOnRequestTimeout: true,
      },
      ...(endpoint === undefined ? {} : { endpoint }),
    });
  }

  /** Runs one statement, which commits by itself. */
  async run(sql: string, work: Work): Promise<void> {
    await this.#single(sql, work);
  }

  /** Rows of one query. */
  async rows(sql: string, work: Work): Promise<Row[]> {
    return this.#result(await this.#single(sql, work), work);
  }

  /** Runs several statements as one transaction and answers the rows of the last. */
  async transaction(sqls: readonly string[], work: Work): Promise<Row[]> {
    const id = await this.batch(sqls, work);
    return this.#result(`${id}:${String(sqls.length)}`, work);
  }

  /** Runs several statements as one transaction, and answers its id. */
  async batch(sqls: readonly string[], work: Work): Promise<string> {
    const command = new (loadSdk().BatchExecuteStatementCommand)({ ...this.#request(work), Sqls: [...sqls] });
    const id = await this.#submitted(work, (abortSignal) => this.#client.send(command, { abortSignal }));
    await this.#ended(id, work);
    return id;
  }

  /** Asks the service to stop what runs under such a name, as far as `chosen` says. */
  async cancelNamed(prefix: string, chosen: (name: string) => boolean, work: Work): Promise<void> {
    for (const Status of ['SUBMITTED', 'PICKED', 'STARTED'] as const) {
      const list = new (loadSdk().ListStatementsCommand)({ StatementName: prefix, Status });
      const { Statements = [] } = await this.#call(work, (abortSignal) => this.#client.send(list, { abortSignal }));
      const found = Statements.filter(
        ({ StatementName = '' }) => StatementName.startsWith(prefix) && chosen(StatementName),
      );
      await Promise.all(found.map(({ Id = '' }) => this.#cancel(Id)));
    }
  }

  close(): void {
    this.#client.destroy();
  }

  async #single(sql: string, work: Work): Promise<string> {
    const command = new (loadSdk().ExecuteStatementCommand)({ ...this.#request(work), Sql: sql });
    const id = await this.#submitted(work, (abortSignal) => this.#client.send(command, { abortSignal }));
    await this.#ended(id, work);
    return id;
  }

  #request({ parameters = {}, name }: Work): object {
    const { clusterIdentifier, workgroupName, database, dbUser, secretArn } = this.#config;
    const bound: SqlParameter[] = Object.entries(parameters).map(([key, value]) => ({
      name: key,
      value: String(value),
    }));
    return {
      ...(clusterIdentifier !== undefined && { ClusterIdentifier: clusterIdentifier }),
      ...(workgroupName !== undefined && { WorkgroupName: workgroupName }),
      ...(dbUser !== undefined && { DbUser: dbUser }),
      ...(secretArn !== undefined && { SecretArn: secretArn }),
      Database: database,
      ...(bound.length > 0 && { Parameters: bound }),
      ...(name !== undefined && { StatementName: name }),
    };
  }

  /** Lasts a little beyond an abort, so that the id is known and the statement can be cancelled. */
  async #submitted(work: Work, send: (signal: AbortSignal) => Promise<{ Id?: string | undefined }>): Promise<string> {
    work.signal.throwIfAborted();
    const { Id = '' } = await withGrace(work.signal, SUBMIT_GRACE_MS, (signal) => this.#call(work, () => send(signal)));
    return Id;
  }

  async #ended(id: string, work: Work): Promise<void> {
    try {
      const { Status, Error: text } = await this.#poll(id, work);
      if (Status !== 'FINISHED') {
        throw statementError(Status ?? '', text ?? '', work.action);
      }
    } catch (error) {
      // Nothing happens to one that has ended.
      await this.#cancel(id);
      throw work.signal.aborted ? work.signal.reason : error;
    }
  }

  async #poll(id: string, work: Work): Promise<DescribeStatementResponse> {
    const deadline = performance.now() + this.#config.statementTimeoutMs;
    let failures = 0;
    for (let waitMs = this.#firstPollMs; ; waitMs = Math.min(waitMs * POLL_GROWTH, LONGEST_POLL_MS)) {
      await sleep(waitMs, undefined, { signal: work.signal });
      try {
        const found = await this.#describe(id, work);
        if (['FINISHED', 'FAILED', 'ABORTED'].includes(found.Status ?? '')) {
          return found;
        }
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures >= MAX_POLL_FAILURES || (error as { retryable?: unknown }).retryable !== true) {
          throw error;
        }
      }
      if (performance.now() > deadline) {
        throw statementTimedOut(work.action);
      }
    }
  }

  #describe(id: string, work: Work): Promise<DescribeStatementResponse> {
    const command = new (loadSdk().DescribeStatementCommand)({ Id: id });
    return this.#call(work, (abortSignal) => this.#client.send(command, { abortSignal }));
  }

  /** Best effort, and never by the caller's signal: that is what brought us here. */
  async #cancel(id: string): Promise<void> {
    const abortSignal = AbortSignal.timeout(CANCEL_TIMEOUT_MS);
    await this.#client.send(new (loadSdk().CancelStatementCommand)({ Id: id }), { abortSignal }).catch(() => undefined);
  }

  async #result(id: string, work: Work): Promise<Row[]> {
    const rows: Row[] = [];
    let token: string | undefined;
    do {
      const command = new (loadSdk().GetStatementResultCommand)({
        Id: id,
        ...(token !== undefined && { NextToken: token }),
      });
      const page = await this.#call(work, (abortSignal) => this.#client.send(command, { abortSignal }));
      rows.push(...(page.Records ?? []).map((record) => rowOf(record, page.ColumnMetadata ?? [])));
      token = page.NextToken;
    } while (token !== undefined && token !== '');
    return rows;
  }

  async #call<T>({ action, signal }: Work, send: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await send(signal);
    } catch (error) {
      throw signal.aborted ? signal.reason : apiError(error, action);
    }
  }
}

function rowOf(record: readonly Field[], columns: readonly ColumnMetadata[]): Row {
  return Object.fromEntries(record.map((field, index) => [columns[index]?.name ?? '', valueOf(field)]));
}

function valueOf({ isNull, stringValue, longValue, doubleValue, booleanValue }: Field): Row[string] {
  return isNull === true ? null : (stringValue ?? longValue ?? doubleValue ?? booleanValue ?? null);
}

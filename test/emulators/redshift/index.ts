import type { IncomingMessage, ServerResponse } from 'node:http';
import type pg from 'pg';
import type { ClusterS3 } from './copy/access.ts';
import { copyRunner } from './copy/run-copy.ts';
import { startDatabase } from './database/database.ts';
import { statementRunner } from './database/runner.ts';
import type { Isolation } from './database/session.ts';
import { ServiceError } from './errors.ts';
import { createFaults, type FaultHooks, type Faults } from './faults.ts';
import { credentialStore, type CredentialStore } from './service/credentials.ts';
import { operationOf, parseInput, readBody, sendError, sendOutput } from './service/json-protocol.ts';
import { listen } from './service/listen.ts';
import { operations, type Limits } from './service/operations.ts';
import { authenticate } from './service/signature.ts';
import { statementStore } from './service/statement-store.ts';
import { startSts, type AssumableRole } from './sts.ts';

export interface RedshiftEmulatorOptions {
  /** Where COPY reads. */
  s3?: ClusterS3;
  /** Keys of the account's user; its own by default. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  assumableRoles?: AssumableRole[];
  limits?: Partial<Limits>;
  isolation?: Isolation;
  /** Longest string inside a SUPER value: 65,535 by default, 16,000,000 when the cluster opts in. */
  superStringBytes?: number;
  /** Statements that run at once. */
  concurrency?: number;
}

export interface RedshiftEmulator {
  endpoint: string;
  stsEndpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  clusterIdentifier: string;
  workgroupName: string;
  database: string;
  /** A database user that may create tables in `public`. */
  dbUser: string;
  /** One without any right but those of everybody. */
  otherDbUser: string;
  secretArn: string;
  /** Attached to the cluster, for COPY. */
  copyRoleArn: string;
  faults: Faults;
  /** Superuser's door to the tables, past the service. */
  pool: pg.Pool;
  /** Cancels what still runs, and ends all servers. */
  stop(): Promise<void>;
}

const REGION = 'us-east-1';
const USERS = { dbUser: 'loader', otherDbUser: 'reader', iamDbUser: 'IAM:sluice' };
const SECRET_ARN = `arn:aws:secretsmanager:${REGION}:111122223333:secret:redshift-loader`;
const NAMES = { clusterIdentifier: 'test-cluster', workgroupName: 'test-workgroup', database: 'dev' };
const COPY_ROLE_ARN = 'arn:aws:iam::111122223333:role/redshift-copy';
const LIMITS: Limits = {
  activeStatements: 500,
  batchStatements: 40,
  statementBytes: 100_000,
  resultPageRows: 1_000,
};
const USER = {
  accessKeyId: 'AKIAREDSHIFTEMULATOR',
  secretAccessKey: 'redshift-emulator-secret',
  arn: 'arn:aws:iam::111122223333:user/sluice',
};

/** The Redshift Data API, and STS beside it, over a PostgreSQL of its own. See README.md for what it does not prove. */
export async function startRedshiftEmulator(options: RedshiftEmulatorOptions = {}): Promise<RedshiftEmulator> {
  const database = await startDatabase(Object.values(USERS));
  const faults = createFaults();
  const user = { ...USER, ...options.credentials };
  const credentials = credentialStore(user);
  const limits = { ...LIMITS, ...options.limits };
  const store = statementStore(limits);
  const superStringBytes = options.superStringBytes ?? 65_535;
  const run = statementRunner({
    database,
    databaseName: NAMES.database,
    faults,
    isolation: options.isolation ?? 'snapshot',
    superStringBytes,
    concurrency: options.concurrency ?? 15,
    copy: copyRunner(database.admin, { s3: options.s3, roles: [COPY_ROLE_ARN], credentials }, superStringBytes),
  });
  const account = {
    clusters: [NAMES.clusterIdentifier],
    workgroups: [NAMES.workgroupName],
    secrets: { [SECRET_ARN]: USERS.dbUser },
    iamDbUser: USERS.iamDbUser,
  };
  const cancelBackend = async (pid: number): Promise<void> => {
    await database.admin.query('SELECT pg_cancel_backend($1)', [pid]);
  };
  const service = operations({ account, limits, store, run, cancelBackend });
  const http = await listen((request, response) => {
    void handle(service, { faults, credentials }, request, response);
  });
  const sts = await startSts({ region: REGION, credentials, roles: options.assumableRoles ?? [] });
  return {
    endpoint: http.endpoint,
    stsEndpoint: sts.endpoint,
    region: REGION,
    credentials: { accessKeyId: user.accessKeyId, secretAccessKey: user.secretAccessKey },
    ...NAMES,
    ...USERS,
    secretArn: SECRET_ARN,
    copyRoleArn: COPY_ROLE_ARN,
    faults,
    pool: database.admin,
    stop: async () => {
      faults.clear();
      const open = store.all();
      open.forEach(({ cancelled }) => cancelled.abort());
      await Promise.all(open.map(({ pid = 0 }) => cancelBackend(pid)));
      await Promise.all(open.map(({ settled }) => settled));
      await Promise.all([http.stop(), sts.stop()]);
      await database.stop();
    },
  };
}

async function handle(
  service: ReturnType<typeof operations>,
  { faults, credentials }: { faults: FaultHooks; credentials: CredentialStore },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const body = await readBody(request);
    const operation = operationOf(request);
    const fault = faults.onRequest(operation);
    if (fault === 'drop-before') {
      request.socket.destroy();
      return;
    }
    await authenticate(request, body, { service: 'redshift-data', region: REGION, credentials });
    const run = service[operation];
    if (run === undefined) {
      throw new ServiceError('UnknownOperationException', `the emulator has no ${operation}`);
    }
    const output = await run(parseInput(body));
    if (fault === 'drop-after') {
      request.socket.destroy();
      return;
    }
    sendOutput(response, output);
  } catch (error: unknown) {
    sendError(response, error);
  }
}

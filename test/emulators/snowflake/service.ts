import { DuckDBInstance } from '@duckdb/node-api';
import { Account } from './account.ts';
import { failure, parametersOf, success, type Answer } from './answers.ts';
import { Catalog } from './catalog.ts';
import { SnowflakeFailure } from './errors.ts';
import { Faults } from './faults.ts';
import { DROP, type Request } from './http.ts';
import { TableLocks } from './locks.ts';
import { authenticate, type LoginData } from './login.ts';
import { macros } from './macros.ts';
import { Queries, type Query, type QueryRequest } from './queries.ts';
import { Session, Sessions } from './session.ts';
import { literal } from './sql/names.ts';
import { setParameter } from './statements/session.ts';
import { ObjectStore } from './storage.ts';

export interface ServiceOptions {
  accountName: string;
  directory: string;
  storageUrl: string;
  maxLobBytes: number;
  /** A statement that takes longer is answered with an address to ask again. */
  answerWithinMs: number;
  /** A transaction that holds a lock others wait for, and is not spoken to for so long, is rolled back. */
  idleTransactionAbortMs: number;
}

type Reply = Answer | typeof DROP | { status: number };

const SESSION_SECONDS = 3600;
const MASTER_SECONDS = 14_400;

/** The REST service behind the driver: sessions, statements and their results. */
export class Service {
  readonly account: Account;
  readonly catalog = new Catalog();
  readonly faults = new Faults();
  readonly sessions = new Sessions();
  readonly storage: ObjectStore;
  readonly locks: TableLocks;
  readonly queries: Queries;
  /** Statements of tests themselves: beside faults, privileges and warehouses. */
  readonly administration: Queries;
  /** `METHOD /path` of what clients asked, for tests. */
  readonly requests: string[] = [];
  private readonly database: DuckDBInstance;

  private constructor(database: DuckDBInstance, options: ServiceOptions) {
    this.database = database;
    this.account = new Account(options.accountName);
    this.storage = new ObjectStore(options.directory, options.storageUrl);
    this.locks = new TableLocks(options.idleTransactionAbortMs);
    const { account, catalog, locks, storage } = this;
    const { maxLobBytes, answerWithinMs } = options;
    const shared = { catalog, locks, storage, maxLobBytes };
    this.queries = new Queries({ ...shared, account }, answerWithinMs);
    const unrestricted = new Account(options.accountName, { unrestricted: true });
    this.administration = new Queries({ ...shared, account: unrestricted }, answerWithinMs);
  }

  static async create(options: ServiceOptions): Promise<Service> {
    const database = await DuckDBInstance.create(':memory:', { threads: '2' });
    const connection = await database.connect();
    for (const macro of macros(options.maxLobBytes)) {
      await connection.run(macro);
    }
    connection.closeSync();
    return new Service(database, options);
  }

  close(): void {
    this.queries.abortAll();
    this.database.closeSync();
  }

  async openSession(user: { name: string; roles: readonly string[] }): Promise<Session> {
    const session = new Session(await this.database.connect(), user);
    await session.connection.run(`SET TimeZone = ${literal(String(session.parameters.get('TIMEZONE')))}`);
    return session;
  }

  async handle(request: Request): Promise<Reply> {
    const asked = `${request.method} ${request.path}`;
    this.requests.push(asked);
    const injected = this.faults.take(asked);
    if (injected?.kind === 'drop_before') {
      return DROP;
    }
    if (injected?.kind === 'status') {
      return { status: injected.status };
    }
    if (injected?.kind === 'fail') {
      return failure(injected.code, injected.message ?? 'injected');
    }
    const reply = await this.route(request);
    return injected?.kind === 'drop_after' ? DROP : reply;
  }

  private async route(request: Request): Promise<Reply> {
    switch (request.path) {
      case '/session/v1/login-request':
        return await this.login(request);
      case '/session/token-request':
        return this.renew(request);
      case '/telemetry/send':
        return success(null);
      default:
        return await this.withSession(request);
    }
  }

  private async login({ body, query }: Request): Promise<Answer> {
    const { data = {} } = body as { data?: LoginData };
    try {
      const session = await this.openSession(authenticate(this.account, data));
      await this.startIn(session, query, data);
      const { sessionToken, masterToken } = this.sessions.add(session);
      return success({
        token: sessionToken,
        masterToken,
        validityInSeconds: SESSION_SECONDS,
        masterValidityInSeconds: MASTER_SECONDS,
        displayUserName: session.user,
        serverVersion: '9.99.0',
        sessionId: session.id,
        parameters: parametersOf(session),
        sessionInfo: {
          databaseName: session.database ?? null,
          schemaName: session.schema ?? null,
          warehouseName: session.warehouse ?? null,
          roleName: session.role,
        },
      });
    } catch (error) {
      if (error instanceof SnowflakeFailure) {
        return failure(error.code, error.message, { loginName: data.LOGIN_NAME });
      }
      throw error;
    }
  }

  /** A database, schema or warehouse that is not there is no error of the login; a role is. */
  private async startIn(session: Session, query: URLSearchParams, data: LoginData): Promise<void> {
    const named = (name: string) => {
      const value = query.get(name) ?? undefined;
      return value === undefined ? undefined : fold(value);
    };
    const [role, database, warehouse] = [named('roleName'), named('databaseName'), named('warehouse')];
    if (role !== undefined && !session.roles.includes(role)) {
      const text = `Role '${role}' specified in the connect string does not exist or not authorized.`;
      throw new SnowflakeFailure('390189', '08001', text);
    }
    session.role = role ?? session.role;
    session.warehouse = warehouse !== undefined && this.account.warehouse(warehouse) ? warehouse : undefined;
    if (database !== undefined && this.catalog.hasDatabase(database)) {
      const schema = named('schemaName') ?? 'PUBLIC';
      session.database = database;
      session.schema = this.catalog.hasSchema(database, schema) ? schema : undefined;
    }
    for (const [name, value] of Object.entries(data.SESSION_PARAMETERS ?? {})) {
      await setParameter(session, name, value);
    }
  }

  private renew({ token }: Request): Answer {
    const renewed = this.sessions.renew(token);
    if (renewed === undefined) {
      return failure('390114', 'Authentication token has expired.  The user must authenticate again.');
    }
    return success({
      sessionToken: renewed.sessionToken,
      masterToken: renewed.masterToken,
      validityInSecondsST: SESSION_SECONDS,
      validityInSecondsMT: MASTER_SECONDS,
      sessionId: renewed.session.id,
    });
  }

  private async withSession(request: Request): Promise<Reply> {
    const session = this.sessions.find(request.token);
    if (session === 'expired') {
      return failure('390112', 'Your session has expired. Please login again.');
    }
    if (session === undefined) {
      return failure('390111', 'Session no longer exists.  New login required to access the service.');
    }
    if (request.path === '/session/heartbeat') {
      return success(null);
    }
    if (request.path === '/session') {
      await this.endSession(session);
      return success(null);
    }
    if (request.path === '/queries/v1/query-request') {
      return await this.query(session, request);
    }
    return await this.aboutQuery(request);
  }

  private async endSession(session: Session): Promise<void> {
    this.sessions.remove(session);
    session.closed = true;
    this.queries
      .all()
      .filter((query) => query.session === session)
      .forEach((query) => this.queries.abort(query));
    await session.inTurn(async () => await session.transaction?.rollback());
    session.connection.closeSync();
  }

  private async query(session: Session, { body, query }: Request): Promise<Reply> {
    const request = { ...(body as QueryRequest), requestId: query.get('requestId') ?? '' };
    const isKnown = this.queries.findRequest(request.requestId) !== undefined;
    const injected = isKnown ? undefined : this.faults.take(request.sqlText);
    if (injected?.kind === 'drop_before') {
      return DROP;
    }
    if (injected?.kind === 'status') {
      return { status: injected.status };
    }
    const submitted = this.queries.submit(session, request, injected);
    if (submitted.dropped) {
      submitted.dropped = false;
      await submitted.answer;
      return DROP;
    }
    return await this.queries.answerSoon(submitted, request.asyncExec === true);
  }

  private async aboutQuery({ path, body }: Request): Promise<Reply> {
    if (path === '/queries/v1/abort-request') {
      return this.abort(this.queries.findRequest((body as { requestId: string }).requestId));
    }
    const [, id = '', what] = /^\/(?:monitoring\/)?queries\/([^/]+)(?:\/(.*))?$/.exec(path) ?? [];
    const query = this.queries.find(id);
    if (what === 'abort-request') {
      return this.abort(query);
    }
    if (what === undefined && path.startsWith('/monitoring/')) {
      return monitoring(query);
    }
    if (query === undefined) {
      return failure('000709', `Statement ${id} not found`, { queryId: id, sqlState: '02000' });
    }
    return await this.queries.answerSoon(query, false);
  }

  private abort(query: Query | undefined): Answer {
    if (query?.state !== 'RUNNING') {
      return failure('000605', 'Identified SQL statement is not currently executing.', { sqlState: '57014' });
    }
    this.queries.abort(query);
    return success(null);
  }
}

function monitoring(query: Query | undefined): Answer {
  const queries =
    query === undefined
      ? []
      : [{ id: query.id, status: query.state, errorCode: query.failure?.code, errorMessage: query.failure?.message }];
  return success({ queries });
}

/** A name in the connection's options: folded unless it is quoted. */
function fold(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toUpperCase();
}

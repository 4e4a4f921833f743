import { notFound, validation } from '../errors.ts';
import type { SqlParameter } from '../sql/plan.ts';
import { parametersIn } from '../sql/translate.ts';
import { describeStatement, describeSub, echoedTarget, epochSeconds } from './describe.ts';
import { columnMetadata, csvRecords, fieldRows } from './records.ts';
import { isEnded, type Statement, type StatementResult } from './statement.ts';
import type { StatementStore } from './statement-store.ts';
import { resolveTarget, type Account } from './target.ts';

export interface Limits {
  /** Statements of one account that have not ended. */
  activeStatements: number;
  batchStatements: number;
  /** Bytes of one statement's text. */
  statementBytes: number;
  resultPageRows: number;
}

export interface ServiceParts {
  account: Account;
  limits: Limits;
  store: StatementStore;
  run(statement: Statement): Promise<void>;
  cancelBackend(pid: number): Promise<void>;
}

type Input = Record<string, unknown>;
type Output = Record<string, unknown>;

/** The operations of the service, by the name in the target header. */
export function operations(parts: ServiceParts): Record<string, (input: Input) => Output | Promise<Output>> {
  const { store } = parts;
  return {
    ExecuteStatement: (input) => submit(parts, input, [requiredText(input, 'Sql')], false),
    BatchExecuteStatement: (input) => submit(parts, input, batchSqls(input, parts.limits), true),
    DescribeStatement: async (input) => {
      const { statement, sub } = store.find(requiredText(input, 'Id'));
      await waitFor(statement, input);
      return sub === undefined
        ? describeStatement(statement)
        : { ...echoedTarget(statement), ...describeSub(statement, sub, statement.subs.indexOf(sub) + 1) };
    },
    GetStatementResult: async (input) => {
      const { result, page } = await resultPage(parts, input, 'JSON');
      return { ...page, Records: fieldRows({ ...result, rows: page.rows }), rows: undefined };
    },
    GetStatementResultV2: async (input) => {
      const { result, page } = await resultPage(parts, input, 'CSV');
      return {
        ...page,
        Records: [{ CSVRecords: csvRecords(result, page.rows) }],
        ResultFormat: 'CSV',
        rows: undefined,
      };
    },
    CancelStatement: (input) => cancel(parts, requiredText(input, 'Id')),
    ListStatements: (input) => listStatements(store, input),
  };
}

async function submit(parts: ServiceParts, input: Input, sqls: string[], isBatch: boolean): Promise<Output> {
  const target = resolveTarget(input, parts.account);
  const parameters = (input['Parameters'] ?? []) as SqlParameter[];
  checkSql(sqls, parameters, parts.limits);
  refuseSessions(input);
  const token = optionalText(input, 'ClientToken');
  const name = optionalText(input, 'StatementName');
  const statement =
    parts.store.byToken(token, sqls) ??
    parts.store.add(
      {
        ...(name === undefined ? {} : { name }),
        isBatch,
        mode: input['ExecutionMode'] === 'AUTO_COMMIT' ? 'AUTO_COMMIT' : 'TRANSACTION',
        parameters,
        resultFormat: input['ResultFormat'] === 'CSV' ? 'CSV' : 'JSON',
        target,
        sqls,
      },
      token,
      parts.run,
    );
  await waitFor(statement, input);
  const { id, createdAtMs, status } = statement;
  return { Id: id, CreatedAt: epochSeconds(createdAtMs), Status: status, ...echoedTarget(statement) };
}

function batchSqls(input: Input, limits: Limits): string[] {
  const sqls = input['Sqls'] as string[] | undefined;
  if (!Array.isArray(sqls) || sqls.length < 1 || sqls.length > limits.batchStatements) {
    throw validation(
      `1 validation error detected: Value at 'sqls' failed to satisfy constraint: Member must have length less than or equal to ${limits.batchStatements}`,
    );
  }
  return sqls;
}

function checkSql(sqls: readonly string[], parameters: readonly SqlParameter[], limits: Limits): void {
  if (sqls.some((sql) => Buffer.byteLength(sql) > limits.statementBytes)) {
    throw validation(`Cannot process query string larger than ${Math.floor(limits.statementBytes / 1_000)}kB`);
  }
  const used = new Set(sqls.flatMap(parametersIn));
  const unused = parameters.filter(({ name }) => !used.has(name)).map(({ name }) => name);
  if (unused.length > 0) {
    throw validation(`Parameters list contains unused parameters. Unused parameters: [${unused.join(', ')}]`);
  }
}

function refuseSessions(input: Input): void {
  if (input['SessionId'] !== undefined || input['SessionKeepAliveSeconds'] !== undefined) {
    throw validation('the emulator has no sessions');
  }
}

async function waitFor(statement: Statement, input: Input): Promise<void> {
  const seconds = Number(input['WaitTimeSeconds'] ?? 0);
  if (seconds < 0 || seconds > 30) {
    throw validation('WaitTimeSeconds must be between 0 and 30');
  }
  if (seconds > 0) {
    const timer = AbortSignal.timeout(seconds * 1_000);
    const elapsed = new Promise<void>((resolve) => timer.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([statement.settled, elapsed]);
  }
}

interface Page extends Output {
  rows: (string | null)[][];
}

async function resultPage(
  { store, limits }: ServiceParts,
  input: Input,
  format: Statement['resultFormat'],
): Promise<{ result: StatementResult; page: Page }> {
  const id = requiredText(input, 'Id');
  const { statement, sub } = store.find(id);
  await waitFor(statement, input);
  if (statement.isBatch && sub === undefined) {
    throw validation('BatchExecuteStatement result can only be retrieved with sub-statement id.');
  }
  if (statement.resultFormat !== format) {
    throw validation(`The result of this statement has the format ${statement.resultFormat}.`);
  }
  const { result, status } = sub ?? statement.subs[0]!;
  const { columns, rows } = result ?? {};
  if (statement.status !== 'FINISHED' || status !== 'FINISHED' || columns === undefined || rows === undefined) {
    throw notFound('Query does not have result. Please check query status with DescribeStatement.', id);
  }
  const from = Number(input['NextToken'] ?? 0);
  const to = from + limits.resultPageRows;
  const page = {
    rows: rows.slice(from, to),
    ColumnMetadata: columnMetadata(columns),
    TotalNumRows: rows.length,
    ...(to < rows.length ? { NextToken: String(to) } : {}),
  };
  return { result: result!, page };
}

async function cancel({ store, cancelBackend }: ServiceParts, id: string): Promise<Output> {
  const { statement, sub } = store.find(id);
  if (sub !== undefined) {
    throw validation('A sub-statement of a batch cannot be cancelled by itself.');
  }
  if (isEnded(statement)) {
    throw validation(`Could not cancel a query that is already in ${statement.status} state with ID: ${id}`);
  }
  statement.cancelled.abort();
  if (statement.pid !== undefined) {
    await cancelBackend(statement.pid);
  }
  return { Status: true };
}

function listStatements(store: StatementStore, input: Input): Output {
  const status = optionalText(input, 'Status') ?? 'ALL';
  const prefix = optionalText(input, 'StatementName') ?? '';
  const limit = Number(input['MaxResults'] ?? 100);
  const from = Number(input['NextToken'] ?? 0);
  const found = store
    .all()
    .filter((one) => (status === 'ALL' || one.status === status) && (one.name ?? '').startsWith(prefix));
  return {
    Statements: found.slice(from, from + limit).map(listed),
    ...(from + limit < found.length ? { NextToken: String(from + limit) } : {}),
  };
}

function listed(statement: Statement): Output {
  const sqls = statement.subs.map(({ sql }) => sql);
  return {
    Id: statement.id,
    Status: statement.status,
    CreatedAt: epochSeconds(statement.createdAtMs),
    UpdatedAt: epochSeconds(statement.updatedAtMs),
    IsBatchStatement: statement.isBatch,
    ...(statement.name === undefined ? {} : { StatementName: statement.name }),
    ...(statement.isBatch ? { QueryStrings: sqls } : { QueryString: sqls[0] }),
  };
}

const optionalText = (input: Input, name: string): string | undefined =>
  typeof input[name] === 'string' ? input[name] : undefined;

function requiredText(input: Input, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined || value === '') {
    throw validation(`${name} must be provided.`);
  }
  return value;
}

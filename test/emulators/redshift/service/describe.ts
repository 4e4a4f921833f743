import { resultBytes } from './records.ts';
import type { Statement, SubStatement } from './statement.ts';

/** Timestamps on this wire are seconds since the epoch as numbers. */
export const epochSeconds = (ms: number): number => ms / 1_000;
const nanoseconds = (ms: number): number => Math.round(ms * 1e6);

/** The answer of DescribeStatement for a whole request. */
export function describeStatement(statement: Statement): Record<string, unknown> {
  return {
    Id: statement.id,
    ...echoedTarget(statement),
    Status: statement.status,
    ...(statement.error === undefined ? {} : { Error: statement.error }),
    CreatedAt: epochSeconds(statement.createdAtMs),
    UpdatedAt: epochSeconds(statement.updatedAtMs),
    Duration: statement.durationMs === 0 ? -1 : nanoseconds(statement.durationMs),
    RedshiftPid: statement.pid ?? 0,
    RedshiftQueryId: statement.isBatch ? 0 : -1,
    ResultFormat: statement.resultFormat,
    ...(statement.parameters.length > 0 ? { QueryParameters: statement.parameters } : {}),
    ...(statement.isBatch ? batchPart(statement) : resultPart(statement.subs[0]!)),
  };
}

/** The same for one sub-statement, `number` counted from 1. */
export function describeSub(statement: Statement, sub: SubStatement, number: number): Record<string, unknown> {
  return {
    Id: `${statement.id}:${number}`,
    Status: sub.status,
    ...(sub.error === undefined ? {} : { Error: sub.error }),
    CreatedAt: epochSeconds(statement.createdAtMs),
    UpdatedAt: epochSeconds(sub.updatedAtMs),
    Duration: sub.durationMs === 0 ? -1 : nanoseconds(sub.durationMs),
    RedshiftQueryId: -1,
    ...resultPart(sub),
  };
}

export function echoedTarget({ target }: Statement): Record<string, unknown> {
  return {
    ...(target.clusterIdentifier === undefined ? {} : { ClusterIdentifier: target.clusterIdentifier }),
    ...(target.workgroupName === undefined ? {} : { WorkgroupName: target.workgroupName }),
    ...(target.secretArn === undefined ? {} : { SecretArn: target.secretArn }),
    ...(target.database === undefined ? {} : { Database: target.database }),
    DbUser: target.dbUser,
  };
}

function resultPart({ sql, result }: SubStatement): Record<string, unknown> {
  return {
    QueryString: sql,
    HasResultSet: result?.columns !== undefined,
    ResultRows: result?.rowCount ?? -1,
    ResultSize: result === undefined ? -1 : resultBytes(result),
  };
}

function batchPart(statement: Statement): Record<string, unknown> {
  return {
    ExecutionMode: statement.mode,
    HasResultSet: statement.subs.some(({ result }) => result?.columns !== undefined),
    ResultRows: -1,
    ResultSize: -1,
    SubStatements: statement.subs.map((sub, index) => describeSub(statement, sub, index + 1)),
  };
}

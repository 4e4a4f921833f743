import type { SnowflakeFailure } from './errors.ts';
import type { StatementResult } from './results.ts';
import type { Session } from './session.ts';

/** The envelope of every answer. */
export interface Answer {
  success: boolean;
  code: string | null;
  message: string | null;
  data: Record<string, unknown> | null;
}

export const success = (data: Record<string, unknown> | null): Answer => ({
  success: true,
  code: null,
  message: null,
  data,
});

export const failure = (code: string, message: string, data: Record<string, unknown> | null = null): Answer => ({
  success: false,
  code,
  message,
  data,
});

export function parametersOf(session: Session): { name: string; value: unknown }[] {
  return [...session.parameters].map(([name, value]) => ({ name, value }));
}

function rowType({ columns }: StatementResult): Record<string, unknown>[] {
  return columns.map(({ name, family, precision, scale }) => {
    const isText = family === 'TEXT';
    return {
      name,
      type: family.toLowerCase(),
      length: isText ? precision : null,
      byteLength: isText ? precision : null,
      precision: family === 'FIXED' ? precision : null,
      scale: family === 'FIXED' || family.startsWith('TIME') ? scale : null,
      nullable: true,
      database: '',
      schema: '',
      table: '',
    };
  });
}

/** A finished statement, with its whole rowset in the answer. */
export function resultAnswer(session: Session, queryId: string, result: StatementResult): Answer {
  const state = {
    queryId,
    sqlState: '00000',
    finalDatabaseName: session.database ?? null,
    finalSchemaName: session.schema ?? null,
    finalWarehouseName: session.warehouse ?? null,
    finalRoleName: session.role,
    databaseProvider: null,
    statementTypeId: result.statementTypeId,
    parameters: parametersOf(session),
  };
  if (result.upload !== undefined) {
    return success({ ...state, ...result.upload });
  }
  return success({
    ...state,
    rowtype: rowType(result),
    rowset: result.rows,
    total: result.rows.length,
    returned: result.rows.length,
    version: 1,
    queryResultFormat: 'json',
  });
}

export function failureAnswer(queryId: string, { code, sqlState, message }: SnowflakeFailure): Answer {
  return failure(code, message, { queryId, errorCode: code, sqlState, line: -1, pos: -1, type: 'COMPILATION', age: 0 });
}

/** The statement still runs; where to ask again. */
export function inProgress(queryId: string, detached: boolean): Answer {
  return {
    success: true,
    code: detached ? '333334' : '333333',
    message: 'Query execution in progress. Please use provided URL for status updates.',
    data: { queryId, getResultUrl: `/queries/${queryId}/result`, queryAbortsAfterSecs: 300 },
  };
}

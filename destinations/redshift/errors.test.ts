import { describe, expect, test } from '@jest/globals';
import { apiError, statementError } from './errors.ts';

const service = (name: string, message = 'said the service') => Object.assign(new Error(message), { name });

describe('what the service says', () => {
  test.each([
    [service('UnrecognizedClientException'), 'redshift_credentials_refused', false, 'customer'],
    [service('InvalidSignatureException'), 'redshift_credentials_refused', false, 'customer'],
    [service('AccessDeniedException', 'User: arn:… is not authorized'), 'redshift_access_denied', false, 'customer'],
    [
      service('ValidationException', "Redshift endpoint doesn't exist in this region."),
      'redshift_endpoint_missing',
      false,
      'customer',
    ],
    [service('ThrottlingException'), 'redshift_throttled', true, 'destination'],
    [service('ActiveStatementsExceededException'), 'redshift_throttled', true, 'destination'],
    [service('TimeoutError', 'socket hang up'), 'redshift_unreachable', true, 'destination'],
    [
      Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
      'redshift_unreachable',
      true,
      'destination',
    ],
    // Not known to be permanent: a paused cluster is one of the many things that it can mean.
    [service('ValidationException', 'something new'), 'redshift_unavailable', true, 'destination'],
    [
      service('ValidationException', 'Cannot process query string larger than 100kB'),
      'redshift_layout_refused',
      false,
      'platform',
    ],
    [service('InternalServerException'), 'redshift_unavailable', true, 'destination'],
    [undefined, 'redshift_unavailable', true, 'destination'],
  ])('%s is %s', (error, code, retryable, fault) => {
    expect(apiError(error, 'try')).toMatchObject({ code, retryable, fault, remedy: expect.any(String) });
  });

  test('nothing of a refused signature is quoted', () => {
    const error = apiError(service('InvalidSignatureException', 'The string to sign was SECRET'), 'try');
    expect(error.message).not.toContain('SECRET');
    expect(error.cause).toBeUndefined();
  });
});

const node = (error: string, context: string) =>
  `ERROR: ${error}\n  Detail: \n  -----\n  error:  ${error}\n  code:      8001\n  context:   ${context}\n  query:     0\n`;

describe('what the database says', () => {
  test.each([
    ['FATAL: password authentication failed for user "x"', 'redshift_login_refused', false],
    ['FATAL: database "x" does not exist', 'redshift_database_missing', false],
    ['ERROR: schema "x" does not exist', 'redshift_schema_missing', false],
    ['ERROR: permission denied for relation events', 'redshift_access_denied', false],
    ['Query #2 failed with ERROR: permission denied for schema x', 'redshift_access_denied', false],
    [
      node('Not authorized to get credentials of role', 'role arn:aws:iam::1:role/x'),
      'redshift_copy_role_refused',
      false,
    ],
    [
      node('S3ServiceException:Access Denied,Status 403,Error AccessDenied,Rid X', ''),
      'redshift_copy_access_denied',
      false,
    ],
    [node('S3ServiceException:…,Status 301,Error PermanentRedirect', ''), 'redshift_bucket_elsewhere', false],
    [node('S3ServiceException:…,Status 404,Error NoSuchKey', ''), 'redshift_stage_unreadable', true],
    [node('Spectrum Scan Error', 'Failed to read the file'), 'redshift_stage_unreadable', true],
    [
      node('Spectrum Scan Error', "File 'x' has an incompatible Parquet schema for column 'a'"),
      'redshift_layout_refused',
      false,
    ],
    [node('Value too long for character type', 'varying(5)'), 'redshift_value_refused', false],
    [node('JSON parsing error', 'invalid json object {"a'), 'redshift_value_refused', false],
    ['ERROR: Cannot insert a NULL value into column must', 'redshift_value_refused', false],
    ['ERROR: relation "events" does not exist', 'redshift_table_changed', true],
    ['ERROR: column "x" of relation "events" does not exist', 'redshift_table_changed', true],
    ['ERROR: relation "events" already exists', 'redshift_table_exists', true],
    ['ERROR: 1023\n  Detail: Serializable isolation violation on table - 1', 'redshift_conflict', true],
    ['ERROR: could not complete because of conflict with concurrent transaction', 'redshift_conflict', true],
    ['ERROR: deadlock detected', 'redshift_conflict', true],
    ['ERROR: Disk Full', 'redshift_disk_full', true],
    ["ERROR: Query cancelled on user's request", 'redshift_statement_stopped', true],
    ['ERROR: something new', 'redshift_unavailable', true],
  ])('%j is %s', (text, code, retryable) => {
    expect(statementError('FAILED', text, 'load')).toMatchObject({ code, retryable });
  });

  test('what was aborted may run again', () => {
    expect(statementError('ABORTED', '', 'load')).toMatchObject({
      code: 'redshift_statement_stopped',
      retryable: true,
    });
  });

  test('no values of rows are quoted, but the column is', () => {
    const parsing = statementError('FAILED', node('JSON parsing error', 'invalid json object {"card": 4111}'), 'load');
    expect(parsing.message).not.toContain('4111');
    const tooLong = 'The length of the data column note is longer than the length defined in the table';
    expect(statementError('FAILED', node('Spectrum', tooLong), 'load').message).toContain('column note');
  });
});

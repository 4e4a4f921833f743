import { describe, expect, test } from '@jest/globals';
import { connectionError, refusalOf } from './errors.ts';

const refused = (code: number, text = ''): ReturnType<typeof refusalOf> =>
  refusalOf({ status: 500, exceptionCode: String(code), text });

describe('answers of a server', () => {
  test.each([
    [516, 'clickhouse_target_credentials_refused', false, 'customer'],
    [192, 'clickhouse_target_credentials_refused', false, 'customer'],
    [497, 'clickhouse_target_privilege_missing', false, 'customer'],
    [164, 'clickhouse_target_privilege_missing', false, 'customer'],
    [81, 'clickhouse_target_database_missing', false, 'customer'],
    [122, 'clickhouse_target_table_changed', false, 'customer'],
    [469, 'clickhouse_target_constraint_violated', false, 'customer'],
    [241, 'clickhouse_target_overloaded', true, 'destination'],
    [252, 'clickhouse_target_overloaded', true, 'destination'],
    [202, 'clickhouse_target_overloaded', true, 'destination'],
    // TABLE_IS_READ_ONLY: a replica that has lost its keeper.
    [242, 'clickhouse_target_unavailable', true, 'destination'],
    [243, 'clickhouse_target_disk_full', true, 'destination'],
    // Rows that cannot be read: also what a broken connection leaves behind.
    [27, 'clickhouse_target_unavailable', true, 'destination'],
    [99_999, 'clickhouse_target_unavailable', true, 'destination'],
  ])('error %i is %s', (number, code, retryable, fault) => {
    expect(refused(number)).toMatchObject({ code, retryable, fault, serverCode: number });
    expect(refused(number).remedy).toEqual(expect.any(String));
  });

  test('a write that the disk has ended is known by its text', () => {
    const text = 'Code: 75. DB::Exception: Cannot write to file data.bin, errno: 28, strerror: No space left on device';
    expect(refused(75, text)).toMatchObject({ code: 'clickhouse_target_disk_full', retryable: true });
    expect(refused(75, 'Code: 75. errno: 5')).toMatchObject({ code: 'clickhouse_target_unavailable' });
  });

  test('the number is found in the text when the header is missing, and the text is not told', () => {
    const text = 'Code: 241. DB::Exception: Memory limit: while reading secret-row. (MEMORY_LIMIT_EXCEEDED)\n';
    const error = refusalOf({ status: 500, exceptionCode: undefined, text });
    expect(error.code).toBe('clickhouse_target_overloaded');
    expect(JSON.stringify([error, String(error)])).not.toContain('secret-row');
  });

  test.each([
    [403, 'clickhouse_target_credentials_refused', false],
    [503, 'clickhouse_target_overloaded', true],
    [502, 'clickhouse_target_unavailable', true],
    [301, 'clickhouse_target_unavailable', true],
  ])('HTTP status %i without a number is %s', (status, code, retryable) => {
    const error = refusalOf({ status, exceptionCode: undefined, text: '<html>' });
    expect(error).toMatchObject({ code, retryable });
    expect(error.message).toContain(String(status));
  });
});

describe('connections that fail', () => {
  test.each([
    ['ECONNREFUSED', 'clickhouse_target_unreachable', true],
    ['ENOTFOUND', 'clickhouse_target_unreachable', true],
    ['CONNECT_TIMEOUT', 'clickhouse_target_unreachable', true],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'clickhouse_target_tls_failed', false],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'clickhouse_target_tls_failed', false],
    ['SLUICE_ADDRESS_REFUSED', 'address_not_allowed', false],
  ])('%s is %s', (socketCode, code, retryable) => {
    expect(connectionError(Object.assign(new Error('x'), { code: socketCode }))).toMatchObject({ code, retryable });
  });
});

import { describe, expect, test } from '@jest/globals';
import { postgresError } from './errors.ts';

function failure(fields: Record<string, unknown>): Error {
  return Object.assign(new Error('it broke'), fields);
}

describe('errors of the server and of the driver', () => {
  test.each([
    ['28P01', 'postgres_credentials_refused', false],
    ['28000', 'postgres_login_refused', false],
    ['3D000', 'postgres_database_missing', false],
    ['3F000', 'postgres_schema_missing', false],
    ['42501', 'postgres_access_denied', false],
    ['42P01', 'postgres_table_changed', true],
    ['42703', 'postgres_table_changed', true],
    ['42804', 'postgres_type_mismatch', false],
    ['42P10', 'destination_merge_key_missing', false],
    ['22001', 'postgres_value_refused', false],
    ['22003', 'postgres_value_refused', false],
    ['22P02', 'postgres_value_refused', false],
    ['54000', 'postgres_value_refused', false],
    ['23502', 'postgres_constraint_violated', false],
    ['23505', 'postgres_constraint_violated', false],
    ['53100', 'postgres_disk_full', true],
    ['53200', 'postgres_out_of_memory', true],
    ['53300', 'postgres_too_many_connections', true],
    ['53400', 'postgres_limit_reached', true],
    ['55P03', 'postgres_locked', true],
    ['57014', 'postgres_statement_stopped', true],
    ['57P01', 'postgres_connection_lost', true],
    ['57P02', 'postgres_unavailable', true],
    ['57P03', 'postgres_unavailable', true],
    ['40001', 'postgres_conflict', true],
    ['40P01', 'postgres_conflict', true],
    ['08006', 'postgres_connection_lost', true],
    ['25006', 'postgres_read_only', true],
    ['XX000', 'postgres_unavailable', true],
    ['99999', 'postgres_unavailable', true],
    ['ECONNREFUSED', 'postgres_unreachable', true],
    ['ENOTFOUND', 'postgres_unreachable', true],
    ['ETIMEDOUT', 'postgres_unreachable', true],
    ['ECONNRESET', 'postgres_connection_lost', true],
    ['EPIPE', 'postgres_connection_lost', true],
    ['CERT_HAS_EXPIRED', 'postgres_certificate_refused', false],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'postgres_certificate_refused', false],
    ['SLUICE_ADDRESS_REFUSED', 'address_not_allowed', false],
  ])('%s is %s', (code, expected, retryable) => {
    expect(postgresError(failure({ code }), 'act')).toMatchObject({
      code: expected,
      retryable,
      remedy: expect.any(String),
    });
  });

  test.each([
    ['Connection terminated unexpectedly', 'postgres_connection_lost', true],
    ['timeout expired', 'postgres_unreachable', true],
    ['The server does not support SSL connections', 'postgres_tls_unsupported', false],
    [
      'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a non-empty string',
      'postgres_credentials_refused',
      false,
    ],
  ])('"%s" is %s', (message, code, retryable) => {
    expect(postgresError(failure({ message }), 'act')).toMatchObject({ code, retryable });
  });

  test('of data only names are told: no value, no detail, no context, no cause', () => {
    const error = postgresError(
      failure({
        code: '23505',
        message: 'duplicate key value "VALUE"',
        detail: 'Key (id)=(VALUE) already exists.',
        where: 'COPY rows, line 7, column props: "VALUE"',
        table: 'rows',
        constraint: 'rows_pkey',
      }),
      'add the rows',
    );
    expect(error.message).toMatch(/\(23505, line 7, column props, table rows, constraint rows_pkey\)$/);
    expect(JSON.stringify([error, error.message, error.cause])).not.toContain('VALUE');
  });

  test('passwords, NUL and line ends are taken out', () => {
    const error = postgresError(failure({ code: '28000', message: 'no entry\0 for\n"hunter2"' }), 'connect', 'hunter2');
    expect(error.message).toMatch(/\(28000: no entry for "\*\*\*"\)$/);
  });
});

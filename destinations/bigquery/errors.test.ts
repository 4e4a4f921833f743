import { describe, expect, test } from '@jest/globals';
import { isConflict, refusalOf, requestError } from './errors.ts';

const answer = (status: number, data: unknown): object => ({ response: { status, data } });
const apiError = (status: number, reason: string, message = 'secret text'): object =>
  answer(status, { error: { code: status, message, errors: [{ reason, message }] } });

describe('answers to requests', () => {
  test.each([
    [
      answer(400, { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' }),
      'bigquery_credentials_refused',
    ],
    [{ code: 'ERR_OSSL_UNSUPPORTED' }, 'bigquery_credentials_refused'],
    [apiError(403, 'accessDenied'), 'bigquery_access_denied'],
    [apiError(403, 'accessNotConfigured'), 'bigquery_project_unusable'],
    [apiError(403, 'billingNotEnabled'), 'bigquery_project_unusable'],
    [answer(403, { error: { message: 'x', details: [{ reason: 'SERVICE_DISABLED' }] } }), 'bigquery_project_unusable'],
  ])('%j is permanent: %s', (error, code) => {
    expect(requestError(error, 'do it')).toMatchObject({ code, retryable: false, fault: 'customer' });
  });

  test.each([
    [apiError(403, 'quotaExceeded'), 'bigquery_quota_exceeded'],
    [apiError(403, 'rateLimitExceeded'), 'bigquery_throttled'],
    [apiError(401, 'authError'), 'bigquery_token_refused'],
    [apiError(404, 'notFound'), 'bigquery_table_gone'],
    [apiError(400, 'invalidQuery'), 'bigquery_statement_refused'],
    [apiError(503, 'backendError'), 'bigquery_unavailable'],
    [apiError(418, 'brandNew'), 'bigquery_unavailable'],
    [answer(502, '<html>'), 'bigquery_unavailable'],
    [{ code: 'ECONNRESET' }, 'bigquery_unreachable'],
    [{ name: 'AbortError' }, 'bigquery_unreachable'],
  ])('%j is tried again: %s', (error, code) => {
    expect(requestError(error, 'do it')).toMatchObject({ code, retryable: true });
  });

  test("the server's text is told only where it names what is missing", () => {
    expect(requestError(apiError(400, 'invalidQuery'), 'move rows').message).toBe(
      'could not move rows: BigQuery refused a statement or a file (invalidQuery)',
    );
    expect(requestError(apiError(403, 'accessDenied', 'Permission bigquery.jobs.create denied'), 'load').message).toBe(
      'could not load: the service account lacks a permission (Permission bigquery.jobs.create denied)',
    );
  });
});

test.each([
  'Transaction is aborted due to concurrent update against table p:d.t.',
  'Could not serialize access to table',
])('a conflict is recognised by its text: %s', (message) => {
  expect(isConflict(refusalOf({ reason: 'invalidQuery', message }, 'commit'))).toBe(true);
  expect(isConflict(refusalOf({ reason: 'invalidQuery', message: 'Syntax error' }, 'commit'))).toBe(false);
});

import { expect, test } from '@jest/globals';
import { databaseUnavailable } from './errors.ts';

const refused = (code: string): Error => Object.assign(new Error('refused'), { code });

test.each([
  ['a connection that is refused', refused('ECONNREFUSED'), 'cannot be reached'],
  ['one that is lost', new Error('Connection terminated unexpectedly'), 'cannot be reached'],
  ['one that has gone silent', new Error('Query read timeout'), 'cannot be reached'],
  ['a server that stops', refused('57P01'), 'cannot be reached'],
  ['no connection left', refused('53300'), 'cannot be reached'],
  ['a full disk', refused('53100'), 'cannot be reached'],
  ['a server that takes no writes', refused('25006'), 'takes no writes'],
])('%s passes by itself', (_name, error, message) => {
  expect(databaseUnavailable(error)).toMatchObject({
    code: 'database_unavailable',
    message: expect.stringContaining(message),
    retryable: true,
    fault: 'platform',
  });
});

test.each(['23505', '42P01', '22P02'])('%s is no outage', (code) => {
  expect(databaseUnavailable(refused(code))).toBeUndefined();
});

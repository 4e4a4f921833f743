import { describe, expect, test } from '@jest/globals';
import { parseDestinationConfig } from '../registry.ts';
import { createPostgresDestination } from './index.ts';

const destination = createPostgresDestination();
const RIGHT = { host: 'db.example.com', user: 'sluice', password: 'p', database: 'd', table: 't' };
const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';

function problemOf(fields: Record<string, unknown>): string {
  try {
    parseDestinationConfig(destination, { ...RIGHT, ...fields });
    return '';
  } catch (error) {
    return String(error);
  }
}

describe('config', () => {
  test('has safe defaults', () => {
    expect(parseDestinationConfig(destination, RIGHT)).toMatchObject({
      port: 5_432,
      schema: 'public',
      tlsMode: 'verify-full',
      schemaPolicy: 'auto',
      lockTimeoutMs: 30_000,
      statementTimeoutMs: 3_600_000,
    });
  });

  test.each(['db', 'db.example.com', 'DB.example.com.', 'my_db', '10.0.0.1', '::1', 'fe80::1'])(
    'takes host %s',
    (host) => {
      expect(problemOf({ host })).toBe('');
    },
  );

  test.each([
    'postgres://sluice:hunter2@db.example.com:5432/d',
    'host=db user=sluice password=hunter2',
    'sluice:hunter2@db',
    'db:5432',
    'db/d?password=hunter2',
    '/var/run/postgresql',
    '[::1]',
    'db,other',
    '',
  ])('refuses %s as a host, and quotes nothing of it', (host) => {
    const problem = problemOf({ host });
    expect(problem).toMatch(/host: it must be a host name/);
    expect(problem).not.toContain('hunter2');
  });

  test.each([
    [{ tlsClientCertificate: CERTIFICATE }, /tlsClientKey: .*together/],
    [{ tlsCa: CERTIFICATE, tlsMode: 'require' }, /tlsCa: .*verify-ca/],
    [{ tlsClientCertificate: CERTIFICATE, tlsClientKey: CERTIFICATE, tlsMode: 'disable' }, /tlsClientKey: .*needs TLS/],
    [{ tlsCa: 'no pem' }, /tlsCa: .*PEM/],
    [{ table: 'ä'.repeat(32) }, /table: .*63 bytes/],
    [{ database: 'a\0b' }, /database: .*NUL/],
    [{ sslmode: 'prefer' }, /sslmode/],
  ])('refuses %j', (fields, problem) => {
    expect(problemOf(fields)).toMatch(problem);
  });
});

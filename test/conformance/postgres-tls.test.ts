import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync, rmSync, statSync, copyFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { startTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { TestServer } from './postgres/place.ts';
import { exportRows, rowsContext } from './postgres/rows.ts';

/** A server with a certificate for `localhost` by an authority of its own, both made here. */
jest.setTimeout(60_000);

let database: TestDatabase;
let server: TestServer;
let folder: string;

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
}

function makeAuthority(name: string): void {
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.crt`,
  );
}

/** Signed by the authority `ca`. */
function makeCertificate(name: string, commonName: string, names: string): void {
  openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    `/CN=${commonName}`,
    '-addext',
    `subjectAltName=${names}`,
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.csr`,
  );
  openssl(
    'x509',
    '-req',
    '-in',
    `${name}.csr`,
    '-CA',
    'ca.crt',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '2',
    '-copy_extensions',
    'copy',
    '-out',
    `${name}.crt`,
  );
}

const pem = (name: string): string => readFileSync(path.join(folder, name), 'utf8');

async function switchTlsOn(): Promise<void> {
  const [found] = await server.query<{ data: string }>(`SELECT current_setting('data_directory') AS data`);
  const data = found?.data ?? '';
  const { uid, gid } = statSync(data);
  for (const name of ['server.crt', 'server.key', 'ca.crt']) {
    const file = path.join(data, name);
    copyFileSync(path.join(folder, name), file);
    chmodSync(file, 0o600);
    chownSync(file, uid, gid);
  }
  await server.query(`ALTER SYSTEM SET ssl_ca_file = 'ca.crt'`);
  await server.query('ALTER SYSTEM SET ssl = on');
  await server.query('SELECT pg_reload_conf()');
  await eventually(async () => expect(await server.query('SHOW ssl')).toEqual([{ ssl: 'on' }]));
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-tls-'));
  makeAuthority('ca');
  makeAuthority('other');
  makeCertificate('server', 'localhost', 'DNS:localhost');
  makeCertificate('client', 'postgres', 'DNS:client');
  database = await startTestDatabase({ ownServer: true });
  server = new TestServer(database);
  await switchTlsOn();
}, 60_000);
afterAll(async () => {
  await server.end();
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function outcome(tls: Record<string, unknown>): Promise<string> {
  const place = await server.place();
  const config: Record<string, unknown> = { ...place.config, ...tls };
  const code = await exportRows({ ...place, config }, rowsContext()).then(
    () => undefined,
    (error: unknown) => (error as { code?: string }).code,
  );
  const parsed = place.destination.configSchema.parse(config);
  const steps = await place.destination.check(parsed, new AbortController().signal);
  const step = steps.find(({ status }) => status === 'failed')?.name;
  return `${code ?? 'exported'}, ${step ?? 'checked'}`;
}

describe('tlsMode', () => {
  const refused = 'postgres_certificate_refused, tls';
  const passed = 'exported, checked';

  test.each([
    ['disable', '127.0.0.1', undefined, passed],
    ['require', '127.0.0.1', undefined, passed],
    ['verify-ca', '127.0.0.1', undefined, refused],
    ['verify-ca', '127.0.0.1', 'other.crt', refused],
    ['verify-ca', '127.0.0.1', 'ca.crt', passed],
    ['verify-full', '127.0.0.1', 'ca.crt', refused],
    ['verify-full', 'localhost', 'ca.crt', passed],
    ['verify-full', 'localhost', undefined, refused],
  ])('%s to %s, trusting %s: %s', async (tlsMode, host, ca, expected) => {
    const trusted = ca === undefined ? {} : { tlsCa: pem(ca) };
    expect(await outcome({ tlsMode, host, ...trusted })).toBe(expected);
  });

  test('an encrypted connection is encrypted, and a client certificate is shown', async () => {
    const place = await server.place();
    const tls = { tlsMode: 'verify-ca', tlsCa: pem('ca.crt') };
    const certificate = { tlsClientCertificate: pem('client.crt'), tlsClientKey: pem('client.key') };
    await place.query(`CREATE TABLE ${place.table} (id bigint, version bigint, txt text, cipher text, subject text)`);
    await place.query(`CREATE FUNCTION "${place.schema}".note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      SELECT ssl::text, client_dn INTO NEW.cipher, NEW.subject FROM pg_stat_ssl WHERE pid = pg_backend_pid(); RETURN NEW; END $$`);
    await place.query(
      `CREATE TRIGGER note BEFORE INSERT ON ${place.table} FOR EACH ROW EXECUTE FUNCTION "${place.schema}".note()`,
    );
    await exportRows({ ...place, config: { ...place.config, ...tls, ...certificate } }, rowsContext());
    expect(await place.query(`SELECT DISTINCT cipher, subject FROM ${place.table}`)).toEqual([
      { cipher: 'true', subject: '/CN=postgres' },
    ]);
  });

  test('PEM that cannot be read is named', async () => {
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    expect(await outcome({ tlsMode: 'verify-ca', tlsCa: broken })).toMatch(
      /^postgres_tls_config_invalid|^postgres_certificate_refused/,
    );
    const key = { tlsClientCertificate: pem('client.crt'), tlsClientKey: pem('other.key') };
    expect(await outcome({ tlsMode: 'require', ...key })).toBe('postgres_tls_config_invalid, tls');
  });
});

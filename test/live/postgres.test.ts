import { afterAll } from '@jest/globals';
import type { ConnectionOptions } from 'node:tls';
import { describePostgres } from '../conformance/postgres/describe.ts';
import { TestServer } from '../conformance/postgres/place.ts';
import { accountOf, textOf } from './accounts.ts';

const account = accountOf('postgres');
const { port = 5_432, tlsMode = 'verify-full', tlsCa } = account;

const url = new URL(`postgres://server:${String(port)}/`);
url.hostname = textOf(account, 'host');
url.username = encodeURIComponent(textOf(account, 'user'));
url.password = encodeURIComponent(textOf(account, 'password'));
url.pathname = `/${textOf(account, 'database')}`;

const server = new TestServer(
  { url: url.href },
  { config: { tlsMode, ...(tlsCa !== undefined && { tlsCa }) }, ssl: tlsOf(textOf(account, 'tlsCa')) },
);

function tlsOf(ca: string): ConnectionOptions | false {
  if (tlsMode === 'disable') {
    return false;
  }
  return {
    rejectUnauthorized: tlsMode !== 'require',
    ...(ca !== '' && { ca }),
    ...(tlsMode === 'verify-ca' && { checkServerIdentity: () => undefined }),
  };
}

afterAll(async () => {
  await server.dropPlaces();
  await server.end();
});

describePostgres(() => server);

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually.ts';
import { connect, startAccount, type LoginOptions } from './snowflake-client.ts';
import type { SnowflakeEmulator } from './snowflake/index.ts';

let emulator: SnowflakeEmulator;

beforeAll(async () => {
  emulator = await startAccount();
});

afterAll(async () => {
  await emulator.stop();
});

function newKeys(): { privateKey: string; publicKeyPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

const byKey = (username: string, privateKey: string): LoginOptions => ({
  username,
  password: undefined as never,
  authenticator: 'SNOWFLAKE_JWT',
  privateKey,
});

test('a password opens a session in the named database, schema, warehouse and role', async () => {
  const client = await connect(emulator.url, { role: 'PUBLIC' });
  const rows = await client.execute(
    'SELECT current_user() AS u, current_role() AS r, current_database() AS d, current_schema() AS s, current_warehouse() AS w',
  );
  expect(rows).toEqual([{ U: 'LOADER', R: 'PUBLIC', D: 'DB', S: 'PUBLIC', W: 'WH' }]);
  await client.close();
});

test.each([
  ['a wrong password', { password: 'wrong' }, '390100'],
  ['an unknown user', { username: 'nobody' }, '390100'],
  ['a role the user has not', { role: 'ACCOUNTADMIN' }, '390189'],
])('%s is refused with the code of Snowflake', async (_, options, code) => {
  await expect(connect(emulator.url, options)).rejects.toMatchObject({ code });
});

test('a database or warehouse that is not there is no error of the login, but of the first statement', async () => {
  const client = await connect(emulator.url, { database: 'NOWHERE', warehouse: 'NONE' });
  await expect(client.execute('SELECT current_database() AS d, current_warehouse() AS w')).resolves.toEqual([
    { D: null, W: null },
  ]);
  await expect(client.execute('CREATE TABLE t (a INT)')).rejects.toMatchObject({ code: '090105' });
  await client.close();
});

test('a key pair opens a session; another key, another user and a user without a key are refused', async () => {
  const [mine, other] = [newKeys(), newKeys()];
  const name = `ROBOT_${randomUUID().slice(0, 8).toUpperCase()}`;
  emulator.account.addUser(name, { publicKeyPem: mine.publicKeyPem });
  const client = await connect(emulator.url, byKey(name, mine.privateKey));
  await expect(client.execute('SELECT current_user() AS u')).resolves.toEqual([{ U: name }]);
  await client.close();
  for (const refused of [
    byKey(name, other.privateKey),
    byKey('loader', mine.privateKey),
    byKey('X', mine.privateKey),
  ]) {
    await expect(connect(emulator.url, refused)).rejects.toMatchObject({ code: '390144' });
  }
});

test('an expired session token is renewed behind the statement that met it', async () => {
  const client = await connect(emulator.url);
  emulator.expireSessionTokens();
  await expect(client.execute('SELECT 1 AS one')).resolves.toEqual([{ ONE: 1 }]);
  await expect(client.connection.isValidAsync()).resolves.toBe(true);
  await client.close();
});

test('logging out ends the session and rolls its transaction back', async () => {
  const before = emulator.sessionCount();
  const client = await connect(emulator.url);
  await client.execute('CREATE TABLE left_open (a INT)');
  await client.execute('BEGIN');
  await client.execute('INSERT INTO left_open VALUES (1)');
  await client.close();
  expect(emulator.sessionCount()).toBe(before);
  await expect(emulator.query('SELECT count(*) AS n FROM db.public.left_open')).resolves.toEqual([{ N: '0' }]);
});

test('an injected answer to the login reaches the client', async () => {
  emulator.inject({ match: /login-request/, failure: { kind: 'fail', code: '390422', message: 'not allowed' } });
  await expect(connect(emulator.url)).rejects.toMatchObject({ code: '390422' });
});

test('a login whose connection breaks is tried again by the SDK', async () => {
  emulator.inject({ match: /login-request/, failure: { kind: 'drop_before' } });
  const client = await connect(emulator.url);
  await eventually(() => expect(client.connection.isUp()).toBe(true));
  await client.close();
});

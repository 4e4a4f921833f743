import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import { freePort } from '../../dev/free-port.ts';
import type { Finding } from '../../doctor/finding.ts';
import { runDoctor, type DoctorConfig } from '../../doctor/run-doctor.ts';
import { checkServices } from '../../doctor/services.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import Provider from 'oidc-provider';
import { SMTPServer } from 'smtp-server';
import { setupNamespace } from '../../client/setup.ts';
import { eventually } from '../support/eventually.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

/** A whole system with its worker, looked at while it is whole and while one part after another is not. */
let system: TestSystem;
let db: Database;
let exportId: string;

beforeAll(async () => {
  system = await startTestSystem();
  db = openDatabase({ url: system.config.postgres.url, maxConnections: 1 });
  const { api } = await system.newTeam();
  const config = { host: 'db.example.com', database: 'a', user: 'b', password: 'hunter2', table: 'events' };
  const body = { name: 'warehouse', kind: 'postgres', config };
  const destination = await api<{ id: string }>('POST', '/destinations', body);
  const made = { name: 'nightly', destination_id: destination.id, interval: 'day' };
  exportId = (await api<{ id: string }>('POST', '/exports', made)).id;
}, 180_000);
afterAll(async () => {
  await db.close();
  await system.stop();
}, 60_000);

/** What is not ok, by check. The disk of the machine that tests run on is its own affair. */
async function faults(changes: Partial<DoctorConfig> = {}): Promise<Record<string, Finding>> {
  const findings = await runDoctor({ ...system.config, ...changes });
  const bad = findings.filter(({ status, check }) => status !== 'ok' && !check.startsWith('disk.'));
  return Object.fromEntries(bad.map((finding) => [finding.check, finding]));
}

test('of a whole system every line is ok', async () => {
  // A worker's first polls, and Temporal's list of Schedules, take a moment to show.
  await eventually(async () => expect(await faults()).toEqual({}), { timeoutMs: 60_000 });
  const findings = await runDoctor(system.config);
  expect(findings.map(({ check }) => check)).toEqual(
    expect.arrayContaining([
      ...['postgres.connection', 'postgres.schema', 'clock.postgresql', 'encryption.key'],
      ...['clickhouse.connection', 'clickhouse.schema', 'clock.clickhouse'],
      ...['temporal.namespace', 'temporal.search-attributes', 'clock.temporal'],
      ...['queue.workflows', 'queue.exports', 'queue.backfills', 'queue.deliveries', 'queue.retries'],
      ...['schedules.maintenance', 'schedules.exports'],
    ]),
  );
  expect(JSON.stringify(findings)).not.toContain('hunter2');
}, 120_000);

test('servers that do not answer are named, each with a remedy, and the others are still looked at', async () => {
  const port = await freePort();
  const found = await faults({
    postgres: { url: `postgres://a:hunter2@127.0.0.1:${port}/a`, maxConnections: 1 },
    clickhouse: { ...system.config.clickhouse, url: `http://127.0.0.1:${port}` },
    destinations: { fileRoots: ['/nowhere/at/all'] },
  });
  expect(found['postgres.connection']).toMatchObject({
    status: 'fail',
    remedy: expect.stringContaining('DATABASE_URL'),
  });
  expect(found['clickhouse.connection']).toMatchObject({ status: 'fail', remedy: expect.any(String) });
  expect(found['schedules.exports']?.status).toBe('fail');
  expect(found['queue.exports']).toBeUndefined();
  expect(JSON.stringify(found)).not.toContain('hunter2');
}, 120_000);

test('a namespace that is not there, and a Temporal that is not', async () => {
  const { temporal } = system.config;
  expect((await faults({ temporal: { ...temporal, namespace: 'elsewhere' } }))['temporal.namespace']).toMatchObject({
    status: 'fail',
    remedy: expect.stringContaining('TEMPORAL_NAMESPACE'),
  });
  const away = await faults({ temporal: { ...temporal, address: `127.0.0.1:${await freePort()}` } });
  expect(away['temporal.namespace']).toMatchObject({
    status: 'fail',
    remedy: expect.stringContaining('TEMPORAL_ADDRESS'),
  });
}, 120_000);

test('a namespace without our search attributes wants sluice setup, after which they are there', async () => {
  const { temporal } = system.config;
  const namespace = `bare-${randomBytes(6).toString('hex')}`;
  await system.temporal.connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  const attributes = async (): Promise<Finding | undefined> => {
    const findings = await runDoctor({ ...system.config, temporal: { ...temporal, namespace } });
    return findings.find(({ check }) => check === 'temporal.search-attributes');
  };
  // A server learns of a new namespace within seconds.
  await eventually(
    async () => {
      const found = await attributes();
      expect(found).toMatchObject({ status: 'fail', remedy: 'Run sluice setup.' });
      expect(found?.message).toMatch(/^missing: .*SluiceDestinationId.*SluiceRows/);
    },
    { timeoutMs: 60_000, intervalMs: 1_000 },
  );
  await setupNamespace(system.temporal, { namespace, retentionDays: 1 });
  await eventually(async () => expect(await attributes()).toMatchObject({ status: 'ok' }), {
    ...{ timeoutMs: 60_000, intervalMs: 1_000 },
  });
}, 180_000);

test('the mail server and the identity provider are looked at where there are any', async () => {
  const smtp = new SMTPServer({
    ...{ allowInsecureAuth: true, disabledCommands: ['STARTTLS'] },
    onAuth: ({ password }, _session, done) =>
      done(password === 'hunter2-mail' ? null : new Error('hunter2 is wrong'), { user: 'sluice' }),
  });
  const mailPort = await freePort();
  await new Promise<void>((resolve) => smtp.listen(mailPort, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${await freePort()}`;
  jest.spyOn(console, 'warn').mockReturnValue();
  const provider = createServer((request, response) => void new Provider(issuer).callback()(request, response));
  await new Promise<void>((resolve) => provider.listen(Number(new URL(issuer).port), '127.0.0.1', resolve));
  const looked = async (password: string, path: string): Promise<Finding[]> => {
    const url = `smtp://sluice:${password}@127.0.0.1:${mailPort}`;
    const oidc = {
      ...{ issuer: issuer + path, name: 'ID' },
      ...{ clientId: 'sluice', clientSecret: 'hunter2-client' },
    };
    return checkServices({ smtp: { url, from: 'sluice@example.com' }, access: { oidc } });
  };
  const right = await looked('hunter2-mail', '');
  expect(right).toMatchObject([
    { check: 'smtp.connection', status: 'ok' },
    { check: 'oidc.discovery', status: 'ok' },
  ]);
  const wrong = await looked('hunter2-old', '/elsewhere');
  expect(wrong).toMatchObject([
    { check: 'smtp.connection', status: 'fail', remedy: expect.stringContaining('SLUICE_SMTP_URL') },
    { check: 'oidc.discovery', status: 'fail', remedy: expect.stringContaining('SLUICE_OIDC_ISSUER') },
  ]);
  await Promise.all([smtp, provider].map((server) => new Promise<void>((done) => void server.close(() => done()))));
  const away = await faults({ smtp: { url: `smtp://127.0.0.1:${mailPort}`, from: 'a' } });
  expect(away['smtp.connection']?.status).toBe('fail');
  expect(JSON.stringify([right, wrong, away])).not.toContain('hunter2');
}, 120_000);

test('databases without our schema want sluice setup', async () => {
  // Of its own: the server may be shared, and what a run before left on it is still there.
  const database = `empty_${randomBytes(6).toString('hex')}`;
  await sql`CREATE DATABASE ${sql.id(database)}`.execute(db.kysely);
  const url = new URL(system.config.postgres.url);
  url.pathname = `/${database}`;
  const found = await faults({
    postgres: { url: url.href, maxConnections: 1 },
    clickhouse: { ...system.config.clickhouse, database },
  });
  await sql`DROP DATABASE ${sql.id(database)} WITH (FORCE)`.execute(db.kysely);
  for (const check of ['postgres.schema', 'clickhouse.schema']) {
    expect(found[check]).toMatchObject({ status: 'fail', remedy: 'Run sluice setup.' });
  }
}, 120_000);

test('another encryption key opens nothing', async () => {
  // Where a busy machine answers late, its clock is said to be unknown, too.
  await eventually(
    async () => {
      const { 'encryption.key': key, ...others } = await faults({ encryptionKey: randomBytes(32) });
      expect(key).toMatchObject({ status: 'fail', message: '1 of 1 stored secrets cannot be opened' });
      expect(others).toEqual({});
    },
    { timeoutMs: 60_000 },
  );
}, 120_000);

test('a schema that a file no longer describes, or that is newer, is said', async () => {
  await sql`INSERT INTO schema_migrations (name, checksum) VALUES ('9999_later.sql', 'x')`.execute(db.kysely);
  expect((await faults())['postgres.schema']).toMatchObject({
    status: 'warn',
    message: expect.stringContaining('9999_later'),
  });
  await sql`DELETE FROM schema_migrations WHERE name = '9999_later.sql'`.execute(db.kysely);
}, 120_000);

test('an export without its Schedule, and a Schedule without its export', async () => {
  const { client } = system.temporal;
  await client.schedule.getHandle(`export/${exportId}`).delete();
  await client.schedule.getHandle('maintenance/sweep-runs').pause();
  await eventually(
    async () => {
      const found = await faults();
      expect(found['schedules.exports']).toMatchObject({ status: 'fail', message: expect.stringContaining(exportId) });
      expect(found['schedules.maintenance']).toMatchObject({ status: 'warn' });
    },
    { timeoutMs: 60_000 },
  );
}, 120_000);

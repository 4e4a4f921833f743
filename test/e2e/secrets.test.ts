import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { startReceiver, type Receiver } from '../../dev/receiver.ts';
import type { S3Access } from '../../dev/s3.ts';
import type { TeamAccess } from '../../setup.ts';
import type { ApiCall } from '../../dev/api-client.ts';
import { eventually } from '../support/eventually.ts';
import { historyText } from '../support/history-text.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

const HEADER_SECRET = 'Basic hunter2-header-credentials';
const WRONG_S3_SECRET = 'hunter2-wrong-secret-access-key';

let system: TestSystem;
let team: TeamAccess & { api: ApiCall };
let receiver: Receiver;
let webhook: { id: string; secret: string };
let destinationIds: string[];
/** What must never be seen, by what it is. */
let secrets: Record<string, string>;
/** Every answer of the API to a list or a read. */
let answers: string[];

/** One of everything that uses a secret, working and failing, with the most talkative logs. */
beforeAll(async () => {
  system = await startTestSystem({
    ...{ s3: true, ownServers: true },
    env: { SLUICE_LOG_LEVEL: 'trace', SLUICE_DELIVERY_REPORT_EVERY_MS: '1000' },
  });
  team = await system.newTeam();
  receiver = await startReceiver({
    // An endpoint that says back what it was sent.
    react: ({ attempt, headers: { authorization = '' } }) => ({
      ...{ status: attempt < 3 ? 500 : 200, headers: { 'x-echo': authorization }, body: `you sent ${authorization}` },
    }),
  });
  const s3 = system.system.stack.s3!;
  await createBucket(s3);
  webhook = await team.api('POST', '/webhooks', {
    ...{ name: 'hook', url: receiver.url, retry_schedule_ms: [1_000, 1_000] },
    headers: { authorization: HEADER_SECRET },
  });
  secrets = {
    'API key': team.apiKey,
    'encryption key': system.system.env['SLUICE_ENCRYPTION_KEY']!,
    'database password': new URL(system.config.postgres.url).password,
    'webhook secret': webhook.secret.replace(/^whsec_/, ''),
    'webhook header': HEADER_SECRET,
    'S3 secret': s3.secretAccessKey,
    'wrong S3 secret': WRONG_S3_SECRET,
  };
  expect(Object.values(secrets).filter((secret) => secret.length < 16)).toEqual([]);
  await capture(5);
  const working = await newExport(s3);
  const failing = await newExport({ ...s3, secretAccessKey: WRONG_S3_SECRET });
  destinationIds = [working.destinationId, failing.destinationId];
  const runs = [await finishedRun(working.exportId), await finishedRun(failing.exportId)];
  expect(runs.map(({ status }) => status)).toEqual(['completed', 'failed']);
  await eventually(() => expect(receiver.deliveredIds()).toHaveLength(5), { timeoutMs: 60_000 });
  answers = await readEverything(
    [working, failing].map(({ exportId }) => exportId),
    runs.map(({ id }) => id),
  );
}, 180_000);

afterAll(async () => {
  await receiver.close();
  await system.stop();
}, 60_000);

async function createBucket({ endpoint, region, accessKeyId, secretAccessKey }: S3Access): Promise<void> {
  const credentials = { accessKeyId, secretAccessKey };
  const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials });
  await client.send(new CreateBucketCommand({ Bucket: 'lake' }));
  client.destroy();
}

async function capture(events: number): Promise<void> {
  const batch = Array.from({ length: events }, () => ({ event: 'e', distinct_id: 'd' }));
  const body = JSON.stringify({ api_key: team.captureToken, batch });
  expect((await fetch(`${system.system.apiUrl}/batch`, { method: 'POST', body })).status).toBe(200);
}

async function newExport(s3: S3Access): Promise<{ destinationId: string; exportId: string }> {
  const destination = await team.api<{ id: string }>('POST', '/destinations', {
    kind: 's3',
    name: 'lake',
    config: {
      ...{ bucket: 'lake', endpoint: s3.endpoint, region: s3.region, force_path_style: true },
      ...{ access_key_id: s3.accessKeyId, secret_access_key: s3.secretAccessKey },
    },
  });
  const body = { name: 'to lake', destination_id: destination.id, interval: '1m', paused: true };
  const created = await team.api<{ id: string }>('POST', '/exports', body);
  await team.api('POST', `/exports/${created.id}/run`, {});
  return { destinationId: destination.id, exportId: created.id };
}

function finishedRun(exportId: string): Promise<{ id: string; status: string }> {
  return eventually(
    async () => {
      const { items } = await team.api<{ items: { id: string; status: string }[] }>('GET', `/exports/${exportId}/runs`);
      expect(items[0]?.status).toMatch(/completed|failed/);
      return items[0]!;
    },
    { timeoutMs: 60_000, intervalMs: 250 },
  );
}

async function readEverything(exportIds: string[], runIds: string[]): Promise<string[]> {
  const paths = [
    ...['/webhooks', '/destinations', '/exports'],
    ...['', '/state', '/attempts', '/stats'].map((suffix) => `/webhooks/${webhook.id}${suffix}`),
    ...destinationIds.map((id) => `/destinations/${id}`),
    ...exportIds.flatMap((id) => [`/exports/${id}`, `/exports/${id}/runs`]),
    ...runIds.flatMap((id) => [`/runs/${id}`, `/runs/${id}/log`]),
  ];
  return Promise.all(paths.map(async (path) => JSON.stringify(await team.api('GET', path))));
}

/** Names of the secrets in the text, plain or in the forms that JSON, URLs and base64 give them. */
function secretsIn(text: string): string[] {
  const forms = (secret: string): string[] => [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('hex'),
  ];
  return Object.entries(secrets).flatMap(([name, secret]) =>
    forms(secret).some((form) => text.includes(form)) ? [name] : [],
  );
}

test('the search finds a secret in each of its forms', () => {
  const encoded = Buffer.from(HEADER_SECRET).toString('base64');
  expect(secretsIn(`x ${encoded} y ${encodeURIComponent(secrets['encryption key']!)}`)).toEqual([
    'encryption key',
    'webhook header',
  ]);
});

describe('no secret is seen', () => {
  test('in what the API lists and reads', () => {
    expect(answers.join('\n')).toContain(webhook.id);
    expect(answers.join('\n')).toContain('"secret_access_key":{"configured":true}');
    expect(answers.flatMap(secretsIn)).toEqual([]);
  });

  test("in any workflow's history, memo or search attributes, or in a schedule", async () => {
    const { client } = system.temporal;
    const types = new Set<string>();
    for await (const info of client.workflow.list()) {
      const handle = client.workflow.getHandle(info.workflowId, info.runId);
      const text = historyText(await handle.fetchHistory()) + JSON.stringify(await handle.describe(), withoutBigInts);
      expect([info.workflowId, secretsIn(text)]).toEqual([info.workflowId, []]);
      types.add(info.type);
    }
    // Visibility is eventually consistent, but these ended or began a while ago.
    // The clock may have started looks of maintenance, too.
    expect([...types]).toEqual(expect.arrayContaining(['batchExport', 'deliverShard', 'retryDelivery', 'webhook']));
    for await (const { scheduleId } of client.schedule.list()) {
      const text = JSON.stringify(await client.schedule.getHandle(scheduleId).describe(), withoutBigInts);
      expect([scheduleId, secretsIn(text)]).toEqual([scheduleId, []]);
    }
  }, 60_000);

  test('in any log of a process', async () => {
    const data = join(system.directory, 'data');
    const found = (await readdir(data, { recursive: true })).filter((file) => file.endsWith('.log'));
    expect(found).toEqual(expect.arrayContaining([join('logs', 'server.log'), join('logs', 'worker.log')]));
    for (const file of found) {
      expect([file, secretsIn(await readFile(join(data, file), 'utf8'))]).toEqual([file, []]);
    }
    expect(await readFile(join(data, 'logs', 'worker.log'), 'utf8')).toContain('s3_credentials_refused');
  });

  test('in what Postgres and ClickHouse store', async () => {
    const postgres = await everyRow(system.config.postgres.url);
    expect(postgres).toContain(webhook.id);
    expect(secretsIn(postgres)).toEqual([]);
    for (const table of ['delivery_attempts', 'log_entries']) {
      const rows = await system.clickhouse.rows({ sql: `SELECT * FROM ${table}` });
      expect(rows.length).toBeGreaterThan(0);
      expect([table, secretsIn(JSON.stringify(rows))]).toEqual([table, []]);
    }
  });
});

function withoutBigInts(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

/** Every table as text; bytes as hexadecimal digits. */
async function everyRow(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    const texts: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ text: string }>(`SELECT t::text AS text FROM "${name}" t`);
      texts.push(...rows.map(({ text }) => text));
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}

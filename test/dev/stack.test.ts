import { once } from 'node:events';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { Client as TemporalClient, Connection } from '@temporalio/client';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { identify, isRunning } from '../../dev/process-identity.ts';
import { startStack } from '../../dev/stack.ts';
import type { Stack } from '../../dev/stack.ts';
import { eventually } from '../support/eventually.ts';

const ALL = { temporal: true, clickhouse: true, postgres: true, s3: true };
const HOLDER = fileURLToPath(new URL('./support/hold-stack.ts', import.meta.url));

let dataDir: string;
const stacks: Stack[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sluice-stack-'));
});

afterEach(async () => {
  await Promise.all(stacks.splice(0).map((stack) => stack.stop()));
  await rm(dataDir, { recursive: true, force: true });
}, 90_000);

async function start(options: Partial<Parameters<typeof startStack>[0]> = {}): Promise<Stack> {
  const stack = await startStack({ dataDir, parts: ALL, ...options });
  stacks.push(stack);
  return stack;
}

async function clickhouse(stack: Stack, sql: string): Promise<string> {
  const response = await fetch(stack.clickhouseUrl, { method: 'POST', body: sql });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(text);
  }
  return text.trim();
}

async function postgres(stack: Stack, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: stack.databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function s3Of(stack: Stack): S3Client {
  const { endpoint, region, accessKeyId, secretAccessKey } = stack.s3 ?? {
    endpoint: '',
    region: '',
    accessKeyId: '',
    secretAccessKey: '',
  };
  return new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
}

async function scheduleIds(stack: Stack): Promise<string[]> {
  const connection = await Connection.connect({ address: stack.temporalAddress });
  const ids: string[] = [];
  for await (const { scheduleId } of new TemporalClient({ connection }).schedule.list()) {
    ids.push(scheduleId);
  }
  await connection.close();
  return ids;
}

async function leaveMarks(stack: Stack): Promise<void> {
  await clickhouse(stack, 'CREATE TABLE marks (id UInt64) ENGINE = MergeTree ORDER BY id');
  await clickhouse(stack, 'INSERT INTO marks VALUES (7)');
  await postgres(stack, 'CREATE TABLE marks AS SELECT 7 AS id');
  await s3Of(stack).send(new CreateBucketCommand({ Bucket: 'marks' }));
  const connection = await Connection.connect({ address: stack.temporalAddress });
  await new TemporalClient({ connection }).schedule.create({
    scheduleId: 'marks',
    spec: { intervals: [{ every: '1 day' }] },
    state: { paused: true },
    action: { type: 'startWorkflow', workflowType: 'none', taskQueue: 'none' },
  });
  await connection.close();
}

async function expectMarks(stack: Stack): Promise<void> {
  expect(await clickhouse(stack, 'SELECT id FROM marks')).toBe('7');
  expect(await postgres(stack, 'SELECT id FROM marks')).toEqual([{ id: 7 }]);
  const { Buckets } = await s3Of(stack).send(new ListBucketsCommand({}));
  expect(Buckets?.map(({ Name }) => Name)).toEqual(['marks']);
  await eventually(async () => expect(await scheduleIds(stack)).toEqual(['marks']));
}

describe('the embedded stack', () => {
  test('a second start finds the data and the ports of the first', async () => {
    const first = await start();
    expect(Object.keys(first.pids).sort()).toEqual(['clickhouse', 'postgres', 's3', 'temporal']);
    expect((await fetch(first.temporalUiUrl ?? '')).status).toBe(200);
    await leaveMarks(first);
    const processes = Object.values(first.pids).map(identify);
    await first.stop();
    expect(processes.filter(isRunning)).toEqual([]);
    const second = await start();
    await expectMarks(second);
    const { pids: _firstPids, stop: _firstStop, ...firstAddresses } = first;
    expect(second).toMatchObject(firstAddresses);
    expect((await stat(join(dataDir, 's3-secret'))).mode & 0o077).toBe(0);
  }, 180_000);

  test('kill -9 of the starter leaves no process behind, and its data can be used again', async () => {
    const holder = spawn(process.execPath, ['--import', 'tsx', HOLDER, dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { pids, databaseUrl } = await firstLine<{ pids: Record<string, number>; databaseUrl: string }>(holder);
    const processes = Object.values(pids).map(identify);
    expect(processes).toHaveLength(4);
    expect(processes.every(isRunning)).toBe(true);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const again = await start();
    expect(processes.filter(isRunning)).toEqual([]);
    expect(again.databaseUrl).toBe(databaseUrl);
    expect(await postgres(again, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await clickhouse(again, 'SELECT 1')).toBe('1');
  }, 180_000);

  test('kill -9 of the starter alone ends its servers', async () => {
    const holder = spawn(process.execPath, ['--import', 'tsx', HOLDER, dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { pids } = await firstLine<{ pids: Record<string, number> }>(holder);
    const processes = Object.values(pids).map(identify);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await eventually(() => expect(processes.filter(isRunning)).toEqual([]));
  }, 120_000);

  test('a part that is killed comes back on its port with its data', async () => {
    const lines: string[] = [];
    const stack = await start({ supervise: true, onProgress: (line) => lines.push(line) });
    await leaveMarks(stack);
    const killed = { ...stack.pids };
    for (const pid of Object.values(killed)) {
      process.kill(pid, 'SIGKILL');
    }
    const restarted = (): void => {
      for (const name of Object.keys(killed)) {
        expect(lines).toContain(`${name} is back`);
        expect(stack.pids[name]).not.toBe(killed[name]);
      }
    };
    await eventually(restarted, { timeoutMs: 90_000 });
    expect(lines.filter((line) => line.includes('SIGKILL'))).toHaveLength(4);
    await expectMarks(stack);
  }, 180_000);

  test('addresses that are given win: those parts are not started', async () => {
    const env = {
      temporalAddress: 'temporal.example:7233',
      clickhouseUrl: 'http://clickhouse.example:8123',
      databaseUrl: 'postgres://db.example/sluice',
      s3Endpoint: 'http://s3.example',
    };
    const stack = await start({ env });
    expect(stack).toMatchObject({
      temporalAddress: env.temporalAddress,
      clickhouseUrl: env.clickhouseUrl,
      databaseUrl: env.databaseUrl,
      pids: {},
    });
    expect(stack.s3).toBeUndefined();
  });

  test('a folder in use is refused by name of the process; a lock left behind is not', async () => {
    await start({ parts: {} });
    await expect(startStack({ dataDir, parts: {} })).rejects.toMatchObject({
      code: 'dev_data_dir_in_use',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    await stacks.splice(0)[0]?.stop();
    await writeFile(join(dataDir, 'stack.lock'), JSON.stringify({ pid: 2 ** 22 - 1, startedAt: '1' }));
    await start({ parts: {} });
    expect(JSON.parse(await readFile(join(dataDir, 'stack.lock'), 'utf8'))).toMatchObject({ pid: process.pid });
  });

  test('a part that cannot start says why and takes the others down', async () => {
    const occupied = createServer();
    await new Promise<void>((resolve) => occupied.listen(0, '127.0.0.1', resolve));
    const { port } = occupied.address() as AddressInfo;
    const lines: string[] = [];
    const failing = startStack({
      dataDir,
      parts: { postgres: true, s3: true },
      ports: { postgres: port },
      onProgress: (line) => lines.push(line),
    });
    await expect(failing).rejects.toThrow(/postgres ended at start[\s\S]*could not bind IPv4 address "127.0.0.1"/);
    expect(JSON.parse(await readFile(join(dataDir, 'pids.json'), 'utf8'))).toEqual({});
    occupied.close();
  }, 90_000);
});

async function firstLine<T>(child: ChildProcess): Promise<T> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (text.includes('\n')) {
      return JSON.parse(text) as T;
    }
  }
  throw new Error('the process that holds the stack ended');
}

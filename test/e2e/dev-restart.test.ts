import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { apiClient } from '../../dev/api-client.ts';
import { isRunning, type ProcessIdentity } from '../../dev/process-identity.ts';
import { startReceiver, type Receiver } from '../../dev/receiver.ts';
import { eventually } from '../support/eventually.ts';
import { descendantsOf } from './support/process-tree.ts';
import { endCommands, runSluice, SLUICE_OF_SOURCES, type RunningCommand } from './support/sluice-process.ts';

interface Addresses {
  apiUrl: string;
  apiKey: string;
  captureToken: string;
  temporalUiUrl: string;
  temporalAddress: string;
  clickhouseUrl: string;
  firstOwnerUrl: string;
}

/** Temporal, ClickHouse, Postgres, server and worker. */
const PARTS = 5;

let dataDir: string;
let receiver: Receiver;
let dev: RunningCommand;
let addresses: Addresses;
let processes: ProcessIdentity[];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sluice-dev-'));
  receiver = await startReceiver();
  await startDev();
}, 120_000);

afterAll(async () => {
  await endCommands();
  await receiver.close();
  await rm(dataDir, { recursive: true, force: true });
}, 60_000);

async function startDev(): Promise<void> {
  const env = { SLUICE_DATA_DIR: dataDir, SLUICE_DELIVERY_SHARDS: '2' };
  dev = runSluice(['dev', '--json'], env, SLUICE_OF_SOURCES);
  addresses = JSON.parse(await dev.line(/^\{/, 90_000));
  processes = descendantsOf(dev.pid);
}

/** Throws until the event is stored: a part may be down for a moment. */
function capture(event: string): Promise<void> {
  const body = JSON.stringify({ api_key: addresses.captureToken, event, distinct_id: 'd', uuid: randomUUID() });
  return eventually(
    async () => {
      const response = await fetch(`${addresses.apiUrl}/capture`, { method: 'POST', body });
      expect([response.status, await response.text()]).toEqual([200, '{"status":1}']);
    },
    { timeoutMs: 60_000, intervalMs: 250 },
  );
}

async function storedEvents(): Promise<string[]> {
  // Of one uuid: a request that was repeated may have been stored before.
  const sql = 'SELECT any(event) AS name FROM sluice.event_log GROUP BY uuid ORDER BY name FORMAT TSV';
  const response = await fetch(addresses.clickhouseUrl, { method: 'POST', body: sql });
  return (await response.text()).trim().split('\n');
}

async function pidOf(part: string): Promise<number> {
  const pids = JSON.parse(await readFile(join(dataDir, 'dev', 'pids.json'), 'utf8'));
  return pids[part].pid;
}

/** At least once: where a shard is given to another attempt, the old one may send for a moment beside it. */
function expectDelivered(...events: string[]): Promise<void> {
  const received = (): string[] => {
    const named = receiver.requests.map(({ body, webhookId }) => [webhookId, JSON.parse(body).data.event] as const);
    return [...new Map(named).values()].sort();
  };
  return eventually(() => expect(received()).toEqual([...events].sort()), { timeoutMs: 60_000 });
}

describe('sluice dev', () => {
  test('prints its addresses as one object on one line, and each of them answers', async () => {
    expect(dev.stdout().trimEnd().split('\n')).toHaveLength(1);
    expect(processes.length).toBeGreaterThanOrEqual(PARTS);
    const api = apiClient(addresses.apiUrl, addresses.apiKey);
    await api('POST', '/webhooks', { name: 'hook', url: receiver.url });
    expect((await fetch(addresses.temporalUiUrl)).status).toBe(200);
    await capture('first');
    expect(await storedEvents()).toEqual(['first']);
    await expectDelivered('first');
  }, 120_000);

  test.each(['clickhouse', 'postgres', 'temporal'])(
    '%s that is killed comes back, and nothing is lost',
    async (part) => {
      const killed = await pidOf(part);
      process.kill(killed, 'SIGKILL');
      await eventually(() => expect(dev.stderr()).toContain(`${part} is back`), { timeoutMs: 60_000 });
      expect(dev.stderr()).toContain(`${part} ended (SIGKILL); restarting`);
      expect(await pidOf(part)).not.toBe(killed);
      const before = await storedEvents();
      expect(before).toContain('first');
      await capture(`after ${part}`);
      expect(await storedEvents()).toEqual([...before, `after ${part}`].sort());
      await expectDelivered(...before, `after ${part}`);
    },
    180_000,
  );

  test('Ctrl-C leaves no process behind, and the next start goes on with team, key, addresses and data', async () => {
    processes = [...processes, ...descendantsOf(dev.pid)];
    dev.kill('SIGINT');
    expect(await dev.ended).toEqual({ code: 0, signal: null });
    await eventually(() => expect(processes.filter(isRunning)).toEqual([]), { timeoutMs: 60_000 });

    const first = addresses;
    const before = receiver.requests.length;
    await startDev();
    // The link of the first owner is a new one at each start, until it is used.
    expect(addresses).toEqual({ ...first, firstOwnerUrl: addresses.firstOwnerUrl });
    expect(await storedEvents()).toEqual(['after clickhouse', 'after postgres', 'after temporal', 'first']);
    await capture('second start');
    await expectDelivered('first', 'after clickhouse', 'after postgres', 'after temporal', 'second start');
    expect(receiver.requests).toHaveLength(before + 1);
  }, 180_000);

  test('a second one on the same data is refused while the first runs', async () => {
    const second = runSluice(['dev'], { SLUICE_DATA_DIR: dataDir }, SLUICE_OF_SOURCES);
    expect((await second.ended).code).toBe(1);
    expect(second.stderr()).toContain(`process ${String(dev.pid)}`);
    expect((await fetch(`${addresses.apiUrl}/readyz`)).status).toBe(200);
  }, 60_000);

  test('kill -9 leaves no process behind either', async () => {
    processes = descendantsOf(dev.pid);
    expect(processes.length).toBeGreaterThanOrEqual(PARTS);
    dev.kill('SIGKILL');
    await eventually(() => expect(processes.filter(isRunning)).toEqual([]), { timeoutMs: 30_000 });
  }, 60_000);
});

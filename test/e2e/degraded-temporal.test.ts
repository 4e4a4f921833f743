import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { createClickHouse } from '../../clickhouse/client.ts';
import { deliveryShardWorkflowId } from '../../core/ids.ts';
import { freePort } from '../../dev/free-port.ts';
import { eventually } from '../support/eventually.ts';
import { placeBehindProxies, type FaultyPlace } from '../support/faulty-place.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal-server.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { begunByOtherCode, emptyNamespace } from './support/other-code.ts';
import { endCommands, runSluice, type RunningCommand } from './support/sluice-process.ts';
import { untilAccepted } from './support/webhook-team.ts';
import { Witness } from './support/witness.ts';

/** What docs/degradation.md says of a Temporal that is away or slow, of a release that does not fit, and of clocks that differ. */
jest.setTimeout(180_000);

/** Longer than the heartbeat time-out of a shard (10 s). */
const OUTAGE_MS = 13_000;
const SLOW_MS = 200;
const TIMEOUT_MS = 60_000;
const SKEW_MS = 600_000;

let temporal: TestTemporal;
let folder: string;
let clock: Record<string, string>;
let place: FaultyPlace;
let system: TestSystem;
let witness: Witness;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-clock-'));
  const preload = new URL('../support/skewed-clock.js', import.meta.url).href;
  clock = { NODE_OPTIONS: `--import=${preload}`, TEST_CLOCK_FILE: join(folder, 'ahead-ms') };
  await setClocks(0);
  temporal = await startTestTemporal();
  place = await placeBehindProxies({ temporalAddress: temporal.address });
  const env = { TEMPORAL_NAMESPACE: 'default', SLUICE_DELIVERY_SHARDS: '1', ...clock };
  system = await startTestSystem({ place, env });
  witness = await Witness.create(system, place);
  await witness.untilTaken(witness.events(1));
}, 120_000);
afterEach(async () => {
  await place.faults.heal();
  await setClocks(0);
});
afterAll(async () => {
  await endCommands();
  await witness.close();
  await system.stop();
  await temporal.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

/** Of server and worker, from now on. */
async function setClocks(aheadMs: number): Promise<void> {
  await writeFile(join(folder, 'ahead-ms'), String(aheadMs));
}

async function expectEventsFlow(): Promise<void> {
  const events = witness.events();
  await witness.untilTaken(events);
  await witness.untilDelivered(events);
}

interface StartedWorker {
  command: RunningCommand;
  /** Status and body of its `/readyz`. */
  readiness(): Promise<[number, unknown]>;
  /** What it has logged of Temporal. */
  logged(): string[];
  /** The text of its `/metrics`. */
  metrics(): Promise<string>;
}

async function startWorker(queues = 'deliveries', changes: Record<string, string> = {}): Promise<StartedWorker> {
  const port = String(await freePort());
  const env = { ...system.system.env, SLUICE_METRICS_PORT: port, SLUICE_LOG_LEVEL: 'info', ...changes };
  const command = runSluice(['worker', '--queues', queues], env);
  return {
    command,
    metrics: async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text(),
    readiness: async () => {
      const response = await fetch(`http://127.0.0.1:${port}/readyz`);
      return [response.status, await response.json()];
    },
    logged: () =>
      [...command.stdout().matchAll(/"msg":"(Temporal (?:does not )?answers?)\b/g)].map(([, said]) => said!),
  };
}

/** Of the API of a server that a test has started. */
async function ask(url: string, method: string, path: string, body?: object): Promise<Response> {
  const headers = { authorization: `Bearer ${witness.team.team.apiKey}`, 'content-type': 'application/json' };
  return fetch(`${url}/api/v1${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
}

async function endedInPeace(command: RunningCommand): Promise<void> {
  command.kill('SIGTERM');
  expect(await command.ended).toEqual({ code: 0, signal: null });
}

describe('Temporal', () => {
  test('away for longer than heartbeats may be: events flow, runs and retries wait and go on', async () => {
    const failures = ['worker', 'temporal_request_failure_total', { status_code: 'TRANSPORT_ERROR' }] as const;
    const ofServer = ['server', 'sluice_temporal_requests_total', { status: 'UNAVAILABLE' }] as const;
    const [minute, refusing] = [await witness.minute(), await witness.refusingHook()];
    const [failed, unanswered] = [await witness.metric(...failures), await witness.metric(...ofServer)];
    await witness.start(minute);
    await place.faults.cut('temporal');
    const cutAtMs = performance.now();
    const flaky = await witness.captureFlaky();
    await witness.untilReady(200, ['temporal']);
    while (performance.now() - cutAtMs < OUTAGE_MS) {
      await expectEventsFlow();
    }
    await witness.untilAbove(failed, ...failures);
    await eventually(async () => {
      await witness.untilReady(200, ['temporal']);
      expect(await witness.metric(...ofServer)).toBeGreaterThan(unanswered);
    });

    refusing.react(() => ({ status: 200 }));
    await place.faults.heal();
    await untilAccepted(refusing, [flaky], TIMEOUT_MS);
    expect(await witness.finished(minute)).toMatchObject({ status: 'completed', error: null });
    await expectEventsFlow();
    // Where a shard is given to another attempt, the old one may send for a moment beside it.
    await witness.expectAllArrived({ repeats: true });
  });

  test('away while processes start: the server captures and reads, workers wait, and all go on by themselves', async () => {
    const waiting = [503, { status: 'starting', away: ['temporal'] }];
    const webhook = { name: 'late', url: 'http://127.0.0.1:9/', events: ['nobody captures it'] };
    await place.faults.cut('temporal');
    const server = runSluice(['server'], { ...system.system.env, SLUICE_PORT: '0' });
    const [first, second] = [await startWorker(), await startWorker()];
    const url = /http:\/\/\S+/.exec(await server.line(/^server listens on /))?.[0] ?? '';
    const events = witness.events();
    expect(await witness.send(events, url)).toEqual([200, undefined]);
    await witness.untilDelivered(events);
    expect((await ask(url, 'GET', '/webhooks')).status).toBe(200);
    const isAway = async (): Promise<void> =>
      expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ok', away: ['temporal'] });
    await eventually(isAway, { timeoutMs: TIMEOUT_MS });
    const refused = await ask(url, 'POST', '/webhooks', webhook);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const problem = { status: 503, code: 'control_plane_unavailable', remedy: expect.any(String) };
    expect(await refused.json()).toMatchObject(problem);
    for (const { readiness, logged } of [first, second]) {
      await eventually(async () => expect(await readiness()).toEqual(waiting), { timeoutMs: TIMEOUT_MS });
      await eventually(() => expect(logged()).toEqual(['Temporal does not answer']), { timeoutMs: TIMEOUT_MS });
    }
    await endedInPeace(first.command);

    await place.faults.heal();
    expect(await second.command.line(/^worker serves /)).toBe('worker serves deliveries');
    const isReady = async (): Promise<void> =>
      expect(await second.readiness()).toEqual([200, { status: 'ok', away: [] }]);
    await eventually(isReady, { timeoutMs: TIMEOUT_MS });
    expect(second.logged().slice(0, 2)).toEqual(['Temporal does not answer', 'Temporal answers']);
    const created = async (): Promise<void> => expect((await ask(url, 'POST', '/webhooks', webhook)).status).toBe(201);
    await eventually(created, { timeoutMs: TIMEOUT_MS });
    await Promise.all([endedInPeace(server), endedInPeace(second.command)]);
    await expectEventsFlow();
    await witness.expectAllArrived({ repeats: true });
  });

  test('slow: everything goes on, later', async () => {
    const minute = await witness.minute();
    const before = await requestsOfWorker();
    await place.faults.delay('temporal', SLOW_MS);
    await witness.start(minute);
    await expectEventsFlow();
    await witness.untilReady(200, []);
    // What SluiceTemporalSlow asks for.
    const isSlow = async (): Promise<void> => {
      const { all, quick } = await requestsOfWorker();
      expect(all).toBeGreaterThan(before.all + 5);
      expect((quick - before.quick) / (all - before.all)).toBeLessThan(0.5);
    };
    await eventually(isSlow, { timeoutMs: TIMEOUT_MS, intervalMs: 500 });
    expect(await witness.finished(minute)).toMatchObject({ status: 'completed', error: null });
    await witness.expectAllArrived({ repeats: true });
  });
});

/** Requests of the worker to Temporal until now, and those that took less than half of what a slow one takes. */
async function requestsOfWorker(): Promise<{ all: number; quick: number }> {
  const latency = 'temporal_request_latency_seconds';
  return {
    all: await witness.metric('worker', `${latency}_count`),
    quick: await witness.metric('worker', `${latency}_bucket`, { le: '0.1' }),
  };
}

test('a release that does not fit open workflows: its worker shows the failures, and they wait for one that does', async () => {
  const { namespace, temporal: other } = await emptyNamespace(system.config.temporal);
  const workflowId = await begunByOtherCode(other);
  const { command, metrics } = await startWorker('workflows', { TEMPORAL_NAMESPACE: namespace });
  // What SluiceWorkflowTasksFailing asks for.
  const failures = /^temporal_workflow_task_execution_failed_total\{.*failure_reason="NonDeterminismError".*\} [1-9]/m;
  await eventually(async () => expect(await metrics()).toMatch(failures), { timeoutMs: TIMEOUT_MS });
  const handle = other.client.workflow.getHandle(workflowId);
  // The worker counts what it then tells Temporal.
  const isTold = async (): Promise<void> => {
    const { events } = await handle.fetchHistory();
    expect(events?.some(({ workflowTaskFailedEventAttributes: of }) => Boolean(of))).toBe(true);
  };
  await eventually(isTold, { timeoutMs: TIMEOUT_MS });
  expect((await handle.describe()).status.name).toBe('RUNNING');
  await endedInPeace(command);
  await other.close();
});

/** How often the shard's activity has been started. */
async function slices(): Promise<number> {
  const handle = system.temporal.client.workflow.getHandle(deliveryShardWorkflowId(0));
  const { events } = await handle.fetchHistory();
  return (events ?? []).filter(({ activityTaskScheduledEventAttributes: of }) => Boolean(of)).length;
}

/** What `sluice doctor` says of clocks on a machine whose clock is that of server and worker. */
async function clockFindings(): Promise<Record<string, string>> {
  const doctor = runSluice(['doctor', '--json'], { ...system.system.env, ...clock });
  await doctor.ended;
  const { checks } = JSON.parse(doctor.stdout()) as { checks: { check: string; status: string }[] };
  return Object.fromEntries(
    checks.filter(({ check }) => check.startsWith('clock.')).map(({ check, status }) => [check, status]),
  );
}

/** What an alert asks for: by how much ClickHouse's clock is ahead of those of worker and server. */
async function untilSkewed(byMs: number): Promise<void> {
  for (const name of ['worker', 'server'] as const) {
    await eventually(
      async () => {
        const shown = await witness.shown(name, 'sluice_clock_skew_seconds');
        expect(Math.abs(Number(shown) * 1_000 - byMs)).toBeLessThan(SKEW_MS / 100);
      },
      { timeoutMs: TIMEOUT_MS },
    );
  }
}

/** A request that the worker has stamped with a clock that is so far ahead. */
async function untilStamped(aheadMs: number): Promise<{ body: string; headers: Record<string, string> }> {
  return eventually(
    async () => {
      await expectEventsFlow();
      const request = witness.hook.receiver.requests.at(-1)!;
      const stampedMs = Number(request.headers['webhook-timestamp']) * 1_000;
      expect(Math.abs(stampedMs - Date.now() - aheadMs)).toBeLessThan(SKEW_MS / 2);
      return request;
    },
    { timeoutMs: TIMEOUT_MS },
  );
}

describe.each([
  ['ahead', SKEW_MS],
  ['behind', -SKEW_MS],
])('server and worker ten minutes %s of everything else', (_name, aheadMs) => {
  test('export, deliver and retry everything; receivers refuse their signatures, and doctor says so', async () => {
    const [minute, refusing] = [await witness.minute(), await witness.refusingHook()];
    const brief = await witness.refusingHook({ events: ['brief'], ttl_seconds: SKEW_MS / 2_000 });
    const before = await slices();
    await setClocks(aheadMs);
    const { body, headers } = await untilStamped(aheadMs);
    expect(() => new Webhook(witness.hook.secret).verify(body, headers)).toThrow(/timestamp/i);
    const findings = clockFindings();
    await untilSkewed(-aheadMs);

    const [flaky, [young = '']] = [await witness.captureFlaky(), await witness.team.capture([{ event: 'brief' }])];
    for (const hook of [refusing, brief]) {
      const handedOver = async (): Promise<void> => expect((await witness.team.state(hook)).open_retries).toBe(1);
      await eventually(handedOver, { timeoutMs: TIMEOUT_MS });
      hook.react(() => ({ status: 200 }));
    }
    await witness.start(minute);
    await untilAccepted(refusing, [flaky], TIMEOUT_MS);
    // Neither its first attempts nor its retry were made by a clock for which its time to live was over.
    await untilAccepted(brief, [young], TIMEOUT_MS);
    expect(await witness.finished(minute)).toMatchObject({ status: 'completed', error: null });
    expect(await findings).toMatchObject({ 'clock.clickhouse': 'fail', 'clock.postgresql': 'fail' });

    await setClocks(0);
    const request = await untilStamped(0);
    expect(() => new Webhook(witness.hook.secret).verify(request.body, request.headers)).not.toThrow();
    await untilSkewed(0);
    // Set back once, by ten minutes: what a shard times begins anew.
    await eventually(async () => expect(await slices()).toBeGreaterThan(before), { timeoutMs: TIMEOUT_MS });
    await witness.expectAllArrived({ repeats: true });
    // A busy machine may answer too late for a clock to be read.
    const isContent = async (): Promise<void> =>
      expect(await clockFindings()).toMatchObject({ 'clock.clickhouse': 'ok', 'clock.postgresql': 'ok' });
    await eventually(isContent, { timeoutMs: TIMEOUT_MS });
  });
});

/** When the event happened, as the webhook was told: it has no time of its own. */
function toldOf({ uuid }: { uuid: string }): number[] {
  return witness.hook.receiver.requests
    .map(({ body }) => (JSON.parse(body) as { data: { uuid: string; timestamp: string } }).data)
    .filter((data) => data.uuid === uuid)
    .map(({ timestamp }) => Date.parse(timestamp));
}

test.each([
  ['ahead', SKEW_MS],
  ['behind', -SKEW_MS],
])(
  'a server whose clock alone is ten minutes %s: its events are delivered among the others',
  async (_name, aheadMs) => {
    const file = join(folder, `server-ahead-ms-${String(aheadMs)}`);
    await writeFile(file, String(aheadMs));
    const server = runSluice(['server'], { ...system.system.env, ...clock, SLUICE_PORT: '0', TEST_CLOCK_FILE: file });
    const url = /http:\/\/\S+/.exec(await server.line(/^server listens on /))?.[0] ?? '';
    const [before, wrong, after] = [witness.events(), witness.events(), witness.events()];
    await witness.untilTaken(before);
    expect(await witness.send(wrong, url)).toEqual([200, undefined]);
    await witness.untilTaken(after);
    const all = [...before, ...wrong, ...after];
    await witness.untilDelivered(all);
    for (const event of all) {
      const told = toldOf(event);
      expect(told).toHaveLength(1);
      const offMs = wrong.includes(event) ? aheadMs : 0;
      expect(Math.abs(told[0]! - Date.now() - offMs)).toBeLessThan(SKEW_MS / 2);
    }
    // What reads by time of ingestion, exports for one, knows no clock but that of ClickHouse.
    const ch = createClickHouse({ ...system.config.clickhouse, url: place.direct.clickhouseUrl });
    const [ingested] = await ch.rows<{ count: number; offSeconds: number }>({
      sql: `SELECT count() AS count, max(abs(dateDiff('second', inserted_at, now64(6)))) AS offSeconds FROM event_log
      WHERE toString(uuid) IN {uuids:Array(String)}`,
      params: { uuids: wrong.map(({ uuid }) => uuid) },
    });
    await ch.close();
    expect(ingested).toMatchObject({ count: wrong.length });
    expect(ingested!.offSeconds).toBeLessThan(SKEW_MS / 2_000);
    await endedInPeace(server);
  },
);

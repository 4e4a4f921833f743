import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { startCollector, type CollectedSpan, type Collector } from '../emulators/otlp/collector.ts';
import { eventually } from '../support/eventually.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { quietRuntime } from '../workflows/environment.ts';
import { insertMany } from './support/export-events.ts';
import { newPlace } from './support/export-places.ts';
import { createExport, pastMinute, runMinute, type Run } from './support/export-runs.ts';
import { untilAccepted, WebhookTeam, type Hook } from './support/webhook-team.ts';

jest.setTimeout(120_000);

/** In everything that a user enters here. */
const CANARY = 'canary-5d2f81';
const { builtProgram } = globalThis as { builtProgram?: string[] };
const DIST = path.dirname(builtProgram?.[0] ?? '');

let collector: Collector;
let system: TestSystem;
let team: WebhookTeam;

beforeAll(async () => {
  quietRuntime();
  collector = await startCollector();
  system = await startTestSystem({
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20for%20the%20collector',
      OTEL_BSP_SCHEDULE_DELAY: '100',
    },
  });
  team = await WebhookTeam.create(system);
});
afterAll(async () => {
  await team.close();
  await system.stop();
  await collector.close();
});

/** Spans that fit, once there are as many. */
function spans(fits: (span: CollectedSpan) => boolean, atLeast = 1): Promise<CollectedSpan[]> {
  return eventually(
    () => {
      const found = collector.spans.filter(fits);
      if (found.length < atLeast) {
        throw new Error(`${String(found.length)} of ${String(atLeast)} spans; there are ${namesOf(collector.spans)}`);
      }
      return found;
    },
    { timeoutMs: 60_000 },
  );
}

function namesOf(all: CollectedSpan[]): string {
  return [...new Set(all.map(({ name }) => name))].sort().join(', ');
}

async function capture(uuid: string, headers: Record<string, string> = {}): Promise<void> {
  const event = { event: 'signed up', distinct_id: CANARY, uuid, properties: { note: CANARY } };
  const response = await fetch(`${system.system.apiUrl}/batch?ver=${CANARY}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ api_key: team.team.captureToken, batch: [event] }),
  });
  expect(response.status).toBe(200);
}

describe('an event, from capture to its webhook', () => {
  const uuid = randomUUID();
  const traceId = randomBytes(16).toString('hex');
  const caller = randomBytes(8).toString('hex');
  let hook: Hook;

  beforeAll(async () => {
    hook = await team.hook({ headers: { 'x-canary': CANARY }, retry_schedule_ms: [1_000] });
    await team.team.api('PATCH', `/webhooks/${hook.id}`, { url: `${hook.receiver.url}?token=${CANARY}` });
    hook.react(({ attempt }) => ({ status: attempt < 3 ? 500 : 200, body: CANARY }));
    await capture(uuid, { traceparent: `00-${traceId}-${caller}-01`, tracestate: `v=${CANARY}` });
    await untilAccepted(hook, [uuid]);
  });

  /** In their order. */
  async function attempts(): Promise<CollectedSpan[]> {
    const isAttempt = ({ name, attributes }: CollectedSpan): boolean =>
      name === 'webhook attempt' && attributes['sluice.event_uuid'] === uuid;
    const numberOf = ({ attributes }: CollectedSpan): number => Number(attributes['sluice.attempt']);
    return (await spans(isAttempt, 3)).sort((a, b) => numberOf(a) - numberOf(b));
  }

  test('capture goes on with the trace of its caller, and the insert is linked to it', async () => {
    const [request] = await spans((span) => span.traceId === traceId && span.kind === 2);
    expect(request).toMatchObject({ name: 'POST /batch', parentSpanId: caller, service: 'sluice-server' });
    expect(request?.attributes).toEqual({
      ...{ 'http.request.method': 'POST', 'http.route': '/batch', 'http.response.status_code': 200 },
    });
    const [store] = await spans(
      ({ name, attributes }) => name === 'capture store' && attributes['sluice.event_uuid'] === uuid,
    );
    expect(store).toMatchObject({ traceId, parentSpanId: request?.spanId, attributes: { 'sluice.events': 1 } });
    const links = { traceId, spanId: store?.spanId };
    const [insert] = await spans(
      (span) => span.name === 'capture insert' && span.links.some((link) => link.traceId === traceId),
    );
    expect(insert?.links).toContainEqual(links);
    expect(insert?.traceId).not.toBe(traceId);
  });

  test('each attempt of the shard is a trace of its own, found by the event’s uuid', async () => {
    const [first, second] = await attempts();
    expect(first).toMatchObject({ kind: 3, status: 2, parentSpanId: '', service: 'sluice-worker' });
    expect(first?.attributes).toMatchObject({
      'sluice.destination.kind': 'webhook',
      'sluice.destination.id': hook.id,
      'sluice.attempt': 1,
      'sluice.attempt.via': 'live',
      'sluice.attempt.class': 'retry',
      'error.type': 'http_500',
      'http.response.status_code': 500,
      'sluice.http.connect_ms': expect.any(Number),
      'sluice.http.first_byte_ms': expect.any(Number),
      'sluice.http.total_ms': expect.any(Number),
    });
    expect(second).toMatchObject({ parentSpanId: '', attributes: { 'sluice.attempt': 2 } });
    expect(second?.traceId).not.toBe(first?.traceId);
  });

  test('a retry is one with its workflow', async () => {
    const [, , third] = await attempts();
    expect(third).toMatchObject({
      status: 0,
      attributes: { 'sluice.attempt.class': 'delivered', 'sluice.attempt': 3 },
    });
    const [workflow] = await spans(
      ({ traceId, name }) => traceId === third?.traceId && name.startsWith('RunWorkflow:'),
    );
    expect(workflow?.name).toBe('RunWorkflow:retryDelivery');
    const [activity] = await spans(({ spanId }) => spanId === third?.parentSpanId);
    expect(activity?.name).toBe('RunActivity:attemptRetry');
  });
});

describe('a run of an export', () => {
  const STEPS = ['export plan', 'export load', 'export commit', 'export verify'];
  let run: Run;
  let exportId: string;
  let trace: CollectedSpan[];

  const called = (name: string | RegExp): CollectedSpan | undefined =>
    trace.find((span) => (typeof name === 'string' ? span.name === name : name.test(span.name)));
  const parentOf = (name: string): string | undefined =>
    trace.find(({ spanId }) => spanId === called(name)?.parentSpanId)?.name;

  beforeAll(async () => {
    const minute = pastMinute();
    await insertMany(system.clickhouse, team.team.teamId, minute, { rows: 100, bytes: 50 });
    exportId = await createExport(team.team.api, await newPlace('file', system), { name: CANARY });
    run = await runMinute(team.team.api, exportId, minute);
    const isRun = ({ name, attributes }: CollectedSpan): boolean =>
      name === 'RunWorkflow:batchExport' && attributes['workflowId'] === run.workflow_id;
    const [workflow] = await spans(isRun);
    // Each process tells of what it has done by itself, in parts.
    const parts = ['POST ', 'StartWorkflow:', 'StartActivity:loadChunks', 'RunActivity:loadChunks', ...STEPS];
    for (const part of parts) {
      await spans(({ traceId, name }) => traceId === workflow?.traceId && name.startsWith(part));
    }
    trace = collector.spans.filter(({ traceId }) => traceId === workflow?.traceId);
  });

  test('is one trace: the request, the workflow, its activities, their steps', () => {
    expect(parentOf('StartWorkflow:batchExport')).toMatch(/^POST \/api\/v1\/exports\/:\w+\/run$/);
    expect(parentOf('RunWorkflow:batchExport')).toBe('StartWorkflow:batchExport');
    expect(parentOf('StartActivity:loadChunks')).toBe('RunWorkflow:batchExport');
    expect(parentOf('RunActivity:loadChunks')).toBe('StartActivity:loadChunks');
    expect(parentOf('export load')).toBe('RunActivity:loadChunks');
  });

  test.each(STEPS)('%s says of what and how much', (name) => {
    expect(called(name)?.attributes).toEqual({
      ...{ 'sluice.export.id': exportId, 'sluice.run.id': run.id, 'sluice.run.generation': run.generation },
      ...{ 'sluice.destination.kind': 'file', 'sluice.destination.id': expect.any(String) },
      ...{ 'sluice.rows': 100, 'sluice.bytes': expect.any(Number) },
    });
  });

  test('is replayed by a worker without tracing', async () => {
    const history = await system.temporal.client.workflow.getHandle(run.workflow_id).fetchHistory();
    const codePath = path.join(DIST, 'workflow-bundle.js');
    await expect(Worker.runReplayHistory({ workflowBundle: { codePath } }, history)).resolves.toBeUndefined();
  });
});

test('nothing that a user entered, and no secret, is in a span', async () => {
  await team.team.api('GET', `/exports?search=${CANARY}`);
  await fetch(`${system.system.apiUrl}/nowhere/${CANARY}?${CANARY}`);
  await spans(({ attributes }) => attributes['http.response.status_code'] === 404);
  expect(collector.headers['authorization']).toBe('Bearer for the collector');
  const all = collector.bodies.join('\n');
  expect(all).toContain('webhook attempt');
  const secrets = [CANARY, team.team.apiKey, team.team.captureToken, '127.0.0.1', 'Bearer'];
  expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
});

describe('a collector that', () => {
  const complaints = async (): Promise<number> => {
    const texts = ['server', 'worker'].map((name) => path.join(system.directory, 'data', 'logs', `${name}.log`));
    const logs = await Promise.all(texts.map((file) => readFile(file, 'utf8')));
    return logs.join('').split('traces could not be exported').length - 1;
  };

  test('refuses hurts nothing, and is complained of once a minute and process', async () => {
    collector.mode = 'refuse';
    const hook = await team.hook();
    const before = collector.bodies.length;
    const begunMs = performance.now();
    for (let refused = 0; refused < 10; refused = collector.bodies.length - before) {
      const uuid = randomUUID();
      await capture(uuid);
      await untilAccepted(hook, [uuid]);
    }
    const minutes = Math.ceil((performance.now() - begunMs) / 60_000);
    await eventually(async () => expect(await complaints()).toBeGreaterThan(0));
    expect(await complaints()).toBeLessThanOrEqual(2 * (minutes + 1));
  });

  test('never answers hurts nothing', async () => {
    collector.mode = 'hang';
    const hook = await team.hook();
    const before = collector.bodies.length;
    for (let taken = 0; taken < 1; taken = collector.bodies.length - before) {
      const uuid = randomUUID();
      await capture(uuid);
      await untilAccepted(hook, [uuid]);
    }
    const uuid = randomUUID();
    await capture(uuid);
    await untilAccepted(hook, [uuid]);
    expect(hook.receiver.requests.length).toBeGreaterThan(1);
  });
});

/** Modules below node_modules that are loaded once the code has run. The API itself is loaded by others: it is empty. */
async function packagesLoadedBy(code: string): Promise<string[]> {
  const listed = `
    const { default: { _cache } } = await import('node:module');
    const loaded = Object.keys(_cache).map((file) => /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(file)?.[1]);
    console.log(JSON.stringify([...new Set(loaded)]));
    process.exit(0);`;
  const args = ['--input-type=module', '--eval', `${code};${listed}`];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: DIST });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as string[];
}

test('without an endpoint no package of OpenTelemetry is loaded', async () => {
  const of = (packages: string[]): string[] =>
    packages.filter((name) => /opentelemetry/.test(name) && name !== '@opentelemetry/api').sort();
  const start = (settings: string): string => `
    const { startTracing } = await import('./observability/tracing.js');
    await startTracing(${settings}, { service: 'test', takesRequests: true, logger: console })`;
  const settings = { endpoint: collector.url, headers: {}, resource: {}, sampler: 'always_on', ratio: 1 };
  const roots = "await import('./server.js'); await import('./worker.js');";
  const [off, on] = await Promise.all([
    packagesLoadedBy(roots + start('undefined')),
    packagesLoadedBy(start(JSON.stringify(settings))),
  ]);
  expect(off).toContain('@temporalio/worker');
  expect(of(off)).toEqual([]);
  expect(of(on)).toContain('@temporalio/interceptors-opentelemetry');
});

import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Fastify from 'fastify';
import { SluiceError } from '../../core/errors.ts';
import type { TracingSettings } from '../../core/tracing-settings.ts';
import { startCollector, type CollectedSpan, type Collector } from '../../test/emulators/otlp/collector.ts';
import { eventually } from '../../test/support/eventually.ts';
import { createLogger } from '../logger.ts';
import { NO_TRACING } from '../spans.ts';
import { startTracing, type ProcessTracing } from '../tracing.ts';

let collector: Collector;
let lines: string[];

beforeEach(async () => {
  collector = await startCollector();
  lines = [];
});
afterEach(() => collector.close());

function start(settings: Partial<TracingSettings> = {}, takesRequests = true): Promise<ProcessTracing> {
  const logger = createLogger({ name: 'test', level: 'warn', write: (line) => void lines.push(line) });
  const defaults = { endpoint: `${collector.url}/`, headers: {}, serviceName: undefined, resource: {}, ratio: 1 };
  const process = { service: 'test', takesRequests, logger };
  return startTracing({ ...defaults, sampler: 'parentbased_always_on', ...settings }, process);
}

const byName = (name: string): CollectedSpan | undefined => collector.spans.find((span) => span.name === name);

describe('spans', () => {
  test('are children of the span that is open, unless they are apart', async () => {
    const tracing = await start({ serviceName: 'mine', headers: { 'x-token': 't' } });
    await tracing.span('outer', { attributes: { 'sluice.rows': 1 } }, async () => {
      const mark = tracing.mark();
      await tracing.span('inner', { outbound: true }, async (span) => {
        span.set({ 'sluice.bytes': 2, 'sluice.events': undefined });
        await Promise.resolve();
        tracing.annotate({ 'sluice.rows': 3 });
      });
      await tracing.span('beside', { apart: true, causes: mark ? [mark] : [] }, async () => undefined);
      await tracing.apart(() => tracing.span('elsewhere', {}, async () => undefined));
    });
    await tracing.stop();
    const outer = byName('outer');
    expect(outer).toMatchObject({ parentSpanId: '', service: 'mine', attributes: { 'sluice.rows': 1 } });
    expect(byName('inner')).toMatchObject({ traceId: outer?.traceId, parentSpanId: outer?.spanId, kind: 3 });
    expect(byName('inner')?.attributes).toEqual({ 'sluice.bytes': 2, 'sluice.rows': 3 });
    const link = { traceId: outer?.traceId, spanId: outer?.spanId };
    expect(byName('beside')).toMatchObject({ parentSpanId: '', links: [link] });
    expect(byName('elsewhere')).toMatchObject({ parentSpanId: '', links: [] });
    expect(new Set(collector.spans.map(({ traceId }) => traceId)).size).toBe(3);
    expect(collector.headers['x-token']).toBe('t');
  });

  test('say which code ended them, and what was thrown goes on', async () => {
    const tracing = await start();
    const fault = { retryable: false, fault: 'customer' } as const;
    const error = new SluiceError({ code: 's3_bucket_missing', message: 'canary', ...fault });
    await expect(tracing.span('failing', {}, () => Promise.reject(error))).rejects.toBe(error);
    await expect(tracing.span('thrown', {}, () => Promise.reject(new TypeError('canary')))).rejects.toThrow('canary');
    await tracing.stop();
    expect(byName('failing')).toMatchObject({ status: 2, attributes: { 'error.type': 's3_bucket_missing' } });
    expect(byName('thrown')).toMatchObject({ status: 2, attributes: { 'error.type': 'TypeError' } });
    expect(collector.bodies.join()).not.toContain('canary');
  });

  test('are thinned out by trace, as traceidratio says', async () => {
    const none = await start({ sampler: 'traceidratio', ratio: 0 });
    await none.span('none', {}, async () => undefined);
    await none.stop();
    expect(collector.bodies).toEqual([]);
    const half = await start({ sampler: 'traceidratio', ratio: 0.5 });
    for (let index = 0; index < 200; index += 1) {
      await half.span('outer', {}, () => half.span('inner', {}, async () => undefined));
    }
    await half.stop();
    const traces = new Set(collector.spans.map(({ traceId }) => traceId));
    // 200 coins: outside of this once in 10^9 runs.
    expect(traces.size).toBeGreaterThan(55);
    expect(traces.size).toBeLessThan(145);
    expect(collector.spans).toHaveLength(2 * traces.size);
  });
});

describe('requests', () => {
  const traceId = randomBytes(16).toString('hex');

  async function server(tracing: ProcessTracing) {
    const app = Fastify();
    tracing.traceRequests(app);
    app.get('/healthz', () => 'ok');
    app.get('/broken', () => Promise.reject(new Error('canary')));
    app.post('/things/:id', () => tracing.span('within', {}, async () => 'done'));
    await app.ready();
    return app;
  }

  test('are spans by route and status, under the caller’s trace, and what they do is below them', async () => {
    const tracing = await start();
    const app = await server(tracing);
    const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01`, tracestate: 'v=canary', 'x-secret': 'canary' };
    await app.inject({ method: 'POST', url: '/things/canary?q=canary', headers, payload: { body: 'canary' } });
    await app.inject({ method: 'GET', url: '/broken' });
    await app.inject({ method: 'GET', url: '/healthz' });
    await app.inject({ method: 'GET', url: '/canary' });
    await app.close();
    await tracing.stop();
    const request = byName('POST /things/:id');
    expect(request).toMatchObject({ traceId, parentSpanId: '00f067aa0ba902b7', kind: 2, status: 0 });
    expect(request?.attributes).toMatchObject({ 'http.route': '/things/:id', 'http.response.status_code': 200 });
    expect(byName('within')).toMatchObject({ traceId, parentSpanId: request?.spanId });
    expect(byName('GET /broken')).toMatchObject({ status: 2, attributes: { 'http.response.status_code': 500 } });
    expect(byName('GET')).toMatchObject({ attributes: { 'http.response.status_code': 404 } });
    expect(collector.spans).toHaveLength(4);
    expect(collector.bodies.join()).not.toContain('canary');
  });

  test('whose caller keeps no trace are not kept either', async () => {
    const tracing = await start();
    const app = await server(tracing);
    const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-00` };
    expect((await app.inject({ method: 'POST', url: '/things/1', headers, payload: {} })).body).toBe('done');
    await app.close();
    await tracing.stop();
    expect(collector.bodies).toEqual([]);
  });
});

describe('a collector that', () => {
  test('refuses is complained of once, and work goes on', async () => {
    collector.mode = 'refuse';
    const tracing = await start();
    // A full batch is sent at once.
    for (let span = 0; span < 2_000; span += 1) {
      expect(await tracing.span('work', {}, async () => span)).toBe(span);
    }
    await eventually(() => expect(collector.bodies.length).toBeGreaterThan(1));
    await tracing.stop();
    expect(lines.map((line) => JSON.parse(line) as Record<string, unknown>)).toEqual([
      expect.objectContaining({ level: 'warn', reason: '400: Bad Request', quiet: 0 }),
    ]);
  });

  test('never answers keeps a process from stopping for three seconds, not for ever', async () => {
    collector.mode = 'hang';
    const tracing = await start();
    await tracing.span('work', {}, async () => undefined);
    const stopped = tracing.stop().then(() => 'stopped');
    await eventually(() => expect(collector.bodies).toHaveLength(1));
    await expect(stopped).resolves.toBe('stopped');
  });

  test('is not there is complained of, too', async () => {
    const tracing = await start({ endpoint: 'http://127.0.0.1:9' });
    await tracing.span('work', {}, async () => undefined);
    await tracing.stop();
    expect(lines.join()).toContain('ECONNREFUSED');
  });
});

test('without settings nothing is traced', async () => {
  const logger = createLogger({ name: 'test', level: 'fatal' });
  const tracing = await startTracing(undefined, { service: 'test', takesRequests: true, logger });
  expect([tracing.on, tracing.mark(), tracing.workflowModules, tracing.worker]).toEqual([false, undefined, [], {}]);
  const nothing = await NO_TRACING.span('x', {}, async (span) => {
    span.fail('y');
    span.set({});
    return NO_TRACING.apart(() => 1);
  });
  expect(nothing).toBe(1);
  await tracing.stop();
});

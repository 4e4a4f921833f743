import { expect, test } from '@jest/globals';
import { createMetrics } from './metrics.ts';
import { serveMetrics, type ProcessState } from './metrics-server.ts';

test('shows the metrics on /metrics only, and nothing without a port', async () => {
  const metrics = createMetrics({ runtime: false });
  metrics.captureAccepted(3);
  expect(await serveMetrics(metrics, { host: '127.0.0.1' })).toBeUndefined();
  const server = await serveMetrics(metrics, { host: '127.0.0.1', port: 0 });
  try {
    const response = await fetch(server?.url ?? '');
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await response.text()).toContain('sluice_capture_events_total 3');
    for (const path of ['/', '/readyz']) {
      expect((await fetch(new URL(path, server?.url))).status).toBe(404);
    }
  } finally {
    await server?.close();
  }
});

test('says on /healthz that the process lives, although metrics and readiness do not answer', async () => {
  const silent = { ...createMetrics({ runtime: false }), text: () => new Promise<string>(() => undefined) };
  const broken = (): ProcessState => {
    throw new Error('asked for its state');
  };
  const server = await serveMetrics(silent, { host: '127.0.0.1', port: 0 }, broken);
  try {
    const response = await fetch(new URL('/healthz', server?.url));
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  } finally {
    await server?.close();
  }
});

test('says on /readyz whether the process does its work, and what it waits for', async () => {
  const metrics = createMetrics({ runtime: false });
  let state: ProcessState = { ready: false, away: ['temporal'] };
  const server = await serveMetrics(metrics, { host: '127.0.0.1', port: 0 }, () => state);
  const ask = async (): Promise<[number, unknown]> => {
    const response = await fetch(new URL('/readyz', server?.url));
    return [response.status, await response.json()];
  };
  try {
    expect(await ask()).toEqual([503, { status: 'starting', away: ['temporal'] }]);
    state = { ready: true, away: [] };
    expect(await ask()).toEqual([200, { status: 'ok', away: [] }]);
  } finally {
    await server?.close();
  }
});

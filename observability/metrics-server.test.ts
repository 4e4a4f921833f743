import { expect, test } from '@jest/globals';
import { createMetrics } from './metrics.ts';
import { serveMetrics } from './metrics-server.ts';

test('shows the metrics on /metrics only, and nothing without a port', async () => {
  const metrics = createMetrics({ runtime: false });
  metrics.captureAccepted(3);
  expect(await serveMetrics(metrics, { host: '127.0.0.1' })).toBeUndefined();
  const server = await serveMetrics(metrics, { host: '127.0.0.1', port: 0 });
  try {
    const response = await fetch(server?.url ?? '');
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await response.text()).toContain('sluice_capture_events_total 3');
    expect((await fetch(new URL('/', server?.url))).status).toBe(404);
  } finally {
    await server?.close();
  }
});

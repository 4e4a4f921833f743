import { get } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Runtime, type RuntimeOptions } from '@temporalio/worker';
import type { Logger } from './logger.ts';
import { temporalLogger } from './temporal-logger.ts';

const LOOPBACK = '127.0.0.1';
const READ_TIMEOUT_MS = 4_000;

/**
 * Installs the SDK's runtime with our logger and, where metrics are shown, its own metrics: pollers, slots, latencies.
 * The runtime shows them on a port of its own, on loopback; what is answered reads them for our `/metrics`, and is
 * empty when they cannot be read.
 */
export async function installTemporalRuntime(
  logger: Logger,
  options: { metrics: boolean },
): Promise<() => Promise<string>> {
  const runtime: RuntimeOptions = { logger: temporalLogger(logger), shutdownSignals: [] };
  if (!options.metrics) {
    Runtime.install(runtime);
    return () => Promise.resolve('');
  }
  const bindAddress = `${LOOPBACK}:${String(await unusedPort())}`;
  const prometheus = { bindAddress, countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true };
  Runtime.install({ ...runtime, telemetryOptions: { metrics: { prometheus } } });
  return async () => {
    try {
      return await read(`http://${bindAddress}/metrics`);
    } catch (error) {
      logger.warn({ err: error }, "the metrics of Temporal's runtime could not be read");
      return '';
    }
  };
}

/** The runtime does not say which port it took when it is given 0. */
async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, LOOPBACK, resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function read(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { timeout: READ_TIMEOUT_MS }, (response) => {
      text(response).then(resolve, reject);
    });
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', reject);
  });
}

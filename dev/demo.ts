import { PostHog } from 'posthog-node';
import { createClickHouse } from '../clickhouse/client.ts';
import { loadConfig } from '../config.ts';
import { grantTeam } from '../setup.ts';
import { apiClient, type ApiCall } from './api-client.ts';
import { ensureConsole } from './console.ts';
import { createDemo, DEMO_EVENTS, FLAKY_FOR_MS, type Demo } from './demo-objects.ts';
import { allAgree, demoResult, type DemoResult, resultTable } from './demo-result.ts';
import { addresses, devDataDir, devPorts, externalAddresses } from './run-dev.ts';
import { startSystem, type System } from './system.ts';
import { waitUntil } from './wait-until.ts';

export interface DemoOptions {
  s3?: boolean;
  json?: boolean;
  exit?: boolean;
}

/** A minute until the interval ends, the wait for late rows, and room for a slow machine. */
const EVERYTHING_ARRIVES_MS = 8 * 60_000;
/** Shorter than in production: the demo's inserts take milliseconds. Both together keep the rule that config checks. */
const QUICK = { SLUICE_VISIBILITY_BOUND_MS: '8000', SLUICE_CAPTURE_INSERT_TIMEOUT_MS: '6000' };

/** Real events through capture, ClickHouse, Temporal, a scheduled export and two webhooks. Returns the exit code. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const progress = (line: string): void => {
    console.error(line);
  };
  await ensureConsole(progress);
  const system = await startSystem({
    dataDir: devDataDir(process.env),
    s3: options.s3 ?? false,
    external: externalAddresses(process.env),
    ports: devPorts(process.env),
    supervise: true,
    env: QUICK,
    onProgress: progress,
  });
  const stopped = untilSignal();
  try {
    const ran = await Promise.race([showEverything(system, options, progress), stopped]);
    if (ran === undefined) {
      return 130;
    }
    if (options.exit !== true) {
      progress('Ctrl-C ends it.');
      await stopped;
    }
    return ran;
  } finally {
    await system.stop();
  }
}

async function showEverything(system: System, options: DemoOptions, progress: (line: string) => void): Promise<number> {
  // A team of its own, so that a second demo on the same data counts from zero.
  const access = await grantTeam(loadConfig(system.env), `Demo ${new Date().toISOString()}`);
  const api = apiClient(system.apiUrl, access.apiKey);
  const demo = await createDemo(system, api, access.teamId);
  try {
    progress(`sending ${String(DEMO_EVENTS)} events with posthog-node`);
    await sendEvents(system.apiUrl, access.captureToken);
    progress(`waiting for exports and deliveries (one endpoint answers 500 for ${String(FLAKY_FOR_MS / 1_000)} s)`);
    const result = await waitForEverything(system, api, demo, progress);
    print(result, system, options);
    return result.ok ? 0 : 1;
  } finally {
    await demo.close();
  }
}

async function sendEvents(host: string, token: string): Promise<void> {
  const posthog = new PostHog(token, { host, flushAt: 250, flushInterval: 500, disableGeoip: true });
  for (let index = 0; index < DEMO_EVENTS; index += 1) {
    posthog.capture({
      distinctId: `user-${String(index % 500)}`,
      event: index % 10 === 0 ? 'order placed' : 'page viewed',
      properties: { index, path: `/articles/${String(index % 97)}`, note: 'Zoë said "hi" ☃\n' },
    });
  }
  await posthog.shutdown(60_000);
}

async function waitForEverything(
  system: System,
  api: ApiCall,
  demo: Demo,
  progress: (line: string) => void,
): Promise<DemoResult> {
  const clickhouse = createClickHouse(loadConfig(system.env).clickhouse);
  let result: DemoResult | undefined;
  let shown = '';
  try {
    await waitUntil(
      async () => {
        result = await demoResult(api, clickhouse, demo);
        const line = progressLine(result);
        if (line !== shown) {
          shown = line;
          progress(line);
        }
        if (!allAgree(result)) {
          throw new Error(line);
        }
      },
      { what: 'the demo', timeoutMs: EVERYTHING_ARRIVES_MS, intervalMs: 1_000 },
    );
  } catch (error) {
    progress(String(error));
  } finally {
    await clickhouse.close();
  }
  if (result === undefined) {
    throw new Error('the demo could not read its results');
  }
  return { ...result, ok: allAgree(result) };
}

function progressLine({ events, exports, webhooks }: DemoResult): string {
  return [
    `stored ${String(events.stored)}`,
    ...exports.map(({ destination, rows }) => `${destination} ${String(rows)}`),
    ...webhooks.map(({ name, delivered }) => `${name} ${String(delivered)}`),
  ].join(' · ');
}

function print(result: DemoResult, system: System, options: DemoOptions): void {
  const { apiUrl, consoleUrl, temporalUiUrl } = addresses(system);
  const table = `${resultTable(result)}\n\nConsole      ${consoleUrl ?? ''}\nAPI          ${apiUrl ?? ''}\nTemporal UI  ${temporalUiUrl ?? '(external)'}`;
  if (options.json === true) {
    console.error(table);
    console.log(JSON.stringify(result));
  } else {
    console.log(table);
  }
}

function untilSignal(): Promise<undefined> {
  return new Promise((resolve) => {
    const end = (): void => {
      resolve(undefined);
    };
    process.once('SIGINT', end);
    process.once('SIGTERM', end);
  });
}

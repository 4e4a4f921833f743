import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '../../dev/wait-until.ts';
import { createMinuteExport } from '../../test/chaos/proxied-system.ts';
import type { Target } from '../../test/chaos/targets.ts';
import { startCapture, type Captured } from './capture.ts';
import { startEndpoints, type Endpoint, type Endpoints } from './endpoints.ts';
import { strike, type Strike } from './faults.ts';
import { neverLogged, readLogged } from './log-lag.ts';
import { watchMemory, type Life } from './memory.ts';
import type { SoakSystem } from './system.ts';

export interface SoakOptions {
  minutes: number;
  eventsPerSecond: number;
  quick: boolean;
  onProgress(line: string): void;
}

export interface Webhook extends Endpoint {
  destinationId: string;
}

export interface SoakExport {
  exportId: string;
  target: Target;
}

export interface Soaked {
  captured: Readonly<Captured>;
  webhooks: readonly Webhook[];
  exports: readonly SoakExport[];
  strikes: readonly Strike[];
  lives: readonly Life[];
  /** Answers that the log of attempts has no row of, in the order of the webhooks. */
  neverLogged: readonly number[];
}

/** Requests to one endpoint at the same time. */
export const CONCURRENCY = 16;
/** Retried events come back soon after an endpoint's recovery. */
const RETRY_SCHEDULE_MS = [5_000, ...Array.from({ length: 29 }, () => 30_000)];
/** Shares of the time: until the first fault, and until the last one. What follows shows whether memory grows. */
const FAULTS_FROM = 0.1;
const FAULTS_UNTIL = 0.6;
const BREAK_MS = 30_000;
const QUICK_BREAK_MS = 5_000;
/** Probes of a suspended endpoint are up to five minutes apart; the gap detector waits ten. */
const SETTLED_WITHIN_MS = 30 * 60_000;
const LOOK_EVERY_MS = 1_000;
const MS_PER_MINUTE = 60_000;

/** Steady load with faults in its first part; resolves when everything that was sent has arrived, or was given up. */
export async function soak(system: SoakSystem, options: SoakOptions): Promise<Soaked> {
  const { minutes, onProgress } = options;
  let startedMs = Number.POSITIVE_INFINITY;
  const elapsed = (): number => Math.max(0, (performance.now() - startedMs) / (minutes * MS_PER_MINUTE));
  const endpoints = await startEndpoints(elapsed);
  try {
    const webhooks = await createWebhooks(system, endpoints);
    const exports = await createExports(system);
    const memory = watchMemory(system.processes, onProgress);
    const capturing = startCapture(system.system, options.eventsPerSecond);
    startedMs = performance.now();
    const untilShare = (share: number): Promise<void> =>
      sleep(Math.max(0, share - elapsed()) * minutes * MS_PER_MINUTE);
    await untilShare(FAULTS_FROM);
    const strikes = await strike(system, {
      breakMs: options.quick ? QUICK_BREAK_MS : BREAK_MS,
      goesOn: () => elapsed() < FAULTS_UNTIL,
      readLogged: (afterMs) => readLogged(system.clickhouse, afterMs),
      endpoints: webhooks,
      onProgress,
    });
    await untilShare(1);
    await capturing.end();
    memory.end();
    const { captured } = capturing;
    onProgress(`${String(captured.sentMs.size)} events are sent; waiting until they have arrived`);
    await settle(system, { captured, webhooks, exports, onProgress });
    const lost = webhooks.map(({ destinationId, answers }) => neverLogged(system.clickhouse, destinationId, answers));
    return { captured, webhooks, exports, strikes, lives: memory.lives, neverLogged: await Promise.all(lost) };
  } finally {
    endpoints.close();
  }
}

async function createWebhooks({ api }: SoakSystem, { all }: Endpoints): Promise<Webhook[]> {
  return Promise.all(
    all.map(async (endpoint) => {
      const { name, url } = endpoint;
      const settings = { max_concurrency: CONCURRENCY, retry_schedule_ms: RETRY_SCHEDULE_MS };
      const { id } = await api<{ id: string }>('POST', '/webhooks', { name, url, ...settings });
      return Object.assign(endpoint, { destinationId: id });
    }),
  );
}

async function createExports({ api, targets }: SoakSystem): Promise<SoakExport[]> {
  return Promise.all(targets.map(async (target) => ({ target, exportId: await createMinuteExport(api, target, {}) })));
}

/** What does not arrive in time is counted as lost. */
async function settle(
  { api }: SoakSystem,
  { captured, webhooks, exports, onProgress }: Pick<Soaked, 'captured' | 'webhooks' | 'exports'> & SoakProgress,
): Promise<void> {
  const nowMs = Date.now();
  const waits = [
    ...webhooks.map(({ name, firstMs }) =>
      untilThere(name, onProgress, async () => {
        const missing = captured.sentMs.size - firstMs.size;
        refuse(missing > 0, `${String(missing)} events are missing`);
      }),
    ),
    ...exports.map(({ exportId, target }) =>
      untilThere(target.name, onProgress, async () => {
        const { completeness } = await api<{ completeness: { complete_until: string } }>('GET', `/exports/${exportId}`);
        refuse(Date.parse(completeness.complete_until) < nowMs, `complete until ${completeness.complete_until} only`);
      }),
    ),
  ];
  await Promise.all(waits);
}

interface SoakProgress {
  onProgress(line: string): void;
}

function refuse(isWrong: boolean, message: string): void {
  if (isWrong) {
    throw new Error(message);
  }
}

async function untilThere(what: string, onProgress: (line: string) => void, probe: () => Promise<void>): Promise<void> {
  try {
    await waitUntil(probe, { what, timeoutMs: SETTLED_WITHIN_MS, intervalMs: LOOK_EVERY_MS });
    onProgress(`${what} has everything`);
  } catch (error) {
    onProgress(String(error));
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '../../dev/wait-until.ts';
import type { Endpoint, EndpointName } from './endpoints.ts';
import { behindAt, type Behind, type LoggedRows } from './log-lag.ts';
import { WORKERS, type ProcessName, type SoakSystem } from './system.ts';

/** In turn; the first comes first in a short run. */
const FAULTS = ['rolling deploy', 'kill worker', 'reset clickhouse', 'kill server', 'reset postgres'] as const;
export type Fault = (typeof FAULTS)[number];

/** Times are Date.now(). */
export interface Strike {
  fault: Fault;
  /** Just before it. */
  fromMs: number;
  /** Everything is back. */
  untilMs: number;
  /** At the kill of a worker, by endpoint: how far the log of attempts was behind. */
  behind?: ReadonlyMap<EndpointName, Behind>;
}

export interface StrikeOptions {
  /** From the end of one to the next. */
  breakMs: number;
  goesOn(): boolean;
  /** Looks at the log of attempts, just before a worker is killed. `afterMs`: when the kill before it was over. */
  readLogged(afterMs: number): Promise<LoggedRows>;
  endpoints: readonly Endpoint[];
  onProgress(line: string): void;
}

const RESET_MS = 300;
/** A worker finishes what is in flight (35 s), and a supervisor starts it again. */
const BACK_WITHIN_MS = 120_000;

/** One fault after another, each at least once, however long that takes. */
export async function strike(soak: SoakSystem, options: StrikeOptions): Promise<Strike[]> {
  const strikes: Strike[] = [];
  for (let turn = 0; turn < FAULTS.length || options.goesOn(); turn += 1) {
    const fault = FAULTS[turn % FAULTS.length] ?? 'kill worker';
    const isKill = fault === 'kill worker';
    const logged = isKill ? await options.readLogged(endOfLastKill(strikes)) : undefined;
    const fromMs = Date.now();
    await ACTIONS[fault](soak, turn);
    const untilMs = Date.now();
    const behind = logged && behindOf(fromMs, options.endpoints, logged);
    strikes.push({ fault, fromMs, untilMs, ...(behind && { behind }) });
    options.onProgress(`${fault}: everything is back after ${String(untilMs - fromMs)} ms`);
    await sleep(options.breakMs);
  }
  return strikes;
}

function endOfLastKill(strikes: readonly Strike[]): number {
  return strikes.findLast(({ fault }) => fault === 'kill worker')?.untilMs ?? 0;
}

function behindOf(killMs: number, endpoints: readonly Endpoint[], logged: LoggedRows): Map<EndpointName, Behind> {
  return new Map(endpoints.map(({ name, latest }) => [name, behindAt(killMs, latest, logged)]));
}

const ACTIONS: Record<Fault, (soak: SoakSystem, turn: number) => Promise<void>> = {
  'rolling deploy': async (soak) => {
    for (const name of WORKERS) {
      await restart(soak, name, 'SIGTERM');
    }
  },
  'kill worker': (soak, turn) =>
    restart(soak, WORKERS[Math.floor(turn / FAULTS.length) % WORKERS.length] ?? 'worker', 'SIGKILL'),
  'kill server': (soak) => restart(soak, 'server', 'SIGKILL'),
  'reset clickhouse': ({ proxies }) => proxies.reset('clickhouse', RESET_MS),
  'reset postgres': ({ proxies }) => proxies.reset('postgres', RESET_MS),
};

/** Ends the process; resolves when its successor is ready. */
async function restart({ processes, system }: SoakSystem, name: ProcessName, signal: NodeJS.Signals): Promise<void> {
  const service = processes[name];
  const { pid } = service;
  if (pid === undefined) {
    throw new Error(`${name} is down before its turn`);
  }
  process.kill(pid, signal);
  const url = new URL(name === 'server' ? '/metrics' : '/readyz', system.metricsUrls[name]);
  await waitUntil(
    async () => {
      if (service.pid === undefined || service.pid === pid) {
        throw new Error('it has not been started again yet');
      }
      const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
      await response.arrayBuffer();
      if (!response.ok) {
        throw new Error(`it answers ${String(response.status)}`);
      }
    },
    { what: `${name} after ${signal}`, timeoutMs: BACK_WITHIN_MS, intervalMs: 100 },
  );
}

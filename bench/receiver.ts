import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { hostOf } from './loopback-hosts.ts';
import type { Misbehaviour, ReceiverMessage, ReceiverStats } from './receiver-process.ts';

export interface BenchReceiver {
  /** Different paths, one server: `url(3)` is another endpoint than `url(4)`. */
  url(index: number): string;
  /** URLs of so many hosts, addresses of the loopback network; the path says which endpoint it is. */
  hosts(count: number): Promise<string[]>;
  /** Until it is told otherwise. */
  misbehave(how: Misbehaviour): Promise<void>;
  /** Counts what was answered 200. */
  stats(): Promise<ReceiverStats>;
  /** Counts from 0 again. */
  reset(): Promise<void>;
  /** Waits for so many requests since `reset`. */
  received(requests: number, timeoutMs: number): Promise<ReceiverStats>;
  close(): void;
}

const PROGRAM = fileURLToPath(new URL('receiver-process.ts', import.meta.url));
const ASK_EVERY_MS = 100;

export async function startBenchReceiver(): Promise<BenchReceiver> {
  const child = fork(PROGRAM, { execArgv: ['--import', import.meta.resolve('tsx')] });
  const [port] = (await once(child, 'message')) as [number];
  const ask = async (message: ReceiverMessage): Promise<ReceiverStats> => {
    child.send(message);
    const [answer] = (await once(child, 'message')) as [ReceiverStats];
    return answer;
  };
  const stats = (): Promise<ReceiverStats> => ask('stats');
  return {
    url: (index) => `http://127.0.0.1:${String(port)}/hook/${String(index)}`,
    hosts: async (count) => {
      await ask({ hosts: count });
      return Array.from(
        { length: count },
        (_, index) => `http://${hostOf(index)}:${String(port)}/hook/${String(index)}`,
      );
    },
    misbehave: async (how) => {
      await ask(how);
    },
    stats,
    reset: async () => {
      await ask('reset');
    },
    received: (requests, timeoutMs) => waitFor(stats, requests, timeoutMs),
    close: () => {
      child.disconnect();
    },
  };
}

async function waitFor(
  stats: () => Promise<ReceiverStats>,
  requests: number,
  timeoutMs: number,
): Promise<ReceiverStats> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const now = await stats();
    if (now.requests >= requests) {
      return now;
    }
    if (performance.now() > deadlineMs) {
      throw new Error(`${String(now.requests)} of ${String(requests)} requests came within ${String(timeoutMs)} ms`);
    }
    await sleep(ASK_EVERY_MS);
  }
}

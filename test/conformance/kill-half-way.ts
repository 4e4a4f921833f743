import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SessionContext } from '../../destinations/contract.ts';

const CHILD = fileURLToPath(new URL('./loading-child.ts', import.meta.url));

/** Loads a chunk in a process of its own and kills it with SIGKILL when it has written a share of the bytes. */
export async function loadAndKill(order: {
  kind: string;
  config: unknown;
  context: SessionContext;
  chunkIndex: number;
  rows: number;
  rowBytes: number;
  stopAt: number;
  /** Awaited while the child hangs half-way. */
  beforeKill?: () => Promise<void>;
}): Promise<void> {
  const { signal, ...context } = order.context;
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, JSON.stringify({ ...order, context })], {
    stdio: ['ignore', 'pipe', 'inherit'],
    signal,
  });
  const exited = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('exit', (_code, killedBy) => resolve(killedBy)),
  );
  const halfWay = new Promise<true>((resolve) => child.stdout.once('data', () => resolve(true)));
  if ((await Promise.race([halfWay, exited])) !== true) {
    throw new Error('the child ended before it was half-way');
  }
  try {
    await order.beforeKill?.();
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
}

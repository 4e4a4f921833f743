import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ClickHouse } from '../../../clickhouse/client.ts';
import type { SessionContext } from '../../../destinations/contract.ts';
import type { GoldenSource } from './golden.ts';
import type { TablePlace, TableTarget } from './place.ts';

/** Marks that the child prints; it is killed when it has printed the point. */
export const KILL_POINTS = [
  'opened',
  'first bytes',
  'half-way',
  'one chunk loaded',
  'all loaded',
  'committing',
  'committed',
] as const;
export type KillPoint = (typeof KILL_POINTS)[number];

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));

/** What the child gets as argv, JSON. */
export interface Order {
  module: string;
  input: unknown;
  config: unknown;
  context: Omit<SessionContext, 'signal'>;
  clickhouse: { url: string; database: string };
  table: string;
  point: KillPoint;
}

/** Exports two chunks in a process of its own and kills it at a point. */
export async function runAndKill(what: {
  target: TableTarget;
  place: TablePlace;
  context: SessionContext;
  source: GoldenSource;
  ch: ClickHouse;
  point: KillPoint;
}): Promise<void> {
  const { signal: _signal, ...context } = what.context;
  const order: Order = {
    module: what.target.childModule.href,
    input: what.place.childInput,
    config: what.place.config,
    context,
    clickhouse: { url: what.ch.url, database: what.ch.database },
    table: what.source.table,
    point: what.point,
  };
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for await (const line of createInterface(child.stdout)) {
    if (line === what.point) {
      child.kill('SIGKILL');
      await exited;
      return;
    }
  }
  throw new Error(`the child ended before it was ${what.point}`);
}

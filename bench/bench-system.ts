import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClickHouse, type ClickHouse } from '../clickhouse/client.ts';
import { connectTemporal, type TemporalClient } from '../client/temporal.ts';
import { loadConfig } from '../config.ts';
import { startWorkerSystem, type WorkerSystem } from '../dev/system.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { createSecretBox, type SecretBox } from '../store/secrets.ts';
import { createTeam } from '../store/teams.ts';
import type { BenchOptions } from './options.ts';
import { workerProgram } from './program.ts';

/** The embedded stack with one worker process, in a folder of its own, and the handles that a benchmark works with. */
export interface Bench {
  system: WorkerSystem;
  dataDir: string;
  db: Database;
  clickhouse: ClickHouse;
  temporal: TemporalClient;
  box: SecretBox;
  workerPid: number;
  /** Of the embedded ClickHouse. */
  enginePid: number;
  /** Data sets are told apart by team. */
  newTeam(name: string): Promise<number>;
}

/** Everything that was started is ended and removed, whatever `work` does; Ctrl-C and SIGTERM count as an end. */
export async function withBench<T>(
  options: BenchOptions & { s3: boolean; env?: Record<string, string>; onProgress: (line: string) => void },
  work: (bench: Bench) => Promise<T>,
): Promise<T> {
  const program = workerProgram(options, options.onProgress);
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const interrupted = interruption();
  try {
    const system = await startWorkerSystem({
      dataDir,
      s3: options.s3,
      supervise: false,
      ...(program === undefined ? {} : { program }),
      env: { SLUICE_LOG_LEVEL: 'warn', ...options.env },
      onProgress: options.onProgress,
    });
    try {
      return await Promise.race([interrupted, withHandles(system, dataDir, work)]);
    } finally {
      await system.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Rejects at the first signal, so that the servers are ended in order; what `work` still does then fails unheard. */
export function interruption(): Promise<never> {
  const interrupted = new Promise<never>((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        reject(new Error(`ended by ${signal}`));
      });
    }
  });
  interrupted.catch(() => undefined);
  return interrupted;
}

async function withHandles<T>(system: WorkerSystem, dataDir: string, work: (bench: Bench) => Promise<T>): Promise<T> {
  const config = loadConfig(system.env);
  const db = openDatabase(config.postgres);
  const clickhouse = createClickHouse(config.clickhouse);
  const temporal = await connectTemporal(config.temporal);
  const workerPid = system.worker.pid;
  const enginePid = system.stack.pids['clickhouse'];
  if (workerPid === undefined || enginePid === undefined) {
    throw new Error('the worker or ClickHouse has ended');
  }
  try {
    const newTeam = async (name: string): Promise<number> => (await createTeam(db, { name })).id;
    const box = createSecretBox(config.encryptionKey);
    return await work({ system, dataDir, db, clickhouse, temporal, box, workerPid, enginePid, newTeam });
  } finally {
    await Promise.all([temporal.close(), clickhouse.close(), db.close()]);
  }
}

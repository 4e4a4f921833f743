import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { loadConfig } from '../config.ts';
import type { QueueName } from '../core/ids.ts';
import { grantTeam, setup, type TeamAccess } from '../setup.ts';
import { freePort } from './free-port.ts';
import { readJson, writeJson } from './json-file.ts';
import { Service } from './service.ts';
import { startStack, type Stack, type StackAddresses, type StackOptions } from './stack.ts';

/** Loaded into the process itself: the tsx command would put a second process between us and the one to end. */
const TSX = import.meta.resolve('tsx');
const SOURCES = ['--import', TSX, fileURLToPath(new URL('../cli.ts', import.meta.url))];
const READY_TIMEOUT_MS = 60_000;

export interface SystemOptions {
  dataDir: string;
  s3?: boolean;
  external?: StackAddresses;
  /** Ports of embedded servers; free ones unless set. */
  ports?: StackOptions['ports'];
  /** Restart a process that dies. Off in tests that look at what a death leaves behind. */
  supervise: boolean;
  restartDelaysMs?: readonly number[];
  /** Settings of server and worker; they win over what is derived here. */
  env?: Record<string, string>;
  /** What node runs as `sluice`. Default: the sources, through tsx. */
  program?: readonly string[];
  onProgress?(line: string): void;
}

/** The whole product on this machine: embedded servers, `sluice server` and `sluice worker`, each a process. */
export interface System {
  stack: Stack;
  /** The complete environment of server and worker. */
  env: Record<string, string>;
  /** Where the processes show their metrics, by name. */
  metricsUrls: Readonly<Record<string, string>>;
  apiUrl: string;
  access: TeamAccess;
  server: Service;
  worker: Service;
  /** Starts one more worker process; on the same queues unless told otherwise. */
  startWorker(name: string, queues?: readonly QueueName[]): Promise<Service>;
  stop(): Promise<void>;
}

/** A system whose server is not started (yet): benchmarks of the worker alone need none. */
export interface WorkerSystem extends Omit<System, 'server'> {
  /** Also ended by `stop`. */
  startServer(): Promise<Service>;
}

/** What is kept of a data folder between two starts: the encryption key must never change while data is there. */
interface Kept {
  encryptionKey: string;
  apiPort: number;
  access?: TeamAccess;
}

export async function startSystem(options: SystemOptions): Promise<System> {
  const { startServer, ...system } = await startWorkerSystem(options);
  try {
    return { ...system, server: await startServer() };
  } catch (error) {
    await system.stop();
    throw error;
  }
}

export async function startWorkerSystem(options: SystemOptions): Promise<WorkerSystem> {
  const dataDir = resolve(options.dataDir);
  mkdirSync(join(dataDir, 'logs'), { recursive: true });
  const onProgress = options.onProgress ?? ((): void => undefined);
  const stack = await startStack({
    dataDir,
    parts: { temporal: true, clickhouse: true, postgres: true, s3: options.s3 ?? false },
    ...(options.external === undefined ? {} : { env: options.external }),
    ...(options.ports === undefined ? {} : { ports: options.ports }),
    supervise: options.supervise,
    ...(options.restartDelaysMs === undefined ? {} : { restartDelaysMs: options.restartDelaysMs }),
    onProgress,
  });
  const services: Service[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(services.map((service) => service.stop()));
    await stack.stop();
  };
  try {
    return await startProcesses({ ...options, dataDir, onProgress }, stack, services, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startProcesses(
  options: SystemOptions & { onProgress(line: string): void },
  stack: Stack,
  services: Service[],
  stop: () => Promise<void>,
): Promise<WorkerSystem> {
  const file = join(options.dataDir, 'system.json');
  const kept = readJson<Kept>(file);
  const apiPort = await freePort(kept?.apiPort);
  const encryptionKey = kept?.encryptionKey ?? randomBytes(32).toString('base64');
  const env = { ...derivedEnv(stack, { apiPort, encryptionKey, dataDir: options.dataDir }), ...options.env };
  // As its processes have it: they inherit what is not given here.
  const config = loadConfig({ ...process.env, ...env });
  options.onProgress('preparing databases and namespace');
  await setup(config);
  const access = kept?.access ?? (await grantTeam(config, 'Default'));
  writeJson(file, { encryptionKey, apiPort, access } satisfies Kept);

  const start = async (name: string, args: string[], readyUrl: string, extra: Record<string, string>) => {
    const service = await Service.start(
      processSpec({
        name,
        args: [...(options.program ?? SOURCES), ...args],
        readyUrl,
        env: { ...env, ...extra },
        dataDir: options.dataDir,
      }),
      {
        supervise: options.supervise,
        ...(options.restartDelaysMs === undefined ? {} : { restartDelaysMs: options.restartDelaysMs }),
        onProgress: options.onProgress,
        onPid: () => undefined,
      },
    );
    services.push(service);
    options.onProgress(`${name} is up`);
    return service;
  };
  const metricsUrls: Record<string, string> = {};
  const metricsOf = async (name: string): Promise<{ url: string; env: Record<string, string> }> => {
    const port = String(await freePort());
    const url = `http://127.0.0.1:${port}/metrics`;
    metricsUrls[name] = url;
    return { url, env: { SLUICE_METRICS_PORT: port } };
  };
  const startWorker = async (name: string, queues?: readonly QueueName[]): Promise<Service> => {
    const metrics = await metricsOf(name);
    const args = queues === undefined ? [] : ['--queues', queues.join(',')];
    return start(name, ['worker', ...args], new URL('/readyz', metrics.url).href, metrics.env);
  };
  const apiUrl = `http://127.0.0.1:${String(apiPort)}`;
  const startServer = async (): Promise<Service> =>
    start('server', ['server'], `${apiUrl}/readyz`, (await metricsOf('server')).env);
  const worker = await startWorker('worker');
  return { stack, env, metricsUrls, apiUrl, access, worker, startServer, startWorker, stop };
}

function derivedEnv(
  stack: Stack,
  own: { apiPort: number; encryptionKey: string; dataDir: string },
): Record<string, string> {
  return {
    DATABASE_URL: stack.databaseUrl,
    CLICKHOUSE_URL: stack.clickhouseUrl,
    TEMPORAL_ADDRESS: stack.temporalAddress,
    ...(stack.temporalUiUrl === undefined ? {} : { TEMPORAL_UI_URL: stack.temporalUiUrl }),
    SLUICE_ENCRYPTION_KEY: own.encryptionKey,
    SLUICE_PORT: String(own.apiPort),
    SLUICE_DOWNLOADS_URL: pathToFileURL(join(own.dataDir, 'downloads')).href,
    // Name look-ups of many webhooks share libuv's threads; four would queue behind one slow name server.
    UV_THREADPOOL_SIZE: '16',
    // Each thread keeps the memory it has freed in an arena of its own: 60 MiB of an exporting worker.
    MALLOC_ARENA_MAX: '2',
    // The embedded system is for this machine: its receivers and stores listen on loopback.
    SLUICE_ALLOWED_CIDRS: '127.0.0.0/8,::1/128',
  };
}

function processSpec(process_: {
  name: string;
  args: string[];
  readyUrl: string;
  env: Record<string, string>;
  dataDir: string;
}): Parameters<typeof Service.start>[0] {
  return {
    name: process_.name,
    command: process.execPath,
    args: process_.args,
    env: process_.env,
    stopSignal: 'TERM',
    logFile: join(process_.dataDir, 'logs', `${process_.name}.log`),
    readyTimeoutMs: READY_TIMEOUT_MS,
    probe: async () => {
      const response = await fetch(process_.readyUrl, { signal: AbortSignal.timeout(2_000) });
      if (!response.ok) {
        throw new Error(`${process_.readyUrl} answered ${String(response.status)}`);
      }
    },
  };
}

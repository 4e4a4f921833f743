import { chmodSync } from 'node:fs';
import { resolve } from 'node:path';
import { clickhouseService } from './clickhouse.ts';
import { lockDataDir } from './data-dir-lock.ts';
import { choosePorts } from './ports.ts';
import type { PortName } from './ports.ts';
import { postgresService } from './postgres.ts';
import type { S3Access } from './s3.ts';
import { s3Service } from './s3.ts';
import { Service } from './service.ts';
import type { ServiceSpec } from './service.ts';
import { StackProcesses } from './stack-processes.ts';
import { temporalService } from './temporal.ts';

export interface StackOptions {
  /** Holds all data, logs, ports and generated keys of this stack. Created when missing. */
  dataDir: string;
  parts: { temporal?: boolean; clickhouse?: boolean; postgres?: boolean; s3?: boolean };
  /** Addresses of servers that exist already: such a part is not started. */
  env?: StackAddresses;
  ports?: Partial<Record<PortName, number>>;
  onProgress?(line: string): void;
  /** Restart a part that dies, on its port, with its data. */
  supervise?: boolean;
  restartDelaysMs?: readonly number[];
}

export interface StackAddresses {
  temporalAddress?: string;
  clickhouseUrl?: string;
  databaseUrl?: string;
  s3Endpoint?: string;
}

export interface Stack {
  /** Empty when the part was neither asked for nor given. The same goes for the two below. */
  temporalAddress: string;
  temporalUiUrl?: string;
  clickhouseUrl: string;
  databaseUrl: string;
  /** Absent for an external S3 endpoint: its keys are the caller's. */
  s3?: S3Access;
  /** By part; a restarted part has a new pid, a part that is down has none. */
  pids: Readonly<Record<string, number>>;
  /** Ends every part by its pid. Idempotent. */
  stop(): Promise<void>;
}

interface Context {
  options: StackOptions;
  dataDir: string;
  ports: Record<PortName, number>;
  onProgress(line: string): void;
  /** Starts a part; whatever was started is ended by `stop`. */
  run(spec: ServiceSpec): Promise<void>;
}

/** Starts the parts that are asked for, side by side. When one fails, the others are ended before the error is thrown. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const dataDir = resolve(options.dataDir);
  const unlock = lockDataDir(dataDir);
  const services: Promise<Service>[] = [];
  const stop = async (): Promise<void> => {
    await Promise.allSettled(services.map(async (service) => (await service).stop()));
    unlock();
  };
  try {
    // Postgres runs as another user when we are root, and has to get through to its own folder.
    chmodSync(dataDir, 0o711);
    const processes = new StackProcesses(dataDir);
    await processes.waitForPredecessors();
    const context = await createContext({ ...options, dataDir }, processes, services);
    return await startParts(context, processes, stop);
  } catch (error: unknown) {
    await stop();
    throw error;
  }
}

async function createContext(
  options: StackOptions,
  processes: StackProcesses,
  services: Promise<Service>[],
): Promise<Context> {
  const onProgress = options.onProgress ?? ((): void => undefined);
  const run = async (spec: ServiceSpec): Promise<void> => {
    const started = Service.start(spec, {
      supervise: options.supervise ?? false,
      ...(options.restartDelaysMs === undefined ? {} : { restartDelaysMs: options.restartDelaysMs }),
      onProgress,
      onPid: (pid) => processes.record(spec.name, pid),
    });
    services.push(started);
    await started;
    onProgress(`${spec.name} is up`);
  };
  const ports = await choosePorts(options.dataDir, options.ports ?? {});
  return { options, dataDir: options.dataDir, ports, onProgress, run };
}

async function startParts(context: Context, processes: StackProcesses, stop: () => Promise<void>): Promise<Stack> {
  const started = await Promise.allSettled([
    startTemporal(context),
    startClickhouse(context),
    startPostgres(context),
    startS3(context),
  ]);
  const failure = started.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined) {
    throw failure.reason;
  }
  const found = started.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : {}));
  const nothing = { temporalAddress: '', clickhouseUrl: '', databaseUrl: '' };
  return { ...nothing, ...Object.assign({}, ...found), pids: processes.pids, stop } as Stack;
}

async function startTemporal({ options, ports, onProgress, run }: Context): Promise<Partial<Stack>> {
  const external = options.env?.temporalAddress;
  if (external !== undefined || options.parts.temporal !== true) {
    return external === undefined ? {} : { temporalAddress: external };
  }
  const place = { dataDir: options.dataDir, port: ports.temporal, uiPort: ports.temporalUi };
  await run(await temporalService(place, onProgress));
  return { temporalAddress: `127.0.0.1:${ports.temporal}`, temporalUiUrl: `http://127.0.0.1:${ports.temporalUi}` };
}

async function startClickhouse({ options, ports, run }: Context): Promise<Partial<Stack>> {
  const external = options.env?.clickhouseUrl;
  if (external !== undefined || options.parts.clickhouse !== true) {
    return external === undefined ? {} : { clickhouseUrl: external };
  }
  await run(await clickhouseService({ dataDir: options.dataDir, port: ports.clickhouse }));
  return { clickhouseUrl: `http://127.0.0.1:${ports.clickhouse}` };
}

async function startPostgres({ options, ports, onProgress, run }: Context): Promise<Partial<Stack>> {
  const external = options.env?.databaseUrl;
  if (external !== undefined || options.parts.postgres !== true) {
    return external === undefined ? {} : { databaseUrl: external };
  }
  const { spec, url } = await postgresService({ dataDir: options.dataDir, port: ports.postgres }, onProgress);
  await run(spec);
  return { databaseUrl: url };
}

async function startS3({ options, ports, onProgress, run }: Context): Promise<Partial<Stack>> {
  if (options.env?.s3Endpoint !== undefined || options.parts.s3 !== true) {
    return {};
  }
  const { spec, access } = await s3Service({ dataDir: options.dataDir, port: ports.s3 }, onProgress);
  await run(spec);
  return { s3: access };
}

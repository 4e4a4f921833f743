import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiCall } from '../../dev/api-client.ts';
import { freePort } from '../../dev/free-port.ts';
import { startSystem, type System, type SystemOptions } from '../../dev/system.ts';
import { startToxiproxy, type Toxiproxy } from '../../dev/toxiproxy.ts';
import type { Target } from './targets.ts';

/** Every restart is after an end that we have caused: none is put off. */
export const RESTART_MS = 250;
export const PROXIES = ['clickhouse', 's3', 'postgres'] as const;
export type ProxyName = (typeof PROXIES)[number];

/**
 * The whole product in processes that a supervisor restarts. Server and workers reach ClickHouse through a proxy, and
 * destinations S3 and Postgres by the ports of `proxied`.
 */
export interface ProxiedSystem {
  system: System;
  proxies: Toxiproxy;
  proxied: Readonly<Record<ProxyName, number>>;
  /** An empty folder to export to. */
  files: string;
  /** Ends and removes everything. */
  stop(): Promise<void>;
}

export type ProxiedSystemOptions = Pick<SystemOptions, 's3' | 'program'> & {
  env: Record<string, string>;
  onProgress(line: string): void;
};

export async function startProxiedSystem({
  env,
  onProgress,
  ...options
}: ProxiedSystemOptions): Promise<ProxiedSystem> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-chaos-'));
  const [dataDir, files] = [join(directory, 'data'), join(directory, 'files')];
  await Promise.all([mkdir(dataDir), mkdir(files)]);
  const [ports, proxied] = [await freePorts(), await freePorts()];
  const proxies = await startToxiproxy({ dataDir, port: await freePort() }, onProgress);
  const remove = async (): Promise<void> => {
    await proxies.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await Promise.all(PROXIES.map((name) => proxies.add(name, ports[name], proxied[name])));
    const system = await startSystem({
      ...{ ...options, dataDir, ports, onProgress },
      supervise: true,
      restartDelaysMs: [RESTART_MS],
      env: { CLICKHOUSE_URL: `http://127.0.0.1:${String(proxied.clickhouse)}`, ...env },
    });
    const stop = async (): Promise<void> => {
      await system.stop();
      await remove();
    };
    return { system, proxies, proxied, files, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function freePorts(): Promise<Record<ProxyName, number>> {
  return { clickhouse: await freePort(), s3: await freePort(), postgres: await freePort() };
}

/** An export of every minute into the target; its id. */
export async function createMinuteExport(
  api: ApiCall,
  { kind, name, config, format, mode }: Target,
  settings: Record<string, unknown>,
): Promise<string> {
  const snake = Object.entries(config).map(
    ([key, value]) => [key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value] as const,
  );
  const body = { kind, name, config: Object.fromEntries(snake) };
  const destination = await api<{ id: string }>('POST', '/destinations', body);
  const files =
    kind === 'postgres' ? { mode } : { format: { file_format: format.fileFormat, compression: format.compression } };
  const wanted = { name, destination_id: destination.id, interval: '1m', ...files, ...settings };
  return (await api<{ id: string }>('POST', '/exports', wanted)).id;
}

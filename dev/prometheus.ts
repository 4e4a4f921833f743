import { join } from 'node:path';
import { cacheDir } from './cache.ts';
import { unpackDebian } from './debian-packages.ts';
import { Service } from './service.ts';
import { findOnPath, isExecutable } from './toolchain.ts';

/** Prometheus and Alertmanager with their checkers, as Debian packages them. */
const PACKAGES = ['prometheus', 'prometheus-alertmanager'];
export type PrometheusProgram = 'prometheus' | 'promtool' | 'alertmanager' | 'amtool';

/** The program from PATH, else from the cache, which the first call fills by apt-get download (30 MB, no root needed). */
export async function prometheusProgram(
  program: PrometheusProgram,
  onProgress: (line: string) => void = () => undefined,
): Promise<string> {
  const onPath = findOnPath(program);
  if (onPath !== undefined) {
    return onPath;
  }
  const folder = join(cacheDir(), 'prometheus-debian');
  const target = join(folder, 'usr', 'bin', program);
  if (!isExecutable(target)) {
    await unpackDebian({ title: 'Prometheus', packages: PACKAGES, folder }, onProgress);
  }
  return target;
}

export interface PrometheusServer {
  url: string;
  stop(): Promise<void>;
}

/** A Prometheus of its own on loopback; `configFile` says what it scrapes and which rules it has. */
export async function startPrometheus(place: {
  dataDir: string;
  port: number;
  configFile: string;
}): Promise<PrometheusServer> {
  const address = `127.0.0.1:${String(place.port)}`;
  const url = `http://${address}`;
  const service = await Service.start(
    {
      name: 'prometheus',
      command: await prometheusProgram('prometheus'),
      args: [
        `--config.file=${place.configFile}`,
        `--storage.tsdb.path=${join(place.dataDir, 'prometheus')}`,
        `--web.listen-address=${address}`,
      ],
      stopSignal: 'TERM',
      logFile: join(place.dataDir, 'prometheus.log'),
      readyTimeoutMs: 60_000,
      probe: async () => {
        const response = await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(2_000) });
        if (!response.ok) {
          throw new Error(`Prometheus answered ${String(response.status)}`);
        }
      },
    },
    { supervise: false, onProgress: () => undefined, onPid: () => undefined },
  );
  return { url, stop: () => service.stop() };
}

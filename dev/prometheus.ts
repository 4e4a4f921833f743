import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir } from './cache.ts';
import { runStep } from './run-step.ts';
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
    await install(folder, onProgress);
  }
  return target;
}

/** Two at once install twice; the first to finish is used. */
async function install(folder: string, onProgress: (line: string) => void): Promise<void> {
  // apt-get downloads as a user of its own, who has to get into the folder.
  const work = await mkdtemp(join(tmpdir(), 'sluice-prometheus-'));
  await chmod(work, 0o755);
  try {
    await download(work, onProgress);
    const files = (await readdir(work)).filter((file) => file.endsWith('.deb'));
    const unpacked = `${folder}.new-${String(process.pid)}`;
    for (const file of files) {
      const args = ['-x', join(work, file), unpacked];
      await runStep({ title: `unpacking ${file}`, command: 'dpkg-deb', args, onProgress });
    }
    await mkdir(cacheDir(), { recursive: true });
    await rename(unpacked, folder).catch(() => rm(unpacked, { recursive: true, force: true }));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function download(cwd: string, onProgress: (line: string) => void): Promise<void> {
  const step = { command: 'apt-get', options: { cwd }, onProgress };
  const args = ['download', ...PACKAGES];
  try {
    await runStep({ ...step, title: 'downloading Prometheus from Debian', args });
  } catch {
    // A fresh image has no package lists.
    await runStep({ ...step, title: 'fetching the package lists', args: ['update'] });
    await runStep({ ...step, title: 'downloading Prometheus from Debian', args });
  }
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

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';
import { Service } from '../service.ts';
import type { ServiceSpec } from '../service.ts';
import { installBigQueryEmulator } from './install.ts';
import type { InstalledEmulator } from './install.ts';

export interface BigQueryEmulator {
  /** `http://127.0.0.1:<port>`, without a path and without authentication. */
  url: string;
  pid: number | undefined;
  /** Ends the process and forgets everything that was stored. */
  stop(): Promise<void>;
}

/** A fresh, empty bqemulator on a free loopback port, which dies with this process. */
export async function startBigQueryEmulator(
  project: string,
  onProgress: (line: string) => void = () => undefined,
): Promise<BigQueryEmulator> {
  const installed = await installBigQueryEmulator(onProgress);
  const directory = await mkdtemp(join(tmpdir(), 'sluice-bigquery-'));
  const [restPort, grpcPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${restPort}`;
  const spec = serviceSpec(installed, { directory, restPort, grpcPort, project, url });
  const service = await Service.start(spec, { supervise: false, onProgress, onPid: () => undefined });
  return {
    url,
    pid: service.pid,
    stop: async () => {
      await service.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

interface Place {
  directory: string;
  restPort: number;
  grpcPort: number;
  project: string;
  url: string;
}

function serviceSpec(installed: InstalledEmulator, place: Place): ServiceSpec {
  const ports = ['--rest-port', String(place.restPort), '--grpc-port', String(place.grpcPort)];
  return {
    name: 'bqemulator',
    command: installed.python,
    // `-m`: the console scripts of a moved environment point to where it was made.
    args: ['-m', 'bqemulator', 'start', '--ephemeral', '--project', place.project, ...ports],
    env: {
      HOME: installed.home,
      BQEMU_UPLOAD_STAGING_DIR: join(place.directory, 'uploads'),
      // Avro would be downloaded from outside a package registry.
      BQEMU_ENABLE_FORMAT_EXTENSIONS: 'false',
    },
    // A `.bqemu.toml` in the working folder would be read.
    cwd: place.directory,
    stopSignal: 'TERM',
    logFile: join(place.directory, 'emulator.log'),
    readyTimeoutMs: 60_000,
    probe: () => isReady(place.url),
  };
}

async function isReady(url: string): Promise<void> {
  const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
  await response.arrayBuffer();
  if (!response.ok) {
    throw new Error(`HTTP ${response.status}`);
  }
}

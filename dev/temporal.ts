import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errorMessage } from '../core/errors.ts';
import { cachedProgram } from './cache.ts';
import { buildGoProgram, installInto } from './go-program.ts';
import { runStep } from './run-step.ts';
import type { ServiceSpec } from './service.ts';
import { findOnPath, isExecutable } from './toolchain.ts';

/** The newest version that `go install` can build: later ones have replace directives. */
const VERSION = '1.5.1';
const DOWNLOAD_ANSWER_TIMEOUT_MS = 10_000;

export interface TemporalPlace {
  dataDir: string;
  port: number;
  uiPort: number;
}

/** PATH, the cache, Temporal's own download, and as the last resort a build from source. */
export async function findTemporal(onProgress: (line: string) => void): Promise<string> {
  const cached = cachedProgram('temporal', VERSION);
  const present = findOnPath('temporal') ?? (isExecutable(cached) ? cached : undefined);
  if (present !== undefined) {
    return present;
  }
  try {
    await download(cached, onProgress);
    return cached;
  } catch (error: unknown) {
    onProgress(`temporal cannot be downloaded here (${errorMessage(error)})`);
  }
  return await buildGoProgram(
    {
      name: 'temporal',
      version: VERSION,
      modulePath: 'github.com/temporalio/cli/cmd/temporal',
      about: 'the dev server',
    },
    onProgress,
  );
}

async function download(target: string, onProgress: (line: string) => void): Promise<void> {
  const platform = process.platform === 'darwin' ? 'darwin' : 'linux';
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const url = `https://temporal.download/cli/archive/v${VERSION}?platform=${platform}&arch=${arch}`;
  const gaveUp = new AbortController();
  const timer = setTimeout(() => gaveUp.abort(new Error('no answer in 10 s')), DOWNLOAD_ANSWER_TIMEOUT_MS);
  try {
    const response = await fetch(url, { signal: gaveUp.signal });
    clearTimeout(timer);
    const { body } = response;
    if (!response.ok || body === null) {
      throw new Error(`HTTP ${response.status}`);
    }
    onProgress(`downloading temporal ${VERSION}`);
    await installInto(target, async (folder) => {
      const archive = join(folder, 'temporal.tar.gz');
      await pipeline(Readable.fromWeb(body), createWriteStream(archive));
      await runStep({ title: 'unpacking temporal', command: 'tar', args: ['xzf', archive, '-C', folder], onProgress });
    });
  } finally {
    clearTimeout(timer);
  }
}

/** The dev server with its UI; workflows and schedules live in one SQLite file and survive a restart. */
export async function temporalService(place: TemporalPlace, onProgress: (line: string) => void): Promise<ServiceSpec> {
  const command = await findTemporal(onProgress);
  const ports = ['--port', String(place.port), '--ui-port', String(place.uiPort)];
  const database = ['--db-filename', join(place.dataDir, 'temporal.db')];
  return {
    name: 'temporal',
    command,
    args: ['server', 'start-dev', '--ip', '127.0.0.1', '--log-level', 'warn', ...ports, ...database],
    stopSignal: 'TERM',
    logFile: join(place.dataDir, 'temporal.log'),
    readyTimeoutMs: 60_000,
    probe: () => askFrontend(`127.0.0.1:${place.port}`),
  };
}

/** The port opens before the default namespace exists: only a call that needs both proves that the server is up. */
async function askFrontend(address: string): Promise<void> {
  const { Connection } = await import('@temporalio/client');
  const connection = await Connection.connect({ address, connectTimeout: '2s' });
  try {
    await connection.workflowService.describeNamespace({ namespace: 'default' });
  } finally {
    await connection.close();
  }
}

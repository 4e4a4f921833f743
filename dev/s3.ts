import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cachedProgram } from './cache.ts';
import { buildGoProgram } from './go-program.ts';
import { keptSecret } from './private-file.ts';
import type { ServiceSpec } from './service.ts';
import { findOnPath, isExecutable } from './toolchain.ts';

const VERSION = '1.8.0';
const REGION = 'us-east-1';

export interface S3Access {
  endpoint: string;
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
}

/** PATH, the cache, or a build from source. */
export async function findVersitygw(onProgress: (line: string) => void): Promise<string> {
  const cached = cachedProgram('versitygw', VERSION);
  const present = findOnPath('versitygw') ?? (isExecutable(cached) ? cached : undefined);
  const modulePath = 'github.com/versity/versitygw/cmd/versitygw';
  const program = { name: 'versitygw', version: VERSION, modulePath, about: 'the S3 server' };
  return present ?? (await buildGoProgram(program, onProgress));
}

/** Buckets are folders under the data folder; the root keys are random and kept beside them. */
export async function s3Service(
  place: { dataDir: string; port: number },
  onProgress: (line: string) => void,
): Promise<{ spec: ServiceSpec; access: S3Access }> {
  const command = await findVersitygw(onProgress);
  const buckets = join(place.dataDir, 's3');
  await mkdir(buckets, { recursive: true });
  const endpoint = `http://127.0.0.1:${place.port}`;
  const access = {
    endpoint,
    accessKeyId: 'sluice',
    secretAccessKey: await keptSecret(join(place.dataDir, 's3-secret')),
    region: REGION,
  };
  const spec: ServiceSpec = {
    name: 's3',
    command,
    args: ['--quiet', '--keep-alive', '--region', REGION, '--port', `127.0.0.1:${place.port}`, 'posix', buckets],
    // Through the environment: arguments are visible to everybody on the machine.
    env: { ROOT_ACCESS_KEY: access.accessKeyId, ROOT_SECRET_KEY: access.secretAccessKey },
    stopSignal: 'TERM',
    logFile: join(place.dataDir, 's3.log'),
    readyTimeoutMs: 20_000,
    probe: () => answers(endpoint),
  };
  return { spec, access };
}

/** Unsigned requests are refused, and that refusal is the sign of life. */
async function answers(endpoint: string): Promise<void> {
  const response = await fetch(endpoint, { signal: AbortSignal.timeout(2_000) });
  await response.arrayBuffer();
}

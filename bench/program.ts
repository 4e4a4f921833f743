import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import type { BenchOptions } from './options.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * What node runs as the worker; undefined: the sources. Figures are of the built form: through tsx a worker also
 * bundles its workflows and keeps a compiler, some 150 MiB that production never sees.
 */
export function workerProgram(
  { program, cpuProfileDir }: BenchOptions,
  onProgress: (line: string) => void,
): string[] | undefined {
  if (program === 'source') {
    return undefined;
  }
  if (program === 'build') {
    onProgress('building dist/');
    const { status } = spawnSync(process.execPath, ['--import', import.meta.resolve('tsx'), 'scripts/build.ts'], {
      cwd: ROOT,
      stdio: ['ignore', 2, 2],
    });
    if (status !== 0) {
      throw new Error('npm run build fails; --program source measures the sources instead');
    }
  }
  const profile = cpuProfileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(cpuProfileDir)}`];
  return [...profile, fileURLToPath(new URL('../dist/cli.js', import.meta.url))];
}

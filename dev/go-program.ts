import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cachedProgram } from './cache.ts';
import { runStep } from './run-step.ts';
import { isExecutable, requireToolchain } from './toolchain.ts';

export interface GoProgram {
  /** Name of the binary. */
  name: string;
  version: string;
  /** What `go install` takes, without the version. */
  modulePath: string;
  about: string;
}

/** The cached binary, built by `go install` when it is not there yet. Two processes at once build it twice, harmlessly. */
export async function buildGoProgram(program: GoProgram, onProgress: (line: string) => void): Promise<string> {
  const target = cachedProgram(program.name, program.version);
  if (isExecutable(target)) {
    return target;
  }
  const go = requireToolchain('go', `${program.name} ${program.version} (${program.about})`);
  await installInto(target, async (folder) => {
    await runStep({
      title: `building ${program.name} ${program.version} with go (minutes, once)`,
      command: go,
      args: ['install', `${program.modulePath}@v${program.version}`],
      options: { env: { ...process.env, GOBIN: folder, GOFLAGS: '-mod=mod' } },
      onProgress,
    });
  });
  return target;
}

/** Fills a fresh folder and moves its program into place in one step, so that a half-made binary is never found. */
export async function installInto(target: string, fill: (folder: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const folder = await mkdtemp(`${dirname(target)}.new-`);
  try {
    await fill(folder);
    await rename(join(folder, target.slice(dirname(target).length + 1)), target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

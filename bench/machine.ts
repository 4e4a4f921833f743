import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';

/** Where a figure was measured; figures of two machines are not compared. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGiB: number;
  node: string;
  os: string;
  /** One-minute load average when the benchmark began: well above 0 means that others were working too. */
  loadAtStart: number;
}

const BYTES_PER_GIB = 1024 ** 3;
const ROOT = fileURLToPath(new URL('..', import.meta.url));

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / BYTES_PER_GIB),
    node: process.version,
    os: `${type()} ${release()}`,
    loadAtStart: Number((loadavg()[0] ?? 0).toFixed(2)),
  };
}

/** Short hash of the checkout, with `+` when files differ from it; `unknown` outside of git. */
export function currentCommit(): string {
  try {
    const hash = git('rev-parse', '--short', 'HEAD');
    return git('status', '--porcelain', '--untracked-files=no') === '' ? hash : `${hash}+`;
  } catch {
    return 'unknown';
  }
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

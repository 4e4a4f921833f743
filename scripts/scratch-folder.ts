import { chmodSync, lstatSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import path from 'node:path';

const IN_MEMORY = '/dev/shm';
/** A run of everything leaves well below 4 GiB of files, and its servers need memory of their own. */
const MIN_FREE_BYTES = 8 * 1024 ** 3;
const NAME = /^sluice-run-(\d+)-/;

/**
 * A folder for all that a run of the tests writes, in memory where there is plenty: test servers write thousands of small
 * files (an insert of 300 partitions took 3.7 s on a busy disk, 0.8 s in memory). Whoever runs a server as another user
 * must be able to go through it, as through the system's own.
 */
export function makeScratchFolder(): string {
  const parent = isRoomy() ? IN_MEMORY : tmpdir();
  removeAbandoned(parent);
  const folder = mkdtempSync(path.join(parent, `sluice-run-${String(process.pid)}-`));
  chmodSync(folder, 0o1777);
  return folder;
}

function isRoomy(): boolean {
  try {
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize > MIN_FREE_BYTES && freemem() > MIN_FREE_BYTES;
  } catch {
    return false;
  }
}

/** Of runs that were killed. What another user left is theirs to remove. */
function removeAbandoned(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = Number(NAME.exec(name)?.[1] ?? process.pid);
    const folder = path.join(parent, name);
    if (!isAlive(pid) && isOwn(folder)) {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

function isOwn(folder: string): boolean {
  return lstatSync(folder, { throwIfNoEntry: false })?.uid === process.getuid?.();
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

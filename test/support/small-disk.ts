import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, mkdir, mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { errorCode } from '../../core/errors.ts';

/** A file system of its own, in memory, which can be really full: what does not fit any more ends with ENOSPC. */
export interface SmallDisk {
  /** Its folder, for this process and those that it starts, also as `nobody`. */
  path: string;
  /** Its folder as a program sees it that runs `within`. */
  inside: string;
  /** A program where the disk is mounted: for those that ask for the real path of their files, as SQLite does. */
  within(command: string, args: readonly string[]): { command: string; args: string[] };
  /** Takes all room but so many pages (4 KiB) of data. */
  fill(pagesLeft?: number): Promise<void>;
  /** Takes all room, and what others give back later, until it is freed: of merges that were stopped, of old files. */
  keepFull(): Promise<void>;
  /** Gives the room back. */
  free(): Promise<void>;
  /** Mounts it read-only, as systems do with a disk that fails, or for writing again. Nobody may be writing to it. */
  mount(as: 'ro' | 'rw'): Promise<void>;
  /** What is in its folder beside what fills it. */
  names(): Promise<string[]>;
  remove(): Promise<void>;
}

const run = promisify(execFile);
const BALLAST = '.ballast';
const MEBIBYTE = 1_048_576;
const PAGES_AT_ONCE = 1_024;
const REFILL_MS = 20;

/** The file system is there until the last of these programs ends; `cat` does when nobody holds its input any more. */
const MOUNT = 'mount -t tmpfs -o "size=$1,mode=0711" tmpfs "$2" && echo mounted';
/** Root may mount. A database server runs as `nobody` then, who may only look into a namespace of processes of its own. */
const AS_ROOT = [
  '--mount',
  `${MOUNT} && exec setpriv --reuid="$(id -u nobody)" --regid="$(id -g nobody)" --clear-groups cat`,
] as const;
/** Others may in a namespace in which they are root. */
const AS_USER = ['--map-root-user', '--mount', `${MOUNT} && exec cat`] as const;

/**
 * Of so many mebibytes. It is mounted in a namespace of its own: the machine shows it to nobody, and it is gone with this
 * process however that ends. Linux only, where this user may make such namespaces.
 */
export async function makeSmallDisk(megabytes: number): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-disk-'));
  await chmod(folder, 0o711);
  const mountPoint = join(folder, 'disk');
  await mkdir(mountPoint);
  const options = [...(process.getuid?.() === 0 ? AS_ROOT : AS_USER)];
  const script = options.pop() ?? '';
  const args = [...options, '--', 'sh', '-c', script, 'sh', String(megabytes * MEBIBYTE), mountPoint];
  const holder = spawn('unshare', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = once(holder, 'exit');
  const problem = text(holder.stderr);
  await Promise.race([once(holder.stdout, 'data'), ended]);
  if (holder.exitCode !== null) {
    throw new Error(`no file system can be mounted here (unshare and mount, on Linux): ${(await problem).trim()}`);
  }
  const path = `/proc/${String(holder.pid)}/root${mountPoint}`;
  const ballast = new Ballast(path);
  const namespaces = process.getuid?.() === 0 ? ['--mount'] : ['--user', '--preserve-credentials', '--mount'];
  const enter = [...namespaces, '--target', String(holder.pid)];
  return {
    path,
    inside: mountPoint,
    within: (command, args) => ({ command: 'nsenter', args: [...enter, '--', command, ...args] }),
    fill: (pagesLeft = 0) => fill(path, pagesLeft),
    keepFull: () => ballast.keep(),
    free: () => ballast.free(),
    mount: async (as) => {
      await run('nsenter', [...enter, 'mount', '-o', `remount,${as}`, mountPoint]);
    },
    names: async () => (await readdir(path)).filter((name) => name !== BALLAST),
    remove: async () => {
      await ballast.free();
      holder.stdin.end();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

class Ballast {
  #kept = new AbortController();
  #keeping: Promise<void> = Promise.resolve();

  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async keep(): Promise<void> {
    await this.free();
    await fill(this.#path, 0);
    this.#kept = new AbortController();
    this.#keeping = this.#refill(this.#kept.signal);
  }

  async free(): Promise<void> {
    this.#kept.abort();
    await this.#keeping;
    await rm(join(this.#path, BALLAST), { force: true });
  }

  async #refill(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await setTimeout(REFILL_MS, undefined, { signal }).catch(() => undefined);
      await fill(this.#path, 0);
    }
  }
}

async function fill(path: string, pagesLeft: number): Promise<void> {
  for (;;) {
    const { bavail, bsize } = await statfs(path);
    const pages = Math.min(bavail - pagesLeft, PAGES_AT_ONCE);
    if (pages <= 0) {
      return;
    }
    // Others may write to it at the same time.
    await appendFile(join(path, BALLAST), Buffer.alloc(pages * bsize)).catch((error: unknown) => {
      if (errorCode(error) !== 'ENOSPC') {
        throw error;
      }
    });
  }
}

import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { runStep } from './run-step.ts';

export interface DebianPackages {
  /** For people: "Prometheus". */
  title: string;
  packages: readonly string[];
  /** Also what they need beyond what this machine has. */
  withDependencies?: boolean;
  /** Where they are unpacked: a folder of the cache that is not there yet. */
  folder: string;
  /** What has to be done in the unpacked files before they are used. */
  prepare?: (unpacked: string) => Promise<void>;
}

type Progress = (line: string) => void;

/** Unpacks programs as Debian packages them, without root. Two at once unpack twice; the first to finish is used. */
export async function unpackDebian(wanted: DebianPackages, onProgress: Progress = () => undefined): Promise<void> {
  const { folder, prepare } = wanted;
  // apt-get downloads as a user of its own, who has to get into the folder.
  const work = await mkdtemp(join(tmpdir(), 'sluice-debian-'));
  await chmod(work, 0o755);
  const unpacked = join(dirname(folder), `${basename(folder)}.new-${String(process.pid)}`);
  try {
    await download(wanted, work, onProgress);
    for (const file of (await readdir(work)).filter((name) => name.endsWith('.deb'))) {
      await run(`unpacking ${file}`, 'dpkg-deb', ['-x', join(work, file), unpacked], work, onProgress);
    }
    await prepare?.(unpacked);
    await mkdir(dirname(folder), { recursive: true });
    await rename(unpacked, folder).catch(() => rm(unpacked, { recursive: true, force: true }));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function download(wanted: DebianPackages, cwd: string, onProgress: Progress): Promise<void> {
  const attempt = async (): Promise<void> => {
    const packages = wanted.withDependencies === true ? await missing(wanted.packages) : wanted.packages;
    await run(`downloading ${wanted.title} from Debian`, 'apt-get', ['download', ...packages], cwd, onProgress);
  };
  try {
    await attempt();
  } catch {
    // A fresh image has no package lists.
    await run('fetching the package lists', 'apt-get', ['update'], cwd, onProgress);
    await attempt();
  }
}

/** The packages and what they need, without what is installed. */
async function missing(packages: readonly string[]): Promise<string[]> {
  const args = ['install', '--simulate', '--no-install-recommends', ...packages];
  const { stdout } = await promisify(execFile)('apt-get', args);
  return [...stdout.matchAll(/^Inst (\S+)/gm)].map(([, name = '']) => name);
}

function run(title: string, command: string, args: string[], cwd: string, onProgress: Progress): Promise<void> {
  return runStep({ title, command, args, options: { cwd }, onProgress });
}

/** The environment in which unpacked programs find the libraries that came with them; PulseAudio keeps some in a folder of its own. */
export function unpackedLibraries(folder: string): { LD_LIBRARY_PATH: string } {
  const folders = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].flatMap((platform) =>
    [`usr/lib/${platform}`, `lib/${platform}`, `usr/lib/${platform}/pulseaudio`].map((path) => join(folder, path)),
  );
  return { LD_LIBRARY_PATH: folders.join(':') };
}

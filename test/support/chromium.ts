import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser } from 'playwright-core';
import { cacheDir } from '../../dev/cache.ts';
import { runStep } from '../../dev/run-step.ts';
import { findOnPath, isExecutable } from '../../dev/toolchain.ts';

/** A page looks the same on every machine only with the same font. */
const PACKAGES = ['chromium', 'fonts-dejavu-core'];
const FOLDER = 'chromium-debian';
const ARGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--force-color-profile=srgb'],
];

/** Debian's Chromium, headless: of PATH, else of the cache, which the first call fills (125 MB, no root needed). */
export async function launchChromium(): Promise<Browser> {
  const installed = findOnPath('chromium');
  if (installed !== undefined) {
    return chromium.launch({ executablePath: installed, args: ARGS });
  }
  const root = join(cacheDir(), FOLDER);
  if (!isExecutable(join(root, 'usr/lib/chromium/chromium'))) {
    await install(root);
  }
  return chromium.launch({
    executablePath: join(root, 'usr/lib/chromium/chromium'),
    args: ARGS,
    env: { ...process.env, ...libraries(root) },
  });
}

/** Where a Chromium that is not installed finds what came with it. */
function libraries(root: string): Record<string, string> {
  const folders = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].flatMap((platform) =>
    ['usr/lib/PLATFORM', 'lib/PLATFORM', 'usr/lib/PLATFORM/pulseaudio'].map((path) =>
      join(root, path.replace('PLATFORM', platform)),
    ),
  );
  return {
    LD_LIBRARY_PATH: folders.join(':'),
    FONTCONFIG_FILE: join(root, 'fonts.conf'),
  };
}

/** Two at once install twice; the first to finish is used. */
async function install(root: string): Promise<void> {
  // apt-get downloads as a user of its own, who has to get into the folder.
  const work = await mkdtemp(join(tmpdir(), 'sluice-chromium-'));
  await chmod(work, 0o755);
  try {
    await download(work);
    const unpacked = `${root}.new-${String(process.pid)}`;
    for (const file of (await readdir(work)).filter((name) => name.endsWith('.deb'))) {
      await step(`unpacking ${file}`, 'dpkg-deb', ['-x', join(work, file), unpacked], work);
    }
    await writeFile(join(unpacked, 'fonts.conf'), fontsConf(root));
    await mkdir(cacheDir(), { recursive: true });
    await rename(unpacked, root).catch(() => rm(unpacked, { recursive: true, force: true }));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function download(cwd: string): Promise<void> {
  // A fresh image has no package lists.
  const packages = await missingPackages().catch(async () => {
    await step('fetching the package lists', 'apt-get', ['update'], cwd);
    return missingPackages();
  });
  await step('downloading Chromium from Debian', 'apt-get', ['download', ...packages], cwd);
}

/** Chromium and what it needs beyond what this machine has. */
async function missingPackages(): Promise<string[]> {
  const { stdout } = await promisify(execFile)('apt-get', [
    ...['install', '--simulate', '--no-install-recommends', ...PACKAGES],
  ]);
  return [...stdout.matchAll(/^Inst (\S+)/gm)].map(([, name = '']) => name);
}

function step(title: string, command: string, args: string[], cwd: string): Promise<void> {
  return runStep({ title, command, args, options: { cwd }, onProgress: () => undefined });
}

function fontsConf(root: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(root, 'usr/share/fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <alias><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>DejaVu Sans</family></prefer></alias>
  <cachedir>${join(root, 'font-cache')}</cachedir>
</fontconfig>
`;
}

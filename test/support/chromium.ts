import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { cacheDir } from '../../dev/cache.ts';
import { unpackDebian, unpackedLibraries } from '../../dev/debian-packages.ts';
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
    env: { ...process.env, ...unpackedLibraries(root), FONTCONFIG_FILE: join(root, 'fonts.conf') },
  });
}

async function install(folder: string): Promise<void> {
  const prepare = (unpacked: string): Promise<void> => writeFile(join(unpacked, 'fonts.conf'), fontsConf(folder));
  await unpackDebian({ title: 'Chromium', packages: PACKAGES, withDependencies: true, folder, prepare });
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

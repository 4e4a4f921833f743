import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir } from '../cache.ts';
import { runStep } from '../run-step.ts';
import { requireToolchain } from '../toolchain.ts';

const REQUIREMENTS = fileURLToPath(new URL('./requirements.txt', import.meta.url));
const PURPOSE = 'bqemulator, the BigQuery emulator (tests of the BigQuery destination)';

/**
 * DuckDB looks for extensions below HOME and otherwise downloads them. The emulator wants `spatial`, which PyPI has as
 * a package, so it is moved to where DuckDB looks for it in a home folder of its own.
 */
const PLACE_EXTENSION = `
import os, sys, duckdb, duckdb_extension_spatial
platform = duckdb.sql("PRAGMA platform").fetchone()[0]
version = "v" + duckdb.__version__
source = os.path.join(os.path.dirname(duckdb_extension_spatial.__file__), "extensions", version, "spatial.duckdb_extension")
target = os.path.join(sys.argv[1], ".duckdb", "extensions", version, platform)
os.makedirs(target)
os.rename(source, os.path.join(target, "spatial.duckdb_extension"))
`;

export interface InstalledEmulator {
  python: string;
  /** HOME of the emulator's process, with DuckDB's extensions in it. */
  home: string;
}

/** The emulator in the cache, installed from PyPI on the first call (about a minute, about 510 MB). */
export async function installBigQueryEmulator(onProgress: (line: string) => void): Promise<InstalledEmulator> {
  const pins = createHash('sha256').update(await readFile(REQUIREMENTS));
  const folder = join(cacheDir(), `bqemulator-${pins.digest('hex').slice(0, 12)}`);
  if (!existsSync(folder)) {
    await installInto(folder, onProgress);
  }
  return { python: pythonOf(folder), home: homeOf(folder) };
}

function pythonOf(folder: string): string {
  return join(folder, 'venv', 'bin', 'python');
}

function homeOf(folder: string): string {
  return join(folder, 'home');
}

/** Into a fresh folder that is moved into place: a half-made one is never found. */
async function installInto(folder: string, onProgress: (line: string) => void): Promise<void> {
  const systemPython = requireToolchain('python3', PURPOSE);
  await mkdir(dirname(folder), { recursive: true });
  const fresh = await mkdtemp(`${folder}.new-`);
  const python = pythonOf(fresh);
  try {
    await run(systemPython, ['-m', 'venv', join(fresh, 'venv')], 'creating a Python environment for bqemulator');
    await run(python, pipInstall(), 'installing bqemulator from PyPI (about a minute, 510 MB, once)');
    await run(python, ['-c', PLACE_EXTENSION, homeOf(fresh)], "placing DuckDB's spatial extension for bqemulator");
    await moveIntoPlace(fresh, folder);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }

  function run(command: string, args: string[], title: string): Promise<void> {
    return runStep({ title: `${title}, needed for ${PURPOSE}`, command, args, onProgress });
  }
}

/** `--no-compile`: a third faster, and Python compiles what it imports at the first start. */
function pipInstall(): string[] {
  return ['-m', 'pip', 'install', '--quiet', '--no-compile', '--disable-pip-version-check', '-r', REQUIREMENTS];
}

/** Another process may have finished the same work first; its result is as good. */
async function moveIntoPlace(fresh: string, folder: string): Promise<void> {
  try {
    await rename(fresh, folder);
  } catch (error: unknown) {
    if (!existsSync(folder)) {
      throw error;
    }
  }
}

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheDir } from './cache.ts';
import { runStep } from './run-step.ts';
import { requireToolchain } from './toolchain.ts';

export interface PythonTool {
  name: string;
  /** What it is needed for, after its name: "schemathesis, which …". */
  purpose: string;
  /** File of pinned packages. */
  requirements: string;
  /** What the download costs: "about a minute, 510 MB, once". */
  cost: string;
  /** What has to be done in the fresh folder before it is used. */
  prepare?: (fresh: { folder: string; python: string }, run: Run) => Promise<void>;
}

type Run = (command: string, args: string[], title: string) => Promise<void>;

export interface InstalledTool {
  folder: string;
  python: string;
}

/** A Python program in the cache, installed from PyPI on the first call into an environment of its own. */
export async function installPythonTool(tool: PythonTool, onProgress: (line: string) => void): Promise<InstalledTool> {
  const pins = createHash('sha256').update(await readFile(tool.requirements));
  const folder = join(cacheDir(), `${tool.name}-${pins.digest('hex').slice(0, 12)}`);
  if (!existsSync(folder)) {
    await installInto(folder, tool, onProgress);
  }
  return { folder, python: pythonOf(folder) };
}

function pythonOf(folder: string): string {
  return join(folder, 'venv', 'bin', 'python');
}

/** Into a fresh folder that is moved into place: a half-made one is never found. */
async function installInto(folder: string, tool: PythonTool, onProgress: (line: string) => void): Promise<void> {
  const { name, purpose, requirements, cost } = tool;
  const systemPython = requireToolchain('python3', purpose);
  await mkdir(dirname(folder), { recursive: true });
  const fresh = await mkdtemp(`${folder}.new-`);
  const python = pythonOf(fresh);
  const run: Run = (command, args, title) =>
    runStep({ title: `${title}, needed for ${purpose}`, command, args, onProgress });
  try {
    await run(systemPython, ['-m', 'venv', join(fresh, 'venv')], `creating a Python environment for ${name}`);
    await run(python, pipInstall(requirements), `installing ${name} from PyPI (${cost})`);
    await tool.prepare?.({ folder: fresh, python }, run);
    await moveIntoPlace(fresh, folder);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** `--no-compile`: a third faster, and Python compiles what it imports at the first start. */
function pipInstall(requirements: string): string[] {
  return ['-m', 'pip', 'install', '--quiet', '--no-compile', '--disable-pip-version-check', '-r', requirements];
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

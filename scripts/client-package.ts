/**
 * `npm run client-package [-- FOLDER]`: builds the API's client as an npm package for other teams, and leaves it as a
 * .tgz in FOLDER (default: artifacts/). Nothing is published.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCE = path.join(ROOT, 'api-client');

/** The path of the package in `folder`. It is built in a folder of its own, so that nothing of it is left among the sources. */
export async function packClient(folder: string): Promise<string> {
  const staging = await mkdtemp(path.join(tmpdir(), 'sluice-client-'));
  try {
    await Promise.all([compile(path.join(staging, 'dist')), copyTexts(staging), mkdir(folder, { recursive: true })]);
    const { stdout } = await run('npm', ['pack', staging, '--json', '--ignore-scripts', '--pack-destination', folder]);
    const [packed] = JSON.parse(stdout) as { filename: string }[];
    if (packed === undefined) {
      throw new Error('npm pack made nothing');
    }
    return path.join(folder, packed.filename);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function compile(outDir: string): Promise<void> {
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [tsc, '-p', path.join(SOURCE, 'tsconfig.package.json'), '--outDir', outDir]);
}

/** `private` keeps the sources, which have nothing built, from being published. */
async function copyTexts(staging: string): Promise<void> {
  const { private: _private, ...manifest } = JSON.parse(
    await readFile(path.join(SOURCE, 'package.json'), 'utf8'),
  ) as Record<string, unknown>;
  await Promise.all([
    writeFile(path.join(staging, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`),
    cp(path.join(SOURCE, 'README.md'), path.join(staging, 'README.md')),
    cp(path.join(ROOT, 'LICENSE'), path.join(staging, 'LICENSE')),
  ]);
}

/** What a failed command has printed is its error: tsc says there what is wrong. */
async function run(command: string, args: readonly string[]): Promise<{ stdout: string }> {
  try {
    return await promisify(execFile)(command, args);
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${path.basename(command)} failed: ${stdout}${stderr}`, { cause: error });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(await packClient(path.resolve(process.argv[2] ?? path.join(ROOT, 'artifacts'))));
}

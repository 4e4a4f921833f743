/**
 * `npm run build`: compiles to dist/, copies the SQL migrations beside their loaders, bundles the workflows and builds the console.
 * `--no-check` leaves out the check of types, most of its time, for builds of sources that were checked already.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWorkflowBundle, TRACED_BUNDLE_PATH, TRACING_MODULES } from './build-workflow-bundle.ts';
import { buildConsole } from './ui-build.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = path.join(ROOT, 'dist');

async function compile(): Promise<void> {
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  const flags = process.argv.includes('--no-check') ? ['--noCheck'] : [];
  const args = [tsc, '-p', 'tsconfig.build.json', ...flags];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
  const [status] = (await once(child, 'exit')) as [number | null];
  if (status !== 0) {
    throw new Error('tsc reported errors; see above');
  }
}

/** Files that the compiler leaves behind and the running code reads. */
function copySql(): number {
  const files = ['clickhouse', 'store'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.sql'))
      .map((name) => path.join(folder, name)),
  );
  files.forEach((file) => cpSync(path.join(ROOT, file), path.join(DIST, file)));
  return files.length;
}

rmSync(DIST, { recursive: true, force: true });
const bundling = buildWorkflowBundle();
const tracedBundling = buildWorkflowBundle(TRACED_BUNDLE_PATH, TRACING_MODULES);
const [bundle] = await Promise.all([bundling, tracedBundling, compile(), buildConsole()]);
const sqlFiles = copySql();
console.log(
  `dist/: compiled, ${sqlFiles} SQL files, workflow bundle of ${Math.round(bundle.bytes / 1024)} KiB, console`,
);

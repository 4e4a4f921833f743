import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/**
 * Keeps the workflows of a release as its workers run them, for the test that upgrades from a running previous build
 * (test/recovery/deploys.test.ts):
 *   npm run record-bundle -- v0.1.0        a tag or a commit; without one, HEAD
 * The new bundle takes the place of the one before. Packages are those that are installed here.
 */
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const FOLDER = join(ROOT, 'test/replay/bundles');
/** Below the checkout, where packages are found as usual. */
const OLD_SOURCES = '.sluice/recorded-build';
const PARTS = ['workflows', 'core', 'delivery', 'package.json'];
const MAX_BYTES = 1024 * 1024;
const MAX_ARCHIVE_BYTES = 64 * 1024 * 1024;
const MAP_COMMENT = '//# sourceMappingURL=data:application/json;base64,';
/** A worker refuses a bundle without a map; the real one would be two thirds of the file. */
const EMPTY_MAP = { version: 3, file: 'workflow-bundle.js', sources: [], names: [], mappings: '' };

async function main(commit: string): Promise<void> {
  const sources = join(ROOT, OLD_SOURCES);
  await rm(sources, { recursive: true, force: true });
  await mkdir(sources, { recursive: true });
  try {
    extract(commit, sources);
    const { version } = JSON.parse(await readFile(join(sources, 'package.json'), 'utf8')) as { version: string };
    const { code } = await bundleWorkflowCode({
      workflowsPath: join(sources, 'workflows/index.ts'),
      logger: new DefaultLogger('WARN'),
    });
    const file = `workflows-${version}.js.gz`;
    const packed = gzipSync(publishable(code), { level: 9 });
    if (packed.length > MAX_BYTES) {
      throw new Error(`${file} would have ${String(packed.length)} bytes, more than a fixture should`);
    }
    await replaceWith(file, packed);
    console.log(`${file}: the workflows of ${commit}, ${String(Math.round(packed.length / 1024))} KiB`);
  } finally {
    await rm(sources, { recursive: true, force: true });
  }
}

function extract(commit: string, folder: string): void {
  const archive = ['archive', '--format=tar', commit, ...PARTS];
  const input = execFileSync('git', archive, { cwd: ROOT, maxBuffer: MAX_ARCHIVE_BYTES });
  execFileSync('tar', ['-x', '-C', folder], { input });
}

/** Without the map, and without what tells of the machine that made it. */
function publishable(code: string): string {
  const own = code.slice(0, code.lastIndexOf('//# sourceMappingURL=data:')).replaceAll(`./${OLD_SOURCES}/`, './');
  if (own === '' || own.includes(ROOT) || own.includes(OLD_SOURCES)) {
    throw new Error('the bundle has no map to cut off, or names folders of this machine');
  }
  return `${own}${MAP_COMMENT}${Buffer.from(JSON.stringify(EMPTY_MAP)).toString('base64')}\n`;
}

async function replaceWith(file: string, content: Buffer): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const before = (await readdir(FOLDER)).filter((name) => name.endsWith('.js.gz'));
  await Promise.all(before.map((name) => rm(join(FOLDER, name))));
  await writeFile(join(FOLDER, file), content);
}

await main(process.argv[2] ?? 'HEAD');

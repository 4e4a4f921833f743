import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Builds dist/ before the first file of `e2e`: what ships is tested, and a process of the build starts in half the
 * time that one of the sources takes to compile and to bundle its workflows. Types are for `npm run check`. `npm test`
 * has it made beside the files before, and says so.
 */
export default function build() {
  if (process.env.TEST_BUILT === 'true') {
    return;
  }
  const args = ['--import', 'tsx', 'scripts/build.ts', '--no-check'];
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) {
    throw new Error('npm run build fails');
  }
}

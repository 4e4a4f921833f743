import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** In a checkout where nobody has built the console yet; an image brings it along. */
export async function ensureConsole(onProgress: (line: string) => void): Promise<void> {
  if (import.meta.url.endsWith('.ts') && !existsSync(join(ROOT, 'dist/ui/index.html'))) {
    onProgress('building the console, once (npm run console shows it from its sources)');
    const { buildConsole } = await import('../scripts/ui-build.ts');
    await buildConsole();
  }
}

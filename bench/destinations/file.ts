import { copyFile, mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from '../bench-system.ts';
import { type BareLoader, mustBeEqual, type Target } from './target.ts';

export async function fileTarget(bench: Bench): Promise<Target> {
  const directory = join(bench.dataDir, 'exports');
  const clear = async (): Promise<void> => {
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory);
  };
  await clear();
  return {
    kind: 'file',
    config: { directory },
    loaders: () => Promise.resolve([copyWithSync(directory)]),
    clear,
    close: () => Promise.resolve(),
  };
}

function copyWithSync(directory: string): BareLoader {
  const copy = join(directory, 'copy');
  return {
    name: 'copy and fsync of file and folder',
    prepare: (file) =>
      Promise.resolve({
        run: async () => {
          await copyFile(file.path, copy);
          await synced(copy);
          await synced(directory);
        },
        check: async () => mustBeEqual('bytes copied', (await stat(copy)).size, file.bytes),
      }),
  };
}

async function synced(path: string): Promise<void> {
  const handle = await open(path);
  await handle.sync().finally(() => handle.close());
}

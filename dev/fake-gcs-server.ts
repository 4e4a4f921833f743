import { buildGoProgram } from './go-program.ts';

/** An emulator of Google Cloud Storage, for tests: the cache, or a build from source. */
export async function findFakeGcsServer(onProgress: (line: string) => void): Promise<string> {
  return await buildGoProgram(
    {
      name: 'fake-gcs-server',
      version: '1.56.1',
      modulePath: 'github.com/fsouza/fake-gcs-server',
      about: 'an emulator of Google Cloud Storage',
    },
    onProgress,
  );
}

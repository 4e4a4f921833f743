import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { createFileDestination } from '../../destinations/file/index.ts';
import { destinationUnderTest } from './destinations-under-test.ts';
import { describeDestination, SUITE_TIMEOUT_MS } from './destination-suite.ts';
import type { Place } from './place.ts';

jest.setTimeout(SUITE_TIMEOUT_MS);

const directories: string[] = [];

async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-file-'));
  directories.push(directory);
  return directory;
}

afterAll(async () => {
  await Promise.all(directories.map((directory) => rm(directory, { recursive: true })));
});

async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)));
}

const isHidden = (key: string): boolean => basename(key).startsWith('.');
const isManifest = (key: string): boolean => key.endsWith('_manifest.json');

async function place(): Promise<Place> {
  const directory = await newDirectory();
  const read = (key: string): Promise<Buffer> => readFile(join(directory, key));
  return {
    destination: destinationUnderTest('file'),
    config: { directory, prefix: 'out/{table}/year={year}' },
    readBack: async () => {
      const keys = (await filesIn(directory)).filter((key) => !isHidden(key) && !isManifest(key));
      return new Map(await Promise.all(keys.map(async (key) => [key, await read(key)] as const)));
    },
    manifests: async () => {
      const keys = (await filesIn(directory)).filter(isManifest);
      return await Promise.all(
        keys.map(async (key) => JSON.parse((await read(key)).toString()) as Record<string, unknown>),
      );
    },
    leftovers: async () => (await filesIn(directory)).filter(isHidden),
    remove: (key) => rm(join(directory, key)),
  };
}

describe('file', () => {
  describeDestination({
    kind: 'file',
    place,
    wrongConfigs: async () => {
      const file = join(await newDirectory(), 'a-file');
      await writeFile(file, '');
      return [
        { name: 'not a folder', config: { directory: join(file, 'x'), prefix: '' }, code: 'file_directory_invalid' },
      ];
    },
  });

  test('only allowed folders, and none that merely begin like one', async () => {
    const root = await newDirectory();
    const destination = createFileDestination({ allowedRoots: [root] });
    const { signal } = new AbortController();
    const check = async (directory: string): Promise<string | undefined> =>
      (await destination.check({ directory, prefix: '' }, signal))[0]?.status;
    expect(await check(join(root, 'a'))).toBe('passed');
    expect(await check(`${root}-other`)).toBe('failed');
    expect(await check(join(root, '..'))).toBe('failed');
  });
});

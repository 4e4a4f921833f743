import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { createFileDestination } from '../../destinations/file/index.ts';
import { makeSmallDisk, type SmallDisk } from '../support/small-disk.ts';
import { contextOf } from './context.ts';
import { destinationUnderTest } from './destinations-under-test.ts';
import { describeDestination, SUITE_TIMEOUT_MS } from './destination-suite.ts';
import { contentsOf, expectExactly, expectNothing, exportAll, inSession, sha256 } from './files/session.ts';
import { leftoversAfter, type Place } from './place.ts';
import { jsonLines } from './sources.ts';

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

function placeIn(directory: string): Place {
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
    place: async () => placeIn(await newDirectory()),
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

const DISK_FULL = { code: 'file_disk_full', retryable: true, fault: 'destination', remedy: expect.any(String) };

describe('a disk that is really full, or read-only', () => {
  let disk: SmallDisk;
  let places = 0;
  beforeAll(async () => {
    disk = await makeSmallDisk(8);
  });
  afterEach(async () => {
    await disk.mount('rw');
    await disk.free();
  });
  afterAll(() => disk.remove());

  const newPlace = (): Place => placeIn(join(disk.path, String((places += 1))));
  const failureOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );

  test('wherever it runs full, readers see whole files and no manifest, and a repeat completes the interval', async () => {
    // Of two files of about 30 pages, their owner's mark and their manifest.
    const contents = [jsonLines(300, 400), jsonLines(300, 400, 'b')];
    const whole = contents.map(sha256);
    const failedWith: number[] = [];
    for (let pages = 0; pages <= 64; pages += 1) {
      const [place, context] = [newPlace(), contextOf()];
      await disk.fill(pages);
      const failure = await failureOf(exportAll(place, context, contents));
      if (failure !== undefined) {
        failedWith.push(pages);
        expect(failure).toMatchObject(DISK_FULL);
        expect(await place.manifests()).toEqual([]);
        expect(whole).toEqual(expect.arrayContaining(await contentsOf(place)));
        expect(await leftoversAfter('failure', place)).toEqual([]);
      }
      await disk.free();
      await exportAll(place, context, contents);
      await expectExactly(place, contents);
      await rm(join(disk.path, String(places)), { recursive: true });
    }
    expect(failedWith.length).toBeGreaterThan(50);
    expect(failedWith).not.toContain(64);
  });

  test('a re-run that does not fit leaves what was there', async () => {
    const [place, context, contents] = [newPlace(), contextOf(), [jsonLines(300, 400)]];
    await exportAll(place, context, contents);
    await disk.fill(8);
    const again = { ...context, generation: 1, runId: contextOf().runId };
    const others = [jsonLines(300, 400, 'b')];
    await expect(exportAll(place, again, others)).rejects.toMatchObject(DISK_FULL);
    expect(await contentsOf(place)).toEqual(contents.map(sha256));
    expect(await place.manifests()).toMatchObject([{ generation: 0 }]);
    await disk.free();
    await exportAll(place, again, others);
    await expectExactly(place, others);
  });

  test('one that is mounted read-only is waited for too', async () => {
    const [place, context, contents] = [newPlace(), contextOf(), [jsonLines(5)]];
    await disk.mount('ro');
    const readOnly = { code: 'file_read_only', retryable: true, fault: 'destination', remedy: expect.any(String) };
    // Its folders are not there yet.
    await expect(exportAll(place, context, contents)).rejects.toMatchObject(readOnly);
    await disk.mount('rw');
    await inSession(place, context, () => Promise.resolve());
    await disk.mount('ro');
    await expect(exportAll(place, context, contents)).rejects.toMatchObject(readOnly);
    await disk.mount('rw');
    await exportAll(place, context, contents);
    await expectExactly(place, contents);
  });

  test('the connection check says so', async () => {
    const place = newPlace();
    await disk.fill();
    const steps = await place.destination.check(place.config, new AbortController().signal);
    expect(steps.find(({ status }) => status === 'failed')).toMatchObject({
      name: 'write',
      message: expect.stringContaining('Make room'),
    });
    await disk.free();
    await expectNothing(place);
    expect(await place.leftovers()).toEqual([]);
  });
});

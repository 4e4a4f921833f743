import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { contextOf } from '../../test/conformance/context.ts';
import { chunkOf, jsonLines } from '../../test/conformance/sources.ts';
import { createFileDestination } from '../file/index.ts';
import { verdictText } from './verdict-text.ts';
import { verifyManifest } from './verify-manifest.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-verify-'));
});
afterAll(() => rm(root, { recursive: true }));

interface Exported {
  manifest: string;
  directory: string;
  /** Paths of the two data files, of 3 and 4 rows. */
  files: string[];
}

async function exported(): Promise<Exported> {
  const directory = join(root, randomUUID());
  const context = contextOf({ format: { fileFormat: 'jsonl', compression: 'gzip' } });
  const session = await createFileDestination().open({ directory, prefix: 'year={year}' }, context);
  const chunks = [3, 4].map((rows, index) => chunkOf(gzipSync(jsonLines(rows)), index, { rows }));
  const receipts = [await session.loadChunk(chunks[0]!), await session.loadChunk(chunks[1]!)];
  const { manifestKey } = await session.commit({ chunks: receipts });
  await session.close();
  const files = receipts.flatMap((receipt) => receipt.files.map(({ key }) => join(directory, key)));
  return { manifest: join(directory, manifestKey ?? ''), directory, files };
}

async function edit(path: string, change: (manifest: Record<string, unknown>) => void): Promise<void> {
  const manifest = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  change(manifest);
  await writeFile(path, JSON.stringify(manifest));
}

describe('a manifest beside its files', () => {
  test('all is there, by the files beside it and by their keys below a root', async () => {
    const { manifest, directory } = await exported();
    const verdict = await verifyManifest(manifest);
    expect(verdict).toMatchObject({ files: 2, rows: 7, differences: [] });
    expect(verdictText(verdict)).toContain('all is there (2 files, 7 rows');
    expect((await verifyManifest(manifest, directory)).differences).toEqual([]);
    const moved = join(root, 'moved_manifest.json');
    await rename(manifest, moved);
    expect((await verifyManifest(moved, directory)).differences).toEqual([]);
  });

  test.each([
    ['lost', (path: string) => rm(path), ['file']],
    ['cut off', (path: string) => truncate(path, 40), ['bytes', 'content']],
    ['longer', (path: string) => appendFile(path, gzipSync('{}\n')), ['bytes', 'sha256', 'rows']],
    ['another', (path: string) => writeFile(path, 'no gzip at all'), ['bytes', 'content']],
  ])('a file is %s', async (_what, damage, differences) => {
    const { manifest, files } = await exported();
    await damage(files[1] ?? '');
    const verdict = await verifyManifest(manifest);
    expect(verdict.differences.map(({ what }) => what)).toEqual(differences);
    expect(verdict.differences.every(({ file }) => basename(file) === basename(files[1] ?? ''))).toBe(true);
    expect(verdictText(verdict).split('\n')).toHaveLength(2 + differences.length);
  });

  test('a file of the same size and rows with another content', async () => {
    const { manifest, files } = await exported();
    const bytes = await readFile(files[0] ?? '');
    // The time in gzip's header: what is inside stays the same.
    bytes.writeUInt8((bytes.readUInt8(4) + 1) % 256, 4);
    await writeFile(files[0] ?? '', bytes);
    expect((await verifyManifest(manifest)).differences.map(({ what }) => what)).toEqual(['sha256']);
  });

  test('sums that are not those of the files', async () => {
    const { manifest } = await exported();
    await edit(manifest, (fields) => {
      fields['rows'] = 8;
    });
    const { differences } = await verifyManifest(manifest);
    expect(differences).toEqual([{ file: 'manifest', what: 'rows', expected: '8', found: '7' }]);
  });

  test('a key that leads out of the root is refused', async () => {
    const { manifest } = await exported();
    await edit(manifest, (fields) => {
      (fields['files'] as { key: string }[])[0]!.key = '../../secret.jsonl';
    });
    await expect(verifyManifest(manifest, dirname(manifest))).rejects.toThrow('no key below a folder');
  });
});

import { createHash } from 'node:crypto';
import { expect } from '@jest/globals';
import type { ExportPlace } from './export-places.ts';

export interface Manifest {
  export_id: string;
  run_id: string;
  generation: number;
  rows: number;
  bytes: number;
  files: { key: string; rows: number; bytes: number; sha256: string }[];
}

export interface ExportFile {
  key: string;
  content: Buffer;
}

export async function manifests(place: ExportPlace): Promise<Manifest[]> {
  const keys = (await place.keys()).filter((key) => key.endsWith('_manifest.json'));
  return Promise.all(keys.map(async (key) => JSON.parse((await place.read(key)).toString()) as Manifest));
}

/** The files that the place's manifests name. */
export async function committedFiles(place: ExportPlace): Promise<ExportFile[]> {
  const files = (await manifests(place)).flatMap((manifest) => manifest.files);
  return Promise.all(files.map(async ({ key }) => ({ key, content: await place.read(key) })));
}

/** Sums, sizes and hashes are those of the files, and nothing lies there that no manifest names. */
export async function expectConsistent(place: ExportPlace): Promise<void> {
  const found = await manifests(place);
  for (const manifest of found) {
    for (const file of manifest.files) {
      const content = await place.read(file.key);
      const sha256 = createHash('sha256').update(content).digest('hex');
      expect({ key: file.key, bytes: content.length, sha256 }).toEqual({
        key: file.key,
        bytes: file.bytes,
        sha256: file.sha256,
      });
    }
    expect(manifest.rows).toBe(manifest.files.reduce((sum, file) => sum + file.rows, 0));
    expect(manifest.bytes).toBe(manifest.files.reduce((sum, file) => sum + file.bytes, 0));
  }
  const named = found.flatMap((manifest) => manifest.files.map((file) => file.key));
  const data = (await place.keys()).filter((key) => !key.endsWith('_manifest.json'));
  expect(data).toEqual(named.sort());
  expect(await place.unfinished()).toEqual([]);
}

import { readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, normalize } from 'node:path';
import { errorCode, errorMessage } from '../../core/errors.ts';
import { storedFile } from '../file/folder.ts';
import { type Manifest, parseManifest } from '../manifest.ts';
import { mapLimited } from '../map-limited.ts';
import { inspectStored } from '../stored-content.ts';

/** Something that is not as the manifest says. */
export interface Difference {
  /** Key of a file, or `manifest`. */
  file: string;
  what: 'file' | 'bytes' | 'sha256' | 'rows' | 'content';
  expected: string;
  found: string;
}

export interface Verdict {
  manifest: string;
  exportId: string;
  interval: { start: string; end: string };
  files: number;
  rows: number;
  bytes: number;
  differences: Difference[];
}

const FILES_AT_ONCE = 2;

/**
 * Compares a manifest with its files, without any network: they are there, of the right size, hash and number of rows
 * (counted in the bytes), and the manifest's sums are theirs. Files are looked for beside the manifest, or by their
 * keys below `root`. Throws destination_manifest_invalid for what is no manifest, and the file system's errors.
 */
export async function verifyManifest(path: string, root?: string): Promise<Verdict> {
  const manifest = parseManifest(path, await readFile(path, 'utf8'));
  const pathOf = (key: string): string =>
    root === undefined ? join(dirname(path), basename(key)) : join(root, insideRoot(key));
  const differences = await mapLimited(manifest.files, FILES_AT_ONCE, (file) =>
    compareFile(file, pathOf(file.key), manifest.format),
  );
  const { export_id: exportId, interval, files, rows, bytes } = manifest;
  return {
    manifest: path,
    exportId,
    interval,
    files: files.length,
    rows,
    bytes,
    differences: [...compareSums(manifest), ...differences.flat()],
  };
}

/** A manifest comes from outside: its keys must not lead to other files of this machine. */
function insideRoot(key: string): string {
  const path = normalize(key);
  if (isAbsolute(path) || path.split(/[\\/]/).includes('..')) {
    throw new Error(`${key} is no key below a folder`);
  }
  return path;
}

async function compareFile(
  file: Manifest['files'][number],
  path: string,
  format: Manifest['format'],
): Promise<Difference[]> {
  const stored = await storedFile(path, file.key);
  if (stored === undefined) {
    return [{ file: file.key, what: 'file', expected: path, found: 'nothing' }];
  }
  try {
    const { rows, sha256 } = await inspectStored(stored, format);
    return differing(file.key, [
      ['bytes', file.bytes, stored.bytes],
      ['sha256', file.sha256, sha256],
      ['rows', file.rows, rows],
    ]);
  } catch (error) {
    if (errorCode(error) !== 'stored_file_incomplete') {
      throw error;
    }
    const incomplete = {
      file: file.key,
      what: 'content',
      expected: 'a whole file',
      found: errorMessage(error),
    } as const;
    return [...differing(file.key, [['bytes', file.bytes, stored.bytes]]), incomplete];
  }
}

function compareSums(manifest: Manifest): Difference[] {
  const sum = (field: 'rows' | 'bytes'): number => manifest.files.reduce((total, file) => total + file[field], 0);
  return differing('manifest', [
    ['rows', manifest.rows, sum('rows')],
    ['bytes', manifest.bytes, sum('bytes')],
  ]);
}

function differing(
  file: string,
  facts: readonly [Difference['what'], string | number, string | number][],
): Difference[] {
  return facts
    .filter(([, expected, found]) => expected !== found)
    .map(([what, expected, found]) => ({ file, what, expected: String(expected), found: String(found) }));
}

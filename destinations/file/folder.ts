import { createReadStream } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { errorCode } from '../../core/errors.ts';
import type { StoredFile } from '../stored-content.ts';
import { fileError } from './errors.ts';

async function unlessAbsent<T>(action: string, step: () => Promise<T>): Promise<T | undefined> {
  try {
    return await step();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return undefined;
    }
    throw fileError(error, action);
  }
}

/** Names in a folder; none when it does not exist. */
export async function namesIn(directory: string): Promise<string[]> {
  return (await unlessAbsent(`list ${directory}`, () => readdir(directory))) ?? [];
}

export async function readIfThere(path: string): Promise<string | undefined> {
  return await unlessAbsent(`read ${path}`, () => readFile(path, 'utf8'));
}

async function* readMapped(path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const bytes of createReadStream(path)) {
      yield bytes as Uint8Array;
    }
  } catch (error) {
    throw fileError(error, `read ${path}`);
  }
}

async function readRange(path: string, offset: number, length: number): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await handle.read(buffer, 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** A file as something whose content can be counted, or undefined when it does not exist. */
export async function storedFile(path: string, key: string): Promise<StoredFile | undefined> {
  const found = await unlessAbsent(`look at ${path}`, () => stat(path));
  return found === undefined
    ? undefined
    : {
        key,
        bytes: found.size,
        readAll: () => Promise.resolve(readMapped(path)),
        readRange: (offset, length) => readRange(path, offset, length),
      };
}

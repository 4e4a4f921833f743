import { access, constants, link, mkdir, open, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode } from '../../core/errors.ts';
import { fileError, linkError } from './errors.ts';
import { GatheredWrite } from './gathered-write.ts';

/*
 * How a file appears: it is written under a hidden temporary name in the same folder and flushed, then link() gives it
 * its name, which fails when the name is taken (rename() would replace it). So under its name a file is complete from
 * its first moment, and the first writer wins, wherever a kill -9 strikes. A temporary name left behind is rubbish at
 * any time: it is only a second name of a finished file, or an unfinished one.
 */

async function inFileSystem<T>(action: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw fileError(error, action);
  }
}

/** Flushes a folder, so that the names in it survive a power failure. */
export async function syncDirectory(directory: string): Promise<void> {
  await inFileSystem(`flush ${directory}`, async () => {
    const handle = await open(directory, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

/** Node answers ENOENT on a file system that takes no writes; the folder that is there says why. */
async function makeDirectory(directory: string): Promise<string | undefined> {
  try {
    return await mkdir(directory, { recursive: true });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      await access(await nearestFolder(directory), constants.W_OK);
    }
    throw error;
  }
}

async function nearestFolder(directory: string): Promise<string> {
  const parent = dirname(directory);
  return parent === directory || (await exists(parent)) ? parent : nearestFolder(parent);
}

/** Creates a folder with its parents and flushes whatever names that made. */
export async function ensureDirectory(directory: string): Promise<void> {
  const first = await inFileSystem(`create ${directory}`, () => makeDirectory(directory));
  if (first === undefined) {
    return;
  }
  for (let at = directory; at.length >= dirname(first).length; at = dirname(at)) {
    await syncDirectory(at);
    if (at === dirname(at)) {
      return;
    }
  }
}

/** Most pieces are only copied: they cost no promise. */
function written(writing: Promise<void> | undefined, name: string): Promise<void> | undefined {
  return writing && inFileSystem(`write ${name}`, () => writing);
}

/** Removes a file; that it is gone already is fine. Returns whether it was there. */
export async function removeFile(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return false;
    }
    throw fileError(error, `remove ${path}`);
  }
}

export interface ExclusiveWrite {
  directory: string;
  name: string;
  /** Unique and hidden, in the same folder. */
  temporaryName: string;
  /** Called once; every piece goes to `write`, which takes a copy. When it throws nothing appears. */
  fill(write: (bytes: Uint8Array) => Promise<void> | undefined): Promise<void>;
}

/** Returns false when the name was taken: nothing was changed then. Always removes its temporary file. */
export async function writeExclusively(request: ExclusiveWrite): Promise<boolean> {
  const temporary = join(request.directory, request.temporaryName);
  const handle = await inFileSystem(`create ${temporary}`, () => open(temporary, 'wx'));
  try {
    try {
      const gathered = new GatheredWrite(handle);
      await request.fill((bytes) => written(gathered.write(bytes), request.name));
      await written(gathered.flush(), request.name);
      await inFileSystem(`flush ${request.name}`, () => handle.sync());
    } finally {
      await handle.close();
    }
    return await linkNew(temporary, join(request.directory, request.name));
  } finally {
    await removeFile(temporary);
    await syncDirectory(request.directory);
  }
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    // ENOENT: another attempt has committed the same generation and taken our temporary file for rubbish.
    const isTaken = errorCode(error) === 'EEXIST' || (errorCode(error) === 'ENOENT' && (await exists(to)));
    if (isTaken) {
      return false;
    }
    throw linkError(error, `name ${to}`);
  }
}

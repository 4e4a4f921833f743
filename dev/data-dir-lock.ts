import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, SluiceError } from '../core/errors.ts';
import { identify, isRunning } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';

/**
 * Makes this process the only one that runs a stack on the folder. Returns the release. A lock whose process is gone
 * is taken over.
 */
export function lockDataDir(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o711 });
  const file = join(dataDir, 'stack.lock');
  if (!tryCreate(file)) {
    const holder = readHolder(file);
    if (holder !== undefined && isRunning(holder)) {
      throw alreadyRunning(dataDir, holder.pid);
    }
    rmSync(file, { force: true });
    if (!tryCreate(file)) {
      throw alreadyRunning(dataDir, readHolder(file)?.pid);
    }
  }
  return () => rmSync(file, { force: true });
}

function alreadyRunning(dataDir: string, pid: number | undefined): SluiceError {
  return new SluiceError({
    code: 'dev_data_dir_in_use',
    message: `Another stack is running on ${dataDir} (process ${pid ?? 'unknown'}).`,
    retryable: false,
    fault: 'customer',
    remedy: 'Stop that one first, or choose another data folder.',
  });
}

function tryCreate(file: string): boolean {
  try {
    const handle = openSync(file, 'wx', 0o600);
    writeSync(handle, JSON.stringify(identify(process.pid)));
    closeSync(handle);
    return true;
  } catch (error: unknown) {
    if (errorCode(error) === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

/** Undefined for a lock that was cut off while it was written. */
function readHolder(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

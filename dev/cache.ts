import { homedir } from 'node:os';
import { join } from 'node:path';

/** Downloaded and built programs, keyed by version, shared by all checkouts: `SLUICE_CACHE_DIR` or `~/.cache/sluice`. */
export function cacheDir(): string {
  return process.env['SLUICE_CACHE_DIR'] ?? join(homedir(), '.cache', 'sluice');
}

/** Where version `version` of `program` is kept. */
export function cachedProgram(program: string, version: string): string {
  return join(cacheDir(), 'bin', `${program}-${version}`, program);
}

import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { errorCode } from '../core/errors.ts';

/** A random secret that is made once and kept in a file only its owner may read. */
export async function keptSecret(file: string, bytes = 18): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error: unknown) {
    if (errorCode(error) !== 'ENOENT') {
      throw error;
    }
  }
  const secret = randomBytes(bytes).toString('hex');
  await writeFile(file, `${secret}\n`, { mode: 0o600 });
  return secret;
}

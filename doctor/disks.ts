import { statfs } from 'node:fs/promises';
import { errorMessage } from '../core/errors.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

const GIB = 1_073_741_824;
/** ClickHouse needs room for merges, PostgreSQL stops writing at none. */
const WARN_SHARE = 0.1;
const FAIL_SHARE = 0.02;

export interface Disk {
  /** For people: whose disk it is. */
  name: string;
  freeBytes: number;
  totalBytes: number;
}

export function diskFinding({ name, freeBytes, totalBytes }: Disk): Finding {
  const check = `disk.${name}`;
  const text = `${(freeBytes / GIB).toFixed(1)} of ${(totalBytes / GIB).toFixed(1)} GiB are free`;
  const share = freeBytes / totalBytes;
  const remedy = 'Make room or enlarge the disk; events live as long as the TTL of event_log says.';
  if (share < FAIL_SHARE) {
    return fail(check, text, remedy);
  }
  return share < WARN_SHARE ? warn(check, text, remedy) : ok(check, text);
}

/** The disk below a folder of this machine, which has to be there. */
export async function folderFinding(name: string, folder: string): Promise<Finding> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return diskFinding({ name, freeBytes: bavail * bsize, totalBytes: blocks * bsize });
  } catch (error) {
    return fail(`disk.${name}`, `${folder}: ${errorMessage(error)}`, 'Make the folder, or correct the setting.');
  }
}

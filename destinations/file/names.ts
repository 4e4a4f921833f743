import { createHash, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/*
 * Hidden names beside the data of an interval:
 *   .<stem>-g<generation>.owner                              which run the generation belongs to
 *   .<stem>-g<generation>-<run>-<host>-<pid>-<random>.tmp    a file being written
 */

const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

export function ownerName(stem: string, generation: number): string {
  return `.${stem}-g${String(generation)}.owner`;
}

export function temporaryName(stem: string, generation: number, runId: string): string {
  const random = randomUUID().slice(0, 8);
  return `.${stem}-g${String(generation)}-${runId.slice(0, 8)}-${HOST}-${String(process.pid)}-${random}.tmp`;
}

/** The generation of a hidden name of this interval, or undefined when it is none. */
export function hiddenGeneration(stem: string, name: string): number | undefined {
  const match = name.startsWith(`.${stem}-g`) ? /^(\d+)(?:\.owner|-.*\.tmp)$/.exec(name.slice(stem.length + 3)) : null;
  return match === null ? undefined : Number(match[1]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: unknown }).code !== 'ESRCH';
  }
}

/** True when a temporary file's writer was a process of this machine that has ended. */
export function isOrphan(name: string): boolean {
  const match = /-([0-9a-f]{8})-(\d+)-[0-9a-f]{8}\.tmp$/.exec(name);
  return match !== null && match[1] === HOST && !isAlive(Number(match[2]));
}

import { readFileSync } from 'node:fs';

/** A pid alone may have been given to another program since; the start time tells the two apart (Linux only, else ''). */
export interface ProcessIdentity {
  pid: number;
  startedAt: string;
}

export function identify(pid: number): ProcessIdentity {
  return { pid, startedAt: startTimeOf(pid) };
}

/** True while that very process exists. A zombie counts as gone. */
export function isRunning(identity: ProcessIdentity): boolean {
  if (!pidExists(identity.pid)) {
    return false;
  }
  const now = startTimeOf(identity.pid);
  return now === identity.startedAt || now === '' || identity.startedAt === '';
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error: unknown) {
    // EPERM: it exists and belongs to somebody else.
    return (error as { code?: unknown }).code === 'EPERM';
  }
  return stateOf(pid) !== 'Z';
}

/** Fields after the command name, which may itself contain spaces and brackets. */
function statFields(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return []; // no /proc here, or the process has just ended
  }
}

function stateOf(pid: number): string {
  return statFields(pid)[0] ?? '';
}

function startTimeOf(pid: number): string {
  return statFields(pid)[19] ?? '';
}

import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

/** The core that encodes, and the one for everything that moves bytes. */
const ENGINE_CORE = 0;
const OTHER_CORE = 1;

/**
 * Gives the engine's own threads one core and everything else the second one: this process, `pids`, what they start
 * later, and the first thread of the engine's process, in which the embedded HTTP front runs. So it shows what an export
 * reaches where the engine does not share its cores with the worker. A new thread gets the core of the one it starts from.
 */
export function pinApart(enginePid: number, pids: readonly number[]): void {
  const threads = readdirSync(`/proc/${String(enginePid)}/task`).map(Number);
  for (const thread of threads.filter((id) => id !== enginePid)) {
    pin(thread, ENGINE_CORE);
  }
  pin(enginePid, OTHER_CORE);
  for (const pid of [process.pid, ...pids.filter((id) => id !== enginePid)]) {
    execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(OTHER_CORE), String(pid)], QUIET);
  }
}

const QUIET = { stdio: 'ignore' } as const;

function pin(thread: number, core: number): void {
  execFileSync('taskset', ['--cpu-list', '--pid', String(core), String(thread)], QUIET);
}

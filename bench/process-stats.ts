import { readFileSync, writeFileSync } from 'node:fs';

/** Linux counts CPU time in ticks of 10 ms (USER_HZ). */
const TICKS_PER_SECOND = 100;
const KIB_PER_MIB = 1024;

/** User and system time of a process with all of its threads since it started. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  // The second field, the program's name in parentheses, may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Resident memory now. */
export function residentMiB(pid: number): number {
  return statusMiB(pid, 'VmRSS');
}

/** Highest resident memory since `resetPeak`. Kept by the kernel, so no peak between two samples is missed. */
export function peakMiB(pid: number): number {
  return statusMiB(pid, 'VmHWM');
}

export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${String(pid)}/clear_refs`, '5');
}

function statusMiB(pid: number, field: string): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  const kib = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  return Math.round(Number(kib) / KIB_PER_MIB);
}

export interface Usage {
  cpuSeconds: number;
  peakMiB: number;
}

/** What a process spent while `work` ran. */
export async function measured<T>(pid: number, work: () => Promise<T>): Promise<{ result: T; usage: Usage }> {
  resetPeak(pid);
  const before = cpuSeconds(pid);
  const result = await work();
  return { result, usage: { cpuSeconds: cpuSeconds(pid) - before, peakMiB: peakMiB(pid) } };
}

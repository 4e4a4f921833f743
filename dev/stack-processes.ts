import { join } from 'node:path';
import { readJson, writeJson } from './json-file.ts';
import { identify, isRunning } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { waitUntil } from './wait-until.ts';

/** The servers' processes by name, kept in `pids.json` so that a later start can wait for what an earlier one left. */
export class StackProcesses {
  readonly pids: Record<string, number> = {};
  private readonly identities: Record<string, ProcessIdentity> = {};
  private readonly file: string;

  constructor(dataDir: string) {
    this.file = join(dataDir, 'pids.json');
  }

  /** A server's pid after its start, undefined after its end. */
  record(name: string, pid: number | undefined): void {
    if (pid === undefined) {
      delete this.pids[name];
      delete this.identities[name];
    } else {
      this.pids[name] = pid;
      this.identities[name] = identify(pid);
    }
    writeJson(this.file, this.identities);
  }

  /** After a crash of the starter its guards are still ending the servers: their files are not free before that. */
  async waitForPredecessors(): Promise<void> {
    const left = Object.entries(readJson<Record<string, ProcessIdentity>>(this.file) ?? {});
    await Promise.all(left.map(([name, identity]) => waitForEnd(name, identity)));
  }
}

async function waitForEnd(name: string, identity: ProcessIdentity): Promise<void> {
  const probe = (): Promise<void> =>
    isRunning(identity) ? Promise.reject(new Error(`process ${identity.pid} is still there`)) : Promise.resolve();
  await waitUntil(probe, { what: `the end of an earlier ${name}`, timeoutMs: 20_000 });
}

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Writable } from 'node:stream';
import { errorMessage } from '../core/errors.ts';
import { waitUntil } from './wait-until.ts';

const GUARD = fileURLToPath(new URL('./guard.sh', import.meta.url));
/** After this a server that ignores its stop signal is killed. */
const STOP_GRACE_MS = 10_000;
const RESTART_DELAYS_MS = [250, 1_000, 2_000, 5_000, 10_000, 30_000];
/** A server that ran this long starts again with the shortest delay. */
const HEALTHY_AFTER_MS = 60_000;

/** What to run and how to know that it works. `probe` throws until the server answers. */
export interface ServiceSpec {
  name: string;
  command: string;
  args: string[];
  env?: Record<string, string>;
  cwd?: string;
  uid?: number;
  gid?: number;
  stopSignal: 'TERM' | 'INT';
  logFile: string;
  readyTimeoutMs: number;
  probe(): Promise<void>;
  /** Runs before each start (stale files of a killed predecessor). */
  prepare?(): Promise<void>;
}

export interface ServiceOptions {
  supervise: boolean;
  /** Of one restart after another; the last for all that follow. */
  restartDelaysMs?: readonly number[];
  onProgress(line: string): void;
  onPid(pid: number | undefined): void;
}

/** One server process, started, watched and ended by its pid. */
export class Service {
  private child: ChildProcess | undefined;
  private stopping = false;
  private failures = 0;
  private restartTimer: NodeJS.Timeout | undefined;
  private restarting: Promise<void> = Promise.resolve();

  private readonly spec: ServiceSpec;
  private readonly options: ServiceOptions;

  private constructor(spec: ServiceSpec, options: ServiceOptions) {
    this.spec = spec;
    this.options = options;
  }

  /** Resolves when the server answers; a server that fails to come up is ended first. */
  static async start(spec: ServiceSpec, options: ServiceOptions): Promise<Service> {
    const service = new Service(spec, options);
    try {
      await service.launch();
    } catch (error: unknown) {
      await service.stop();
      throw error;
    }
    return service;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Stop signal, then SIGKILL after ten seconds. Resolves when the process is gone. Idempotent. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restartTimer);
    await this.endChild();
    await this.restarting;
    await this.endChild();
  }

  private async launch(): Promise<void> {
    await this.spec.prepare?.();
    if (this.stopping) {
      return;
    }
    const child = spawnGuarded(this.spec);
    this.child = child;
    this.options.onPid(child.pid);
    const startedAt = performance.now();
    child.once('exit', () => this.onExit(child, startedAt));
    await waitUntil(() => this.spec.probe(), {
      what: this.spec.name,
      timeoutMs: this.spec.readyTimeoutMs,
      failed: () => (hasEnded(child) ? this.deathReport(child) : undefined),
    });
  }

  private onExit(child: ChildProcess, startedAt: number): void {
    releaseGuard(child);
    if (this.child === child) {
      this.child = undefined;
      this.options.onPid(undefined);
    }
    if (this.stopping || !this.options.supervise) {
      return;
    }
    this.failures = performance.now() - startedAt > HEALTHY_AFTER_MS ? 0 : this.failures;
    const delays = this.options.restartDelaysMs ?? RESTART_DELAYS_MS;
    const delayMs = delays[Math.min(this.failures, delays.length - 1)] ?? 0;
    this.failures += 1;
    this.options.onProgress(`${this.spec.name} ended (${exitReason(child)}); restarting in ${delayMs} ms`);
    this.restartTimer = setTimeout(() => {
      this.restarting = this.restart();
    }, delayMs);
  }

  private async restart(): Promise<void> {
    try {
      await this.launch();
      this.options.onProgress(`${this.spec.name} is back`);
    } catch (error: unknown) {
      this.options.onProgress(`${this.spec.name} did not come back: ${errorMessage(error)}`);
      // Alive but silent: ending it makes its exit handler try again, later.
      await this.endChild();
    }
  }

  private async endChild(): Promise<void> {
    const child = this.child;
    if (child === undefined || hasEnded(child)) {
      return;
    }
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(`SIG${this.spec.stopSignal}`);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
    await ended;
    clearTimeout(timer);
  }

  private deathReport(child: ChildProcess): Error {
    const tail = lastLines(this.spec.logFile, 15);
    return new Error(`${this.spec.name} ended at start (${exitReason(child)}); its log ${this.spec.logFile}:\n${tail}`);
  }
}

/** The guard ends the server when this process dies, however it dies. */
function spawnGuarded(spec: ServiceSpec): ChildProcess {
  const log = openSync(spec.logFile, 'a', 0o600);
  try {
    return spawn('/bin/sh', [GUARD, spec.stopSignal, String(STOP_GRACE_MS / 1_000), spec.command, ...spec.args], {
      // Its own session: Ctrl-C reaches only us, and we stop the parts in order.
      detached: true,
      stdio: ['ignore', log, log, 'pipe'],
      env: { ...process.env, ...spec.env },
      ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
      ...(spec.uid === undefined ? {} : { uid: spec.uid }),
      ...(spec.gid === undefined ? {} : { gid: spec.gid }),
    });
  } finally {
    closeSync(log);
  }
}

/** Tells the guard's watcher that there is nothing left to end; without it the watcher would signal a pid that is free again. */
function releaseGuard(child: ChildProcess): void {
  const lifeline = child.stdio[3] as Writable | null | undefined;
  lifeline?.on('error', () => undefined); // the watcher may be gone as well
  lifeline?.end('ended\n');
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function exitReason(child: ChildProcess): string {
  return child.signalCode ?? `exit code ${child.exitCode ?? 'unknown'}`;
}

function lastLines(file: string, count: number): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  } catch {
    return '(no log)';
  }
}

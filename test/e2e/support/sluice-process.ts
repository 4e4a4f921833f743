import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { envSchema } from '../../../config.ts';
import { eventually } from '../../support/eventually.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** The command of a checkout: the sources, through tsx. */
export const SLUICE_OF_SOURCES = [fileURLToPath(new URL('../../../scripts/sluice.js', import.meta.url))];
/** As the build made it, where jest.config.js has had one made: it starts in a third of the time. */
const { builtProgram = SLUICE_OF_SOURCES } = globalThis as { builtProgram?: string[] };

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A command that runs as a process of its own, with what it has written so far. */
export interface RunningCommand {
  pid: number;
  stdout(): string;
  stderr(): string;
  /** The first line of standard output that matches. Rejects when the process ends without one. */
  line(pattern: RegExp, timeoutMs?: number): Promise<string>;
  ended: Promise<Ended>;
  kill(signal: NodeJS.Signals): void;
}

const running = new Set<ChildProcess>();

/** `sluice <args>` as a user's shell would run it, in another working directory. */
export function runSluice(
  args: readonly string[],
  env: Record<string, string>,
  program: readonly string[] = builtProgram,
): RunningCommand {
  return run(process.execPath, [...program, ...args], { env, cwd: '/' });
}

/** `npm run <script> -- <args>` in the project. */
export function runNpm(script: string, args: readonly string[], env: Record<string, string>): RunningCommand {
  return run('npm', ['run', script, '--', ...args], { env, cwd: ROOT });
}

/** Ends what a failed test has left running. */
export async function endCommands(): Promise<void> {
  await Promise.all(
    [...running].map(async (child) => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(timer);
    }),
  );
}

function run(
  command: string,
  args: readonly string[],
  options: { env: Record<string, string>; cwd: string },
): RunningCommand {
  const child = spawn(command, [...args], {
    cwd: options.cwd,
    env: { ...environmentWithoutSettings(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  let end: Ended | undefined;
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      running.delete(child);
      end = { code, signal };
      resolve(end);
    });
  });
  const line = async (pattern: RegExp, timeoutMs = 60_000): Promise<string> => {
    const find = (): string | undefined => {
      const complete = stdout.slice(0, stdout.lastIndexOf('\n') + 1);
      const found = complete.split('\n').find((text) => pattern.test(text));
      if (found === undefined && end === undefined) {
        throw new Error(`no line matches ${String(pattern)} yet:\n${stdout}\n${stderr}`);
      }
      return found;
    };
    const found = await eventually(find, { timeoutMs });
    if (found === undefined) {
      throw new Error(`ended (${JSON.stringify(end)}) without a line that matches ${String(pattern)}:\n${stderr}`);
    }
    return found;
  };
  return {
    pid: child.pid ?? -1,
    stdout: () => stdout,
    stderr: () => stderr,
    line,
    ended,
    kill: (signal) => void child.kill(signal),
  };
}

/** The settings of whoever runs the tests must not reach what they start. */
function environmentWithoutSettings(): NodeJS.ProcessEnv {
  const settings = new Set(Object.keys(envSchema.shape));
  settings.delete('SLUICE_CACHE_DIR');
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !settings.has(name)));
}

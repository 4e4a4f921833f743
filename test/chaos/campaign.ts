import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buffer } from 'node:stream/consumers';
import type { ChaosReport } from './report.ts';

const PROGRAM = fileURLToPath(new URL('../../scripts/chaos.ts', import.meta.url));

/** Less than a test may take, so that one that hangs ends, and its last words are read. */
const TIMEOUT_MS = 220_000;
const LAST_WORDS = 4_000;

/** Runs `npm run chaos` in a process of its own; answers its report, and the line with the seed to run it again. */
export async function campaign(args: readonly string[]): Promise<ChaosReport & { printed: string | undefined }> {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  const [stdout, stderr] = await Promise.all([buffer(child.stdout), buffer(child.stderr)]);
  const [last] = stdout.toString().trimEnd().split('\n').slice(-1);
  if (last === undefined || last === '') {
    throw new Error(`the campaign ended without a report: ${stderr.toString().slice(-LAST_WORDS)}`);
  }
  const report = JSON.parse(last) as ChaosReport;
  return { ...report, printed: /^seed .*/m.exec(stderr.toString())?.[0] };
}

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buffer } from 'node:stream/consumers';
import type { ChaosReport } from './report.ts';

const PROGRAM = fileURLToPath(new URL('../../scripts/chaos.ts', import.meta.url));

/** Runs `npm run chaos` in a process of its own; answers its report, and the line with the seed to run it again. */
export async function campaign(args: readonly string[]): Promise<ChaosReport & { printed: string | undefined }> {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = await Promise.all([buffer(child.stdout), buffer(child.stderr)]);
  const report = JSON.parse(stdout.toString().trimEnd().split('\n').at(-1) || '{}') as ChaosReport;
  return { ...report, printed: /^seed .*/m.exec(stderr.toString())?.[0] };
}

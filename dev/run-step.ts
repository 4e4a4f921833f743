import { spawn } from 'node:child_process';
import type { SpawnOptions } from 'node:child_process';

/** How often a long step says that it is still at work. */
const PROGRESS_EVERY_MS = 15_000;
const KEPT_OUTPUT_CHARS = 4_000;

export interface Step {
  /** Shown to the user: "building temporal 1.5.1 (about 4 minutes, once)". */
  title: string;
  command: string;
  args: string[];
  options?: Pick<SpawnOptions, 'cwd' | 'env' | 'uid' | 'gid'>;
  onProgress(line: string): void;
}

/** Runs a program to its end; a failure carries the end of its output. */
export async function runStep(step: Step): Promise<void> {
  step.onProgress(step.title);
  const startedAt = performance.now();
  const seconds = (): string => `${Math.round((performance.now() - startedAt) / 1_000)} s`;
  const ticker = setInterval(() => step.onProgress(`${step.title}: ${seconds()}`), PROGRESS_EVERY_MS);
  try {
    const { code, output } = await collect(step);
    if (code !== 0) {
      throw new Error(`${step.title}: "${step.command}" failed (exit code ${code ?? 'none'}):\n${output}`);
    }
  } finally {
    clearInterval(ticker);
  }
}

function collect(step: Step): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-KEPT_OUTPUT_CHARS);
    };
    const child = spawn(step.command, step.args, { ...step.options, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

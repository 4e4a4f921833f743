/**
 * `npm run check`: the linter takes as long as all else, so the formats and then the types are checked beside it; so is
 * the console linted, whose types are a program of their own anyway. Each step's output comes whole, when it has ended;
 * all of them run, whatever one has said.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Lists that run side by side; the scripts of one list run one after another. */
const SIDE_BY_SIDE = [['lint:rest'], ['format:check', 'types', 'lint:ui']];

async function run(script: string): Promise<boolean> {
  const startedAt = performance.now();
  const child = spawn('npm', ['run', '--silent', script], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const passed = await new Promise<boolean>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0));
  });
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  process.stdout.write(Buffer.concat(output));
  console.log(`${script}: ${passed ? 'ok' : 'failed'} after ${seconds} s`);
  return passed;
}

async function runAll(scripts: readonly string[]): Promise<boolean> {
  const passed: boolean[] = [];
  for (const script of scripts) {
    passed.push(await run(script));
  }
  return passed.every(Boolean);
}

const passed = await Promise.all(SIDE_BY_SIDE.map(runAll));
process.exitCode = passed.every(Boolean) ? 0 : 1;

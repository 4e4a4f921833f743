/**
 * `npm test`: the projects of jest.config.js one after another, whatever the one before has said. Arguments are handed to jest (`npm test -- store`). The last line is `N passed, N failed`, counted from jest's
 * own JSON; a suite that could not run counts as a failure, and so does a run without any test.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startSharedServers, startSharedTemporal } from '../test/support/shared-servers.ts';
import { installTools } from '../test/support/tools.ts';
import { buildWorkflowBundle } from './build-workflow-bundle.ts';
import { makeScratchFolder } from './scratch-folder.ts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** The part of jest's --json report that is read here. */
interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numRuntimeErrorTestSuites: number;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Transformed sources outlive the run. */
const JEST_CACHE = path.join(tmpdir(), 'sluice-jest');
const NODE_FLAGS = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const JEST = path.join(ROOT, 'node_modules/jest/bin/jest.js');

/** Several times what a cold run takes; a hang is a failure, not an endless run. */
const PROJECT_TIMEOUT_MS = 60 * 60_000;

/** For a busy machine, and for set-ups that start servers there; a test that knows better says so itself. */
const TEST_TIMEOUT_MS = 60_000;

const NOTHING: JestReport = {
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
};

/** What jest reported; nothing when it died before it wrote its report. */
function readReport(file: string): JestReport {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as JestReport;
  } catch {
    return NOTHING;
  }
}

/** A jest that failed although no test did (a global set-up that threw, a crash) is one failure. */
function countsOf(report: JestReport, exitedWell: boolean): Counts {
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  return {
    passed: report.numPassedTests,
    failed: exitedWell || failed > 0 ? failed : 1,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** A handle that a failed test left open must not keep the whole run from ending. */
const WITH_SERVERS = ['--forceExit'];

const SEQUENCER = `--testSequencer=${path.join(ROOT, 'test/support/longest-first.js')}`;

/**
 * For two cores. Files that speak to servers wait half of the time: for answers, polls, leases, heartbeats, the ends of
 * minutes (five files of e2e with all their processes: 166 s of CPU time in 290 s). Four at once were not faster as a
 * whole, and made whatever has a bound on time less certain; 41 files of whole systems took 1,168 s two at a
 * time and 1,365 s three at a time, when also more of them failed for being late.
 */
const PROJECTS = {
  unit: ['--maxWorkers=2'],
  system: ['--maxWorkers=3', ...WITH_SERVERS],
  e2e: ['--maxWorkers=2', ...WITH_SERVERS],
};
type Project = keyof typeof PROJECTS;

/** The exit code; undefined when a signal ended it. */
function runJest(args: readonly string[], env: Record<string, string>): Promise<number | undefined> {
  // --json also prints the report on standard output, where nobody wants it; the readable form is on standard error.
  const child = spawn(process.execPath, [...NODE_FLAGS, JEST, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { TZ: 'UTC', ...process.env, ...env },
    timeout: PROJECT_TIMEOUT_MS,
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? undefined));
  });
}

/**
 * dist/, which `e2e` runs, made while other files wait for answers; for a run of some files only where one of them wants it
 * (test/e2e/support/build.js). Resolves with what tells jest.
 */
async function buildBeside(extraArgs: readonly string[]): Promise<Record<string, string>> {
  if (extraArgs.length > 0) {
    return {};
  }
  const args = ['--import', 'tsx', path.join(ROOT, 'scripts/build.ts'), '--no-check'];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  const [status] = (await once(child, 'exit')) as [number | null];
  return status === 0 ? { TEST_BUILT: 'true' } : {};
}

async function runProject(project: Project, extraArgs: string[], env: Record<string, string>): Promise<Counts> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-test-'));
  const outputFile = path.join(folder, 'report.json');
  const args = ['--selectProjects', project, '--passWithNoTests', SEQUENCER, `--testTimeout=${TEST_TIMEOUT_MS}`];
  args.push(`--cacheDirectory=${JEST_CACHE}`);
  const report = ['--json', `--outputFile=${outputFile}`];
  const code = await runJest([...args, ...report, ...PROJECTS[project], ...extraArgs], env);
  const counts = countsOf(readReport(outputFile), code === 0);
  rmSync(folder, { recursive: true, force: true });
  return counts;
}

/** What every file would otherwise make for itself: see test/support/shared-servers.ts and test/workflows/environment.ts. */
async function runAll(extraArgs: string[], folder: string): Promise<Counts[]> {
  const bundle = await buildWorkflowBundle(path.join(folder, 'workflow-bundle.js'));
  const workflows = { TEST_WORKFLOW_BUNDLE: bundle.path };
  const tools = extraArgs.length > 0 ? undefined : installTools(console.error);
  const unit = await runProject('unit', extraArgs, workflows);
  await tools;
  const servers = await startSharedServers();
  try {
    const built = buildBeside(extraArgs);
    const system = await runProject('system', extraArgs, { ...workflows, ...servers.env });
    return [unit, system, await runSystems(extraArgs, { ...servers.env, ...(await built) })];
  } finally {
    await servers.stop();
  }
}

async function runSystems(extraArgs: string[], env: Record<string, string>): Promise<Counts> {
  const temporal = await startSharedTemporal();
  try {
    return await runProject('e2e', extraArgs, { ...env, ...temporal.env });
  } finally {
    await temporal.stop();
  }
}

const folder = makeScratchFolder();
process.env['TMPDIR'] = folder;

const all = await runAll(process.argv.slice(2), folder).finally(() => rmSync(folder, { recursive: true, force: true }));
const sum = (pick: (counts: Counts) => number): number => all.reduce((total, counts) => total + pick(counts), 0);
const passed = sum((counts) => counts.passed);
const failed = sum((counts) => counts.failed);
const skipped = sum((counts) => counts.skipped);

if (passed + failed === 0) {
  console.error('no test ran');
}
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

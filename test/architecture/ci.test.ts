import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';

/** `.ci/run` itself, with an npm whose scripts are told here what to do. */

const RUN = fileURLToPath(new URL('../../.ci/run', import.meta.url));

/** Waits for a file, so that two scripts only get on side by side; gives up after some seconds. */
const UNTIL = 'until_there() { for _ in $(seq 100); do [ -e "$1" ] && return 0; sleep 0.1; done; return 9; }';
const BESIDE = {
  check: 'touch checking; until_there testing && echo "nice $(nice)"',
  test: 'touch testing; until_there checking && echo "3 passed, 0 failed"',
};

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-ci-'));
  await cp(RUN, path.join(folder, '.ci/run'));
  await mkdir(path.join(folder, 'bin'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A run in a process group of its own, as a terminal or a CI makes one. */
async function start(scripts: { ci?: string; check: string; test: string }): Promise<ReturnType<typeof spawn>> {
  const cases = [
    ['ci*', scripts.ci ?? 'true'],
    ["'run --silent check'", scripts.check],
    ["'test --silent'", scripts.test],
  ].map(([pattern, script]) => `  ${pattern!}) ${script!} ;;`);
  const npm = ['#!/usr/bin/env bash', UNTIL, 'case "$*" in', ...cases, '  *) exit 99 ;;', 'esac'].join('\n');
  await writeFile(path.join(folder, 'bin/npm'), npm, { mode: 0o755 });
  const env = { ...process.env, PATH: `${path.join(folder, 'bin')}:${process.env['PATH'] ?? ''}` };
  return spawn('bash', [path.join(folder, '.ci/run')], { detached: true, env, stdio: ['ignore', 'pipe', 'inherit'] });
}

async function run(scripts: Parameters<typeof start>[0]): Promise<{ status: unknown; lines: string[] }> {
  const child = await start(scripts);
  const [said, [status]] = await Promise.all([text(child.stdout!), once(child, 'exit')]);
  return { status, lines: said.trimEnd().split('\n') };
}

test('the checks run beside the tests, on what these leave of the processors; the counts are the last line', async () => {
  const { status, lines } = await run(BESIDE);
  expect({ status, lines }).toMatchObject({ status: 0 });
  expect(lines).toContain('nice 19');
  expect(lines.at(-1)).toBe('3 passed, 0 failed');
});

test('checks that fail are told, and fail the run', async () => {
  const { status, lines } = await run({
    ...BESIDE,
    check: 'echo "a.ts: wrong"; exit 3',
    test: 'echo "3 passed, 0 failed"',
  });
  expect(status).toBe(1);
  expect(lines).toEqual(expect.arrayContaining(['a.ts: wrong', '== failed: check']));
  expect(lines.at(-1)).toBe('3 passed, 0 failed');
});

test('tests that fail fail the run, and the checks are told all the same', async () => {
  const { status, lines } = await run({ check: 'echo "checked"', test: 'echo "2 passed, 1 failed"; exit 1' });
  expect(status).toBe(1);
  expect(lines).toEqual(expect.arrayContaining(['checked', '== failed: test']));
  expect(lines.at(-1)).toBe('2 passed, 1 failed');
});

test('an install that fails is the end', async () => {
  const { status, lines } = await run({ ci: 'exit 4', check: 'touch checked', test: 'touch tested' });
  expect(status).toBe(1);
  expect(lines.at(-1)).toMatch(/^== install: failed, status 4/);
  expect(existsSync(path.join(folder, 'tested')) || existsSync(path.join(folder, 'checked'))).toBe(false);
});

test('a run that is ended leaves no check behind', async () => {
  const child = await start({ check: 'echo $$ >pid.new; mv pid.new pid; exec sleep 60', test: 'exec sleep 60' });
  const pid = await eventually(async () => Number(await readFile(path.join(folder, 'pid'), 'utf8')));
  const ended = once(child, 'exit');
  process.kill(-child.pid!, 'SIGTERM');
  await ended;
  await eventually(() => {
    expect(() => process.kill(pid, 0)).toThrow();
  });
});

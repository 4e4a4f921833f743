import { expect, jest, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buffer } from 'node:stream/consumers';
import type { ChaosReport } from './report.ts';

/** Mostly the servers' start; the crashes themselves end after half a minute, however slow the machine. */
jest.setTimeout(240_000);

const PROGRAM = fileURLToPath(new URL('../../scripts/chaos.ts', import.meta.url));

test('crashes at the steps of exports lose nothing and repeat nothing', async () => {
  const args = ['--only', 'points', '--minutes', '0.4', '--crashes', '1500', '--json'];
  // A process of its own: it puts its crash points into Node's modules.
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = await Promise.all([buffer(child.stdout), buffer(child.stderr)]);
  const seed = /^seed .*/m.exec(stderr.toString())?.[0];
  const report = JSON.parse(stdout.toString().trimEnd().split('\n').at(-1) ?? '{}') as ChaosReport;
  expect({ printed: seed, ...report }).toMatchObject({ ok: true, lost: 0, duplicated: 0, wrong: 0 });
  expect(report.crashes).toBeGreaterThan(50);
  expect(Object.keys(report.destinations).sort()).toEqual(['file', 'postgres', 's3', 's3-parts']);
});

/**
 * Crashes of every kind while exports run, and then a count of what arrived; docs/chaos.md says what is injected:
 *   npm run chaos -- --minutes 10 --seed 7 --json
 * Progress goes to standard error, the report is the last line of standard output. The exit code is 0 only if nothing
 * is lost, duplicated or changed.
 */
import { parseArgs } from 'node:util';
import { instrumentProcess } from '../test/chaos/boundaries.ts';
import { killProcesses, type KillsReport } from '../test/chaos/kills.ts';
import { crashAtPoints, type PointsReport } from '../test/chaos/points.ts';
import { seeded } from '../test/chaos/random.ts';
import { readable, reportOf } from '../test/chaos/report.ts';

const MS_PER_MINUTE = 60_000;
const HELP = `npm run chaos -- [options]

  --minutes N      how long new intervals begin; what is under way then ends in peace (10)
  --seed N         decides data and crashes (random, and printed first)
  --only PART      points: crashes in process; kills: kill -9 of processes, connections reset
  --crashes N      end the points after so many crashes
  --kills N        end the kills after so many
  --kill-every MS  between two kills (2500: 100 of them in five minutes)
  --json           the report as one line
  --help           this

Exit code: 0 when nothing is lost, duplicated or changed. docs/chaos.md says what is injected.`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
    json: { type: 'boolean', default: false },
    /** `points` or `kills`; both unless given. */
    only: { type: 'string' },
    /** Ends the part with the points after so many crashes. */
    crashes: { type: 'string', default: 'Infinity' },
    kills: { type: 'string', default: 'Infinity' },
    'kill-every': { type: 'string', default: '2500' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const startedMs = performance.now();
const budgetMs = Number(values.minutes) * MS_PER_MINUTE;
const onProgress = (line: string): void => {
  console.error(`[${String(Math.round((performance.now() - startedMs) / 1_000)).padStart(4)} s] ${line}`);
};
console.error(`seed ${values.seed}`);

const wants = (part: 'points' | 'kills'): boolean => values.only === undefined || values.only === part;
/** Both parts share the time. */
const shareMs = values.only === undefined ? budgetMs / 2 : budgetMs;

async function kills(): Promise<KillsReport> {
  const untilMs = performance.now() + shareMs;
  const bounds = { untilMs, everyMs: Number(values['kill-every']), maxKills: Number(values.kills) };
  return killProcesses({ random: seeded(values.seed), ...bounds, onProgress });
}

async function points(): Promise<PointsReport> {
  instrumentProcess();
  return crashAtPoints({
    random: seeded(values.seed),
    untilMs: performance.now() + shareMs,
    targets: ['s3', 's3-parts', 'postgres', 'file'],
    maxCrashes: Number(values.crashes),
    onProgress,
  });
}

// The kills first: the points put themselves into Node's modules.
const killed = wants('kills') ? await kills() : undefined;
const report = reportOf(values.seed, wants('points') ? await points() : undefined, killed);
console.log(values.json ? JSON.stringify(report) : readable(report));
// Frozen attempts of a failed campaign must not keep the process.
process.exit(report.ok ? 0 : 1);

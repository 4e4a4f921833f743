/**
 * Rows per second of batch exports to each kind of destination, next to the two limits of the same run: ClickHouse
 * writing the same encoding into a file, and the destination's own fastest loader reading that file:
 *   npm run bench:destinations -- --json
 * With --cores-apart the engine has one core for itself, on both sides of the comparison.
 */
import type { Bench } from './bench-system.ts';
import { withBench } from './bench-system.ts';
import { pinApart } from './cores.ts';
import { clickhouseTarget } from './destinations/clickhouse.ts';
import { EMULATED, measureEmulated } from './destinations/emulated.ts';
import { fileTarget } from './destinations/file.ts';
import { httpTarget } from './destinations/http.ts';
import { type Job, type Measurement, measureTarget } from './destinations/measure.ts';
import { postgresTarget } from './destinations/postgres.ts';
import { isComplete, memoryResult, speedResult } from './destinations/results.ts';
import { s3Target } from './destinations/s3.ts';
import type { Target } from './destinations/target.ts';
import { type EventSet, fillEvents } from './events.ts';
import { destinationBenchOptions } from './options.ts';
import { pastHour } from './past-hour.ts';
import { type Result, runBenchmark } from './report.ts';

const TARGETS: Record<string, (bench: Bench) => Promise<Target>> = {
  file: fileTarget,
  s3: s3Target,
  postgres: postgresTarget,
  clickhouse: clickhouseTarget,
  http: httpTarget,
};

const options = destinationBenchOptions();
const { end: intervalEnd, range } = pastHour();
const rounds = options.quick ? 1 : 3;

async function eventSet(bench: Bench, rows: number): Promise<EventSet> {
  const set = { teamId: await bench.newTeam(`${String(rows)} events`), rows, range };
  await fillEvents(bench.clickhouse, set);
  return set;
}

/** With a worker that has done nothing else: what one destination leaves in its memory is not the next one's. */
async function measureAlone(
  bench: Bench,
  start: (bench: Bench) => Promise<Target>,
  job: Omit<Job, 'target'>,
): Promise<Measurement> {
  const target = await start(bench);
  try {
    const worker = await bench.system.startWorker(`worker-${target.kind}`);
    try {
      if (worker.pid === undefined) {
        throw new Error('the worker has ended');
      }
      return await measureTarget({ ...bench, workerPid: worker.pid }, { ...job, target });
    } finally {
      await worker.stop();
    }
  } finally {
    await target.close();
  }
}

function isWanted(kind: string): boolean {
  return options.only === undefined || options.only.includes(kind);
}

interface Outcome {
  ok: boolean;
  results: Result[];
}

async function measureAll(bench: Bench, job: Omit<Job, 'target'>): Promise<Outcome> {
  const measurements: Measurement[] = [];
  for (const start of wantedOf(TARGETS)) {
    measurements.push(await measureAlone(bench, start, job));
  }
  return {
    ok: measurements.every(isComplete),
    results: [...measurements.map(speedResult), ...measurements.map(memoryResult)],
  };
}

/** A tenth of the rows: emulators are slow, and their rates mean little. */
async function measureEmulators(bench: Bench, { sets, onProgress }: Omit<Job, 'target'>): Promise<Outcome> {
  const outcome: Outcome = { ok: true, results: [] };
  for (const kind of options.emulated ? Object.keys(EMULATED).filter(isWanted) : []) {
    const { ok, result } = await measureEmulated(bench, kind, sets.small);
    onProgress(`${result.case}: ${String(Math.round(result.value))} rows/s`);
    outcome.ok &&= ok;
    outcome.results.push(result);
  }
  return outcome;
}

function wantedOf<T>(all: Record<string, T>): T[] {
  return Object.entries(all).flatMap(([kind, each]) => (isWanted(kind) ? [each] : []));
}

await runBenchmark('destinations', options, (onProgress) =>
  withBench({ ...options, s3: true, onProgress }, async (bench) => {
    // Each destination gets a worker of its own.
    await bench.system.worker.stop();
    if (options.coresApart) {
      pinApart(bench.enginePid, Object.values(bench.system.stack.pids));
    }
    const small = await eventSet(bench, Math.ceil(options.rows / 10));
    const job = { sets: { small, large: await eventSet(bench, options.rows) }, intervalEnd, rounds, onProgress };
    const [own, emulated] = [await measureAll(bench, job), await measureEmulators(bench, job)];
    return { ok: own.ok && emulated.ok, results: [...own.results, ...emulated.results] };
  }),
);

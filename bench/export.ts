/**
 * Rows and bytes per second of batch exports to S3 and to a folder, next to ClickHouse writing the same file by itself,
 * with the worker's memory and CPU time:
 *   npm run bench:export -- --json
 * With --cores-apart the engine has one core for itself, on both sides of the comparison.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EVENT_COLUMNS } from '../core/columns.ts';
import type { OutputFormat } from '../core/formats.ts';
import { fileEncoding } from '../destinations/file-encoding.ts';
import { withBench, type Bench } from './bench-system.ts';
import { pinApart } from './cores.ts';
import { engineWritesFile } from './engine-limit.ts';
import { fillEvents, meanPropertiesBytes } from './events.ts';
import { createBucket, createDestinations, type BenchDestinations } from './export-destinations.ts';
import { runExport, type ExportCase, type MeasuredRun } from './export-run.ts';
import { median } from './numbers.ts';
import { measured } from './process-stats.ts';
import { exportBenchOptions } from './options.ts';
import { pastHour } from './past-hour.ts';
import { runBenchmark, type Result } from './report.ts';

const BYTES_PER_MB = 1_000_000;
const FORMATS: readonly OutputFormat[] = [
  { fileFormat: 'parquet', compression: 'zstd' },
  { fileFormat: 'jsonl', compression: 'gzip' },
];
const KINDS = ['s3', 'file'] as const;
const AIMS = { ratio: 0.9, rssMiB: 300, growth: 1.1 };

const options = exportBenchOptions();
const LARGE_ROWS = options.quick ? 200_000 : 2_000_000;
const ROUNDS = options.quick ? 1 : 3;

interface DataSet extends BenchDestinations {
  teamId: number;
  rows: number;
  rounds: number;
}

const { end: hourEnd, range } = pastHour();

async function prepare(bench: Bench, rows: number, rounds: number): Promise<DataSet> {
  const teamId = await bench.newTeam(`${String(rows)} events`);
  await fillEvents(bench.clickhouse, { teamId, rows, range });
  return { teamId, rows, rounds, ...(await createDestinations(bench, teamId)) };
}

interface Outcome {
  kind: (typeof KINDS)[number];
  format: OutputFormat;
  rows: number;
  runs: MeasuredRun[];
  limits: { ms: number; bytes: number; cpuSeconds: number }[];
}

/** Limit, S3, folder, limit, S3, folder …: a machine that gets slower does so for all of them. */
async function measureFormat(
  bench: Bench,
  set: DataSet,
  format: OutputFormat,
  onProgress: (line: string) => void,
): Promise<Outcome[]> {
  const limits: Outcome['limits'] = [];
  const outcomes = KINDS.map((kind): Outcome => ({ kind, format, rows: set.rows, runs: [], limits }));
  const scope = { teamId: set.teamId, filter: {}, range };
  for (let round = 1; round <= set.rounds; round += 1) {
    const path = join(bench.dataDir, `limit.${format.fileFormat}`);
    const { result: limit, usage } = await measured(bench.enginePid, () =>
      engineWritesFile(bench.clickhouse, scope, fileEncoding(format, EVENT_COLUMNS), path),
    );
    await rm(path);
    limits.push({ ...limit, cpuSeconds: usage.cpuSeconds });
    const told = [`engine ${String(Math.round(limit.ms))} ms`];
    for (const outcome of outcomes) {
      const target: ExportCase = {
        ...set,
        kind: outcome.kind,
        destinationId: set.ids[outcome.kind],
        format,
        intervalEnd: hourEnd,
      };
      const measuredRun = await runExport(bench, target);
      outcome.runs.push(measuredRun);
      told.push(`${outcome.kind} ${String(measuredRun.loadMs)} ms, peak ${String(measuredRun.usage.peakMiB)} MiB`);
      await set.clear();
    }
    onProgress(`${format.fileFormat}, ${String(set.rows)} rows, round ${String(round)}: ${told.join('; ')}`);
  }
  return outcomes;
}

function speedResult({ kind, format, rows, runs, limits }: Outcome): Result {
  const loadMs = median(runs.map((run) => run.loadMs));
  const limitMs = median(limits.map((limit) => limit.ms));
  const bytes = median(runs.map((run) => run.run.bytes));
  const perMillion = rows / 1_000_000;
  return {
    case: `${label(kind, format)}, ${String(rows)} rows`,
    value: (rows / loadMs) * 1_000,
    unit: 'rows/s',
    limit: (rows / limitMs) * 1_000,
    ratio: limitMs / loadMs,
    aim: `ratio >= ${String(AIMS.ratio)}`,
    met: limitMs / loadMs >= AIMS.ratio,
    mbPerSecond: bytes / BYTES_PER_MB / (loadMs / 1_000),
    fileMb: bytes / BYTES_PER_MB,
    limitFileMb: median(limits.map((limit) => limit.bytes)) / BYTES_PER_MB,
    files: runs[0]?.run.files ?? 0,
    loadAndCommitMs: loadMs,
    limitMs,
    planMs: median(runs.map((run) => run.run.timings['plan'] ?? 0)),
    verifyMs: median(runs.map((run) => run.run.timings['verify'] ?? 0)),
    wallMs: median(runs.map((run) => run.wallMs)),
    wallRatio: limitMs / median(runs.map((run) => run.wallMs)),
    workerCpuSecondsPerMillionRows: median(runs.map((run) => run.usage.cpuSeconds)) / perMillion,
    engineCpuSecondsPerMillionRows: median(runs.map((run) => run.engineCpuSeconds)) / perMillion,
    limitCpuSecondsPerMillionRows: median(limits.map((limit) => limit.cpuSeconds)) / perMillion,
    rounds: runs.length,
    coresApart: options.coresApart,
  };
}

/**
 * Flat in the number of rows: the large run's peak against that of half of the rows, which also loads two chunks at a
 * time. A tenth is one chunk, and is told beside it.
 */
function memoryResult({ tenth, half, large }: Record<'tenth' | 'half' | 'large', Outcome>): Result {
  const peak = (outcome: Outcome): number => Math.max(...outcome.runs.map((run) => run.usage.peakMiB));
  const growth = peak(large) / peak(half);
  return {
    case: `${label(large.kind, large.format)}, worker's peak memory`,
    value: peak(large),
    unit: 'MiB',
    limit: AIMS.rssMiB,
    ratio: peak(large) / AIMS.rssMiB,
    aim: `<= ${String(AIMS.rssMiB)} MiB, at most ${String(AIMS.growth)} times that of half of the rows`,
    met: peak(large) <= AIMS.rssMiB && growth <= AIMS.growth,
    atHalfOfTheRows: peak(half),
    atATenthOfTheRows: peak(tenth),
    growth,
  };
}

function label(kind: string, format: OutputFormat): string {
  return `${kind} ${format.fileFormat} ${format.compression}`;
}

function isComplete({ runs, rows }: Outcome): boolean {
  return runs.every(({ run }) => run.status === 'completed' && run.rows === rows);
}

await runBenchmark('export', options, (onProgress) =>
  withBench({ ...options, s3: true, onProgress }, async (bench) => {
    await createBucket(bench);
    if (options.coresApart) {
      pinApart(bench.enginePid, [bench.workerPid, ...Object.values(bench.system.stack.pids)]);
    }
    const tenth = await prepare(bench, LARGE_ROWS / 10, ROUNDS);
    const half = await prepare(bench, LARGE_ROWS / 2, 1);
    const large = await prepare(bench, LARGE_ROWS, ROUNDS);
    const properties = Math.round(await meanPropertiesBytes(bench.clickhouse, large.teamId));
    onProgress(`${String(tenth.rows + half.rows + large.rows)} events with ${String(properties)} bytes of properties`);
    const measureSet = async (set: DataSet): Promise<Outcome[]> => {
      const found: Outcome[] = [];
      for (const format of FORMATS) {
        found.push(...(await measureFormat(bench, set, format, onProgress)));
      }
      return found;
    };
    const [ofTenth, ofHalf, ofLarge] = [await measureSet(tenth), await measureSet(half), await measureSet(large)];
    const outcomes = [...ofTenth, ...ofHalf, ...ofLarge];
    const results = [
      ...ofLarge.map((outcome) => ({ ...speedResult(outcome), propertiesBytes: properties })),
      ...ofLarge.map((outcome, index) =>
        memoryResult({ tenth: ofTenth[index] ?? outcome, half: ofHalf[index] ?? outcome, large: outcome }),
      ),
    ];
    return { ok: outcomes.every(isComplete), results };
  }),
);

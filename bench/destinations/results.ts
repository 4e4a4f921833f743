import type { MeasuredRun } from '../export-run.ts';
import { median } from '../numbers.ts';
import type { Result } from '../report.ts';
import type { Measurement, Round } from './measure.ts';

const AIMS = { ratio: 0.8, growth: 1.2 };
const BYTES_PER_MB = 1_000_000;

export function isComplete({ rounds, smallRuns, sets }: Measurement): boolean {
  const complete = (runs: readonly MeasuredRun[], rows: number): boolean =>
    runs.every(({ run }) => run.status === 'completed' && run.rows === rows);
  const large = rounds.map(({ run }) => run);
  return complete(large, sets.large.rows) && complete(smallRuns, sets.small.rows);
}

/** The limit is the slower of two: ClickHouse that writes the rows, and the destination's own loader that reads them. */
export function speedResult({ kind, format, sets, rounds, loaders }: Measurement): Result {
  const { rows } = sets.large;
  const of = (pick: (round: Round) => number): number => median(rounds.map(pick));
  const rate = (ms: number): number => (rows / ms) * 1_000;
  const [sourceMs, loadMs] = [of(({ source }) => source.ms), of(({ run }) => run.loadMs)];
  const loaderMs = loaders.map((_name, index) => of((round) => round.loaderMs[index] ?? Number.NaN));
  const bareMs = loaderMs[0] ?? Number.NaN;
  const limitMs = Math.max(sourceMs, bareMs);
  const bytes = of(({ source }) => source.bytes);
  const perMillion = rows / 1_000_000;
  return {
    case: `${kind}${format.fileFormat === 'table' ? '' : ` ${format.fileFormat} ${format.compression}`}, ${String(rows)} rows`,
    value: rate(loadMs),
    unit: 'rows/s',
    limit: rate(limitMs),
    ratio: limitMs / loadMs,
    aim: `ratio >= ${String(AIMS.ratio)}`,
    met: limitMs / loadMs >= AIMS.ratio,
    limitedBy: sourceMs >= bareMs ? 'source' : 'loader',
    sourceLimit: rate(sourceMs),
    loaderLimit: rate(bareMs),
    loader: loaders[0] ?? '',
    ...secondLoader(loaders, loaderMs, { rows, loadMs, sourceMs }),
    // What to expect where source and loader share the cores instead of working beside each other.
    sourceThenLoader: rate(sourceMs + bareMs),
    loadAndCommitMs: loadMs,
    planMs: of(({ run }) => run.run.timings['plan'] ?? 0),
    wallMs: of(({ run }) => run.wallMs),
    encodedMb: bytes / BYTES_PER_MB,
    mbPerSecond: bytes / BYTES_PER_MB / (loadMs / 1_000),
    workerCpuSecondsPerMillionRows: of(({ run }) => run.usage.cpuSeconds) / perMillion,
    workerPeakMiB: peak(rounds.map(({ run }) => run)),
    engineCpuSecondsPerMillionRows: of(({ run }) => run.engineCpuSeconds) / perMillion,
    sourceCpuSecondsPerMillionRows: of(({ source }) => source.cpuSeconds) / perMillion,
    rounds: rounds.length,
  };
}

function secondLoader(
  names: readonly string[],
  timesMs: readonly number[],
  { rows, loadMs, sourceMs }: { rows: number; loadMs: number; sourceMs: number },
): Record<string, string | number> {
  const [name, ms] = [names[1], timesMs[1]];
  return name === undefined || ms === undefined
    ? {}
    : { secondLoader: name, secondLoaderLimit: (rows / ms) * 1_000, ratioToSecond: Math.max(ms, sourceMs) / loadMs };
}

/** Flat in the number of rows: what ten times as many cost the worker. */
export function memoryResult({ kind, rounds, smallRuns, sets }: Measurement): Result {
  const [small, large] = [peak(smallRuns), peak(rounds.map(({ run }) => run))];
  const bound = small * AIMS.growth;
  return {
    case: `${kind}, worker's peak memory`,
    value: large,
    unit: 'MiB',
    limit: bound,
    ratio: large / bound,
    aim: `<= ${String(AIMS.growth)} times that of ${String(sets.small.rows)} rows`,
    met: large <= bound,
    small,
    growth: large / small,
  };
}

function peak(runs: readonly MeasuredRun[]): number {
  return Math.max(...runs.map(({ usage }) => usage.peakMiB));
}

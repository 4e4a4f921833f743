import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventScope } from '../../clickhouse/plan.ts';
import type { OutputFormat } from '../../core/formats.ts';
import type { Destination } from '../../destinations/contract.ts';
import { findDestination, parseDestinationConfig } from '../../destinations/registry.ts';
import { createDestination } from '../../store/destinations.ts';
import type { Bench } from '../bench-system.ts';
import { engineWritesFile } from '../engine-limit.ts';
import type { EventSet } from '../events.ts';
import { runExport, type MeasuredRun } from '../export-run.ts';
import { measured } from '../process-stats.ts';
import { askedEncoding } from './asked-encoding.ts';
import type { BareLoader, ReadyFile, Target } from './target.ts';

export interface Job {
  target: Target;
  /** The second has ten times the rows of the first. */
  sets: { small: EventSet; large: EventSet };
  intervalEnd: Date;
  rounds: number;
  onProgress(line: string): void;
}

export interface Round {
  source: { ms: number; bytes: number; cpuSeconds: number };
  /** In the order of `Measurement.loaders`. */
  loaderMs: number[];
  run: MeasuredRun;
}

export interface Measurement {
  kind: string;
  format: OutputFormat;
  sets: Job['sets'];
  loaders: string[];
  rounds: Round[];
  /** Of the small set, before the worker saw the large one. */
  smallRuns: MeasuredRun[];
}

/** Source, loaders, export, source, loaders, export …: a machine that gets slower does so for all of them. */
export async function measureTarget(bench: Bench, job: Job): Promise<Measurement> {
  const { target, sets } = job;
  const destination = findDestination(target.kind);
  const [format] = destination.formats;
  if (format === undefined) {
    throw new Error(`${target.kind} has no format`);
  }
  const encoding = await askedEncoding(destination, target.config);
  const loaders = await target.loaders(encoding);
  await target.clear();
  const exportSet = await exporter(bench, job, { destination, format });
  await exportSet(sets.small); // a worker's first export also loads its code
  const smallRuns: MeasuredRun[] = [];
  for (let round = 1; round <= job.rounds; round += 1) {
    smallRuns.push(await exportSet(sets.small));
  }
  const rounds: Round[] = [];
  const { teamId, range, rows } = sets.large;
  const scope: EventScope = { teamId, filter: {}, range };
  for (let round = 1; round <= job.rounds; round += 1) {
    const path = join(bench.dataDir, `ready-${target.kind}`);
    const { result, usage } = await measured(bench.enginePid, () =>
      engineWritesFile(bench.clickhouse, scope, encoding, path),
    );
    const loaderMs = await timeLoaders(target, loaders, { path, rows, bytes: result.bytes });
    await rm(path);
    const run = await exportSet(sets.large);
    rounds.push({ source: { ...result, cpuSeconds: usage.cpuSeconds }, loaderMs, run });
    job.onProgress(`${target.kind}, ${String(rows)} rows, round ${String(round)}: ${told(rounds.at(-1))}`);
  }
  return { kind: target.kind, format, sets, loaders: loaders.map(({ name }) => name), rounds, smallRuns };
}

async function timeLoaders(target: Target, loaders: readonly BareLoader[], file: ReadyFile): Promise<number[]> {
  const times: number[] = [];
  for (const loader of loaders) {
    const load = await loader.prepare(file);
    const startedMs = performance.now();
    await load.run();
    times.push(performance.now() - startedMs);
    await load.check();
    await target.clear();
  }
  return times;
}

/** Exports a set through the worker, and empties the destination afterwards. */
async function exporter(
  bench: Bench,
  { target, sets, intervalEnd }: Job,
  { destination, format }: { destination: Destination<unknown>; format: OutputFormat },
): Promise<(set: EventSet) => Promise<MeasuredRun>> {
  const ids = new Map<EventSet, string>();
  for (const set of [sets.small, sets.large]) {
    const { id } = await createDestination(bench.db, bench.box, {
      teamId: set.teamId,
      kind: target.kind,
      name: `bench ${target.kind}`,
      config: parseDestinationConfig(destination, target.config) as Record<string, unknown>,
      secretFields: destination.secretFields.filter((field) => field in target.config),
    });
    ids.set(set, id);
  }
  return async (set) => {
    const { teamId, rows } = set;
    const destinationId = ids.get(set) ?? '';
    const run = await runExport(bench, { kind: target.kind, destinationId, format, teamId, rows, intervalEnd });
    await target.clear();
    return run;
  };
}

function told(round: Round | undefined): string {
  if (round === undefined) {
    return '';
  }
  const ms = (value: number): string => `${String(Math.round(value))} ms`;
  const { source, loaderMs, run } = round;
  return `source ${ms(source.ms)}; bare ${loaderMs.map(ms).join(', ')}; export ${ms(run.loadMs)}, peak ${String(run.usage.peakMiB)} MiB`;
}

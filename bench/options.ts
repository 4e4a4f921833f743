import { parseArgs } from 'node:util';

export const PROGRAMS = ['build', 'dist', 'source'] as const;
export type Program = (typeof PROGRAMS)[number];

export interface BenchOptions {
  /** One JSON object as the last line instead of a table. */
  json: boolean;
  /** Fewer rows and runs: shows that it works, its figures are no basis for a comparison. */
  quick: boolean;
  /** The worker as production runs it, built now (`build`) or earlier (`dist`), or its `source` through tsx. */
  program: Program;
  /** Folder for a CPU profile of the built worker, a `.cpuprofile` file, for finding out where time goes. */
  cpuProfileDir: string | undefined;
}

export interface ExportBenchOptions extends BenchOptions {
  /** The engine encodes on one core, everything else works on the other one. */
  coresApart: boolean;
}

export interface DestinationBenchOptions extends ExportBenchOptions {
  /** Of a case; the memory of the worker is compared with that of a tenth. */
  rows: number;
  /** Also the destinations that only an emulator stands for here. */
  emulated: boolean;
  /** Kinds to measure; undefined: all. */
  only: readonly string[] | undefined;
}

export interface WebhookBenchOptions extends BenchOptions {
  /** Names of cases, or the beginnings of some; undefined: all. */
  only: readonly string[] | undefined;
  /** Of which the median is taken, where a case has rounds. */
  rounds: number;
}

export interface IsolationBenchOptions extends BenchOptions {
  /** Of the backfill. */
  rows: number;
}

export interface SoakBenchOptions extends BenchOptions {
  /** Of load; the end takes some more. */
  minutes: number;
  eventsPerSecond: number;
}

const COMMON = {
  json: { type: 'boolean', default: false },
  quick: { type: 'boolean', default: false },
  program: { type: 'string', default: 'build' },
  'cpu-prof': { type: 'string' },
} as const;

const CORES_APART = { 'cores-apart': { type: 'boolean', default: false } } as const;

const MIN_ROWS = 10;
const QUICK_ROWS = 20_000;
const ROWS = 200_000;
const QUICK_BACKFILL_ROWS = 400_000;
const BACKFILL_ROWS = 20_000_000;

const WEBHOOK_ROUNDS = 5;

const SOAK_MINUTES = 30;
const MIN_SOAK_MINUTES = 2;
const SOAK_EVENTS_PER_SECOND = 50;

export function benchOptions(): BenchOptions {
  return commonOptions(parseArgs({ options: COMMON }).values);
}

export function exportBenchOptions(): ExportBenchOptions {
  const { values } = parseArgs({ options: { ...COMMON, ...CORES_APART } });
  return { ...commonOptions(values), coresApart: values['cores-apart'] };
}

export function destinationBenchOptions(): DestinationBenchOptions {
  const { values } = parseArgs({
    options: {
      ...COMMON,
      ...CORES_APART,
      rows: { type: 'string' },
      emulated: { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  });
  const rows = Number(values.rows ?? (values.quick ? QUICK_ROWS : ROWS));
  if (!Number.isSafeInteger(rows) || rows < MIN_ROWS) {
    throw new Error(`--rows is a number of at least ${String(MIN_ROWS)}`);
  }
  const only = values.only?.split(',');
  return { ...commonOptions(values), coresApart: values['cores-apart'], rows, emulated: values.emulated, only };
}

export function webhookBenchOptions(): WebhookBenchOptions {
  const { values } = parseArgs({ options: { ...COMMON, only: { type: 'string' }, rounds: { type: 'string' } } });
  const rounds = Number(values.rounds ?? (values.quick ? 1 : WEBHOOK_ROUNDS));
  if (!Number.isSafeInteger(rounds) || rounds < 1) {
    throw new Error('--rounds is a number of at least 1');
  }
  return { ...commonOptions(values), only: values.only?.split(','), rounds };
}

export function isolationBenchOptions(): IsolationBenchOptions {
  const { values } = parseArgs({ options: { ...COMMON, rows: { type: 'string' } } });
  const rows = Number(values.rows ?? (values.quick ? QUICK_BACKFILL_ROWS : BACKFILL_ROWS));
  if (!Number.isSafeInteger(rows) || rows < MIN_ROWS) {
    throw new Error(`--rows is a number of at least ${String(MIN_ROWS)}`);
  }
  return { ...commonOptions(values), rows };
}

export function soakBenchOptions(): SoakBenchOptions {
  const { values } = parseArgs({ options: { ...COMMON, minutes: { type: 'string' }, rate: { type: 'string' } } });
  const minutes = Number(values.minutes ?? (values.quick ? MIN_SOAK_MINUTES : SOAK_MINUTES));
  const eventsPerSecond = Number(values.rate ?? SOAK_EVENTS_PER_SECOND);
  if (!(minutes >= MIN_SOAK_MINUTES) || !(eventsPerSecond >= 1)) {
    throw new Error(`--minutes is a number of at least ${String(MIN_SOAK_MINUTES)}, --rate one of at least 1`);
  }
  return { ...commonOptions(values), minutes, eventsPerSecond };
}

function commonOptions(values: {
  json: boolean;
  quick: boolean;
  program: string;
  'cpu-prof'?: string | undefined;
}): BenchOptions {
  const program = PROGRAMS.find((name) => name === values.program);
  if (program === undefined) {
    throw new Error(`--program is one of ${PROGRAMS.join(', ')}`);
  }
  return { json: values.json, quick: values.quick, program, cpuProfileDir: values['cpu-prof'] };
}

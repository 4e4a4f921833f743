import { currentCommit, describeMachine, type Machine } from './machine.ts';
import { rounded } from './numbers.ts';

/** One figure. Further fields explain it; `limit` and `ratio` come from the same run. */
export interface Result {
  case: string;
  value: number;
  unit: string;
  /** What the machine can do at best (the bare operation), or the bound that was aimed at, in the same unit. */
  limit: number | null;
  /** Share of the limit that was reached: for rates value/limit. */
  ratio: number | null;
  /** The aim in words; `met` says whether this run reached it. */
  aim?: string;
  met?: boolean;
  [detail: string]: string | number | boolean | null | undefined;
}

/** The last line that every benchmark prints. */
export interface Report {
  name: string;
  commit: string;
  machine: Machine;
  /** Every count agreed: the figures belong to work that was done completely. Aims do not decide it. */
  ok: boolean;
  seconds: number;
  results: Result[];
}

/**
 * Runs one benchmark: progress to standard error, the report to standard output. The exit code is 1 when a count
 * disagreed or the benchmark failed.
 */
export async function runBenchmark(
  name: string,
  options: { json: boolean },
  body: (onProgress: (line: string) => void) => Promise<{ ok: boolean; results: Result[] }>,
): Promise<void> {
  const [machine, commit, startedMs] = [describeMachine(), currentCommit(), performance.now()];
  const elapsed = (): number => Math.round((performance.now() - startedMs) / 1_000);
  const { ok, results } = await body((line) => {
    console.error(`[${String(elapsed()).padStart(4)} s] ${line}`);
  });
  const report: Report = { name, commit, machine, ok, seconds: elapsed(), results: results.map(roundNumbers) };
  console.log(options.json ? JSON.stringify(report) : readable(report));
  process.exitCode = ok ? 0 : 1;
}

function roundNumbers(result: Result): Result {
  const entries = Object.entries(result).map(([key, value]) => [
    key,
    typeof value === 'number' ? rounded(value) : value,
  ]);
  return Object.fromEntries(entries) as Result;
}

const SHOWN = new Set(['case', 'value', 'unit', 'limit', 'ratio', 'aim', 'met']);

function readable({ name, commit, machine, ok, seconds, results }: Report): string {
  const head = `${name} at ${commit} on ${machine.cpu} (${String(machine.cores)} cores, ${String(machine.memoryGiB)} GiB, ${machine.os}, node ${machine.node}), load ${String(machine.loadAtStart)} at the start, ${String(seconds)} s`;
  const width = Math.max(...results.map((result) => result.case.length));
  const lines = results.map((result) => {
    const limit = result.limit === null ? '' : `of ${String(result.limit)}`;
    const ratio = result.ratio === null ? '' : `ratio ${String(result.ratio)}`;
    const aim = result.aim === undefined ? '' : `${result.met === true ? 'meets' : 'misses'} ${result.aim}`;
    const figure = `${String(result.value).padStart(9)} ${result.unit}`.padEnd(26);
    const details = Object.entries(result).filter(([key, value]) => !SHOWN.has(key) && value !== undefined);
    const text = details.map(([key, value]) => `${key} ${String(value)}`).join(', ');
    return `${result.case.padEnd(width)} ${figure} ${limit.padEnd(12)} ${ratio.padEnd(12)} ${aim}\n${' '.repeat(width)}   ${text}`;
  });
  return [head, ...lines, ok ? 'every count agrees' : 'COUNTS DISAGREE'].join('\n');
}

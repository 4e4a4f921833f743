import type { Run } from './data.ts';

/** The last run of an interval, when it has kept something: a later one may have replaced that. `runs` from new to old. */
export function keptRunOf<Told extends Pick<Run, 'interval_end' | 'status' | 'kept'>>(
  runs: readonly Told[],
  intervalEnd: string,
): Told | undefined {
  const end = Date.parse(intervalEnd);
  const last = runs.find((run) => run.status === 'completed' && Date.parse(run.interval_end) === end);
  return last?.kept === true ? last : undefined;
}

import { toneOf } from '../../parts/statuses.ts';

/** How runs that have ended are told apart in charts. */
export const OUTCOMES = [
  { name: 'good', label: 'completed', color: 'teal.6' },
  { name: 'warn', label: 'over quota', color: 'orange.6' },
  { name: 'idle', label: 'cancelled or skipped', color: 'gray.5' },
  { name: 'bad', label: 'failed', color: 'red.8' },
] as const;

/** Of these only those that there are: a legend of what never happened says nothing. */
export function outcomesOf(runs: readonly { status: string }[]): (typeof OUTCOMES)[number][] {
  const seen = new Set(runs.map(({ status }) => toneOf(status)));
  return OUTCOMES.filter(({ name }) => name !== 'warn' || seen.has(name));
}

/** The value at the name of the run's outcome. */
export function byOutcome({ status }: { status: string }, value: number): Record<string, number> {
  const tone = toneOf(status);
  return { [OUTCOMES.some(({ name }) => name === tone) ? tone : 'idle']: value };
}

/** As an axis of time wants them, repetitions of an interval in their order. They come with those that began last first. */
export function alongTime<Run extends { interval_end: string }>(newestFirst: readonly Run[]): Run[] {
  return newestFirst.toReversed().toSorted((a, b) => Date.parse(a.interval_end) - Date.parse(b.interval_end));
}

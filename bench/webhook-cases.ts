import type { Fault } from './receiver-process.ts';
import type { CaseContext, Outcome } from './webhook-case.ts';
import { measureDrain } from './webhook-drain.ts';
import { measureIdle } from './webhook-idle.ts';
import { measureIsolation } from './webhook-isolation.ts';
import { measureLive } from './webhook-live.ts';
import { measureOutage } from './webhook-outage.ts';
import { measurePerEvent } from './webhook-per-event.ts';

export const AIM_RATIO = 0.4;
/** Of each latency. */
const MIN_SAMPLES = 20_000;

type Case = (context: CaseContext) => Promise<Outcome>;

/** Each by its name for `--only`, which also takes the beginning of names. In the order in which they run. */
export const CASES: ReadonlyMap<string, Case> = new Map<string, Case>([
  ['drain-1', drainOf(1, { full: 20_000, quick: 4_000 })],
  ['drain-20', drainOf(20, { full: 2_000, quick: 200 })],
  ['drain-500', drainOf(500, { full: 80, quick: 8 })],
  ['live-50', liveAt(50, 1_000)],
  ['live-500', liveAt(500, 2_000)],
  ...isolationCases(),
  ['outage', (context) => measureOutage(context, { outageSeconds: context.quick ? 15 : 600, eventsPerSecond: 50 })],
  [
    'per-event',
    (context) =>
      measurePerEvent(
        context,
        context.quick ? { workflows: 100, events: 2_000 } : { workflows: 2_000, events: 20_000 },
      ),
  ],
  [
    'idle',
    (context) =>
      measureIdle(context, context.quick ? { destinations: 200, seconds: 5 } : { destinations: 2_000, seconds: 60 }),
  ],
]);

/** Throws for a name that selects nothing. */
export function casesFor(only: readonly string[] | undefined): [string, Case][] {
  const all = [...CASES];
  const unknown = only?.filter((wanted) => !all.some(([name]) => name.startsWith(wanted))) ?? [];
  if (unknown.length > 0) {
    throw new Error(`--only: there is no ${unknown.join(', ')}; known are ${[...CASES.keys()].join(', ')}`);
  }
  return all.filter(([name]) => only === undefined || only.some((wanted) => name.startsWith(wanted)));
}

function drainOf(destinations: number, events: { full: number; quick: number }): Case {
  return ({ bench, receiver, quick, rounds, onProgress }) =>
    measureDrain(
      bench,
      receiver,
      { destinations, events: quick ? events.quick : events.full, rounds, aimRatio: AIM_RATIO },
      onProgress,
    );
}

function liveAt(eventsPerSecond: number, aimP99Ms: number): Case {
  return (context) => {
    const seconds = context.quick
      ? { seconds: 5, warmUpSeconds: 1 }
      : { seconds: Math.max(60, MIN_SAMPLES / eventsPerSecond), warmUpSeconds: 5 };
    return measureLive(context, { eventsPerSecond, aimP99Ms, ...seconds });
  };
}

function isolationCases(): [string, Case][] {
  const faults: Fault[] = ['hanging', 'dripping', 'failing'];
  const cases = faults.flatMap((fault) => [0.01, 0.1, 0.5].map((share) => ({ fault, share })));
  return cases.map(({ fault, share }) => [
    `isolation-${fault}-${String(share * 100)}`,
    ({ bench, receiver, quick, rounds, onProgress }) => {
      const size = quick
        ? { destinations: 20, eventsPerSecond: 5, seconds: 4 }
        : { destinations: 100, eventsPerSecond: 4, seconds: 20 };
      return measureIsolation(bench, receiver, { fault, share, rounds, ...size }, onProgress);
    },
  ]);
}

import { increase, observations } from './promql.ts';

/** What is promised, and which queries say how much of it was missed. */
export interface Objective {
  name: 'delivery' | 'visibility' | 'exports_on_time';
  title: string;
  /** Part of all that has to be good. */
  target: number;
  /** Share that was bad over a window; no value where nothing happened. Counters begin with their first event: 0 before. */
  errorRatio(window: string): string;
  /** Alert that its burn raises. */
  alert: string;
  what: string;
}

/** Not `lost_paused`: a user has had its webhook wait for a month. What is cancelled or deleted is not counted at all. */
const MISSED = { action: '=~abandoned|lost' } as const;

export const OBJECTIVES: readonly Objective[] = [
  {
    name: 'delivery',
    title: 'Events delivered',
    target: 0.9999,
    errorRatio: (over: string): string => {
      // What was lost has not ended by an attempt, and may be all that has happened.
      const given = increase('sluice_delivery_attempts_total', { where: { outcome: 'discarded' }, over });
      const lost = increase('sluice_delivery_missed_total', { where: MISSED, over });
      const ended = increase('sluice_delivery_attempts_total', { where: { outcome: '=~delivered|discarded' }, over });
      const missed = `(${lost} or vector(0))`;
      return `((${given} or vector(0)) + ${missed}) / ((${ended} or vector(0)) + ${missed} > 0)`;
    },
    alert: 'SluiceDeliveryBudgetBurn',
    what: 'webhook events are given up',
  },
  {
    name: 'visibility',
    title: 'Live events sent within 5 s of capture',
    target: 0.99,
    // What they wait for their endpoint, or by limits of their webhook, is not ours to shorten.
    errorRatio: (over: string): string => {
      const quick = observations('sluice_delivery_wait_seconds', { le: '5', over });
      const all = observations('sluice_delivery_wait_seconds', { over });
      return `1 - (${quick} or vector(0)) / (${all} > 0)`;
    },
    alert: 'SluiceVisibilityBudgetBurn',
    what: 'live webhook events wait longer than 5 s for us',
  },
  {
    name: 'exports_on_time',
    title: 'Export intervals complete on time',
    target: 0.995,
    errorRatio: (over: string): string => {
      const late = increase('sluice_export_intervals_total', { where: { on_time: 'no' }, over });
      const all = increase('sluice_export_intervals_total', { over });
      return `(${late} or vector(0)) / (${all} > 0)`;
    },
    alert: 'SluiceExportsLateBudgetBurn',
    what: 'export intervals are complete later than one interval after their end',
  },
];

/**
 * Two windows each: the long one says that it matters, the short one that it still goes on. Factors are those of the
 * SRE workbook for a budget of 30 days: 2 % of it in an hour, 5 % in six, 10 % in a day or three.
 */
export const BURNS = [
  {
    severity: 'page',
    for: '2m',
    windows: [
      { factor: 14.4, long: '1h', short: '5m' },
      { factor: 6, long: '6h', short: '30m' },
    ],
  },
  {
    severity: 'ticket',
    for: '1h',
    windows: [
      { factor: 3, long: '1d', short: '2h' },
      { factor: 1, long: '3d', short: '6h' },
    ],
  },
] as const;

export const RATIO_WINDOWS: readonly string[] = [
  ...new Set(BURNS.flatMap(({ windows }) => windows.flatMap(({ long, short }) => [short, long]))),
];

/** Name of the recording rule. */
export function ratioRule(objective: Objective, window: string): string {
  return `slo:sluice_${objective.name}:error_ratio_${window}`;
}

export function budget(objective: Objective): number {
  return Number((1 - objective.target).toPrecision(6));
}

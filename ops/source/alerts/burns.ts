import type { Alert } from '../alert.ts';
import { budget, BURNS, OBJECTIVES, ratioRule, type Objective } from '../objectives.ts';

const attempts = (outcome: string): string =>
  `sluice_delivery_attempts_total{outcome="${outcome}", via="live", status="2xx"}`;
const latency = (suffix: string): string => `sluice_delivery_latency_seconds_${suffix}`;
const LIVE = 'via="live", attempt="1"';
const waits = { quick: 'sluice_delivery_wait_seconds_bucket{le="5"}', all: 'sluice_delivery_wait_seconds_count' };
const missed = (action: string): string => `sluice_delivery_missed_total{action="${action}"}`;
const intervals = (onTime: string): string => `sluice_export_intervals_total{kind="s3", on_time="${onTime}"}`;

type Series = Record<string, string>;

const BURN_SERIES: Record<Objective['name'], { bad: Series; badToo?: Series[]; good: Series }> = {
  delivery: {
    bad: { [attempts('delivered')]: '0+100x100', [attempts('discarded')]: '0+10x100' },
    // Also where nothing is delivered beside.
    badToo: [
      { [attempts('delivered')]: '0+100x100', [missed('abandoned')]: '0+10x100' },
      { [missed('lost')]: '0+10x100' },
    ],
    // What its webhook did not want any more, or its user let go; and what somebody delivers.
    good: {
      ...{ [attempts('delivered')]: '0+100x100', [attempts('expired')]: '0+50x100' },
      ...{ [missed('lost_paused')]: '0+10x100', [missed('known')]: '0+10x100' },
    },
  },
  visibility: {
    bad: { [waits.quick]: '0+50x100', [waits.all]: '0+100x100' },
    // Half of the events are late because an endpoint answers slowly, or has a limit of its own.
    good: {
      ...{ [waits.quick]: '0+100x100', [waits.all]: '0+100x100' },
      ...{
        [`${latency('bucket')}{${LIVE}, le="5"}`]: '0+50x100',
        [`${latency('count')}{${LIVE}}`]: '0+100x100',
      },
    },
  },
  exports_on_time: {
    bad: { [intervals('yes')]: '0+9x100', [intervals('no')]: '0+1x100' },
    good: { [intervals('yes')]: '0+9x100' },
  },
};

/** An error budget that is used up too fast, for each objective. Windows longer than the tests' data see all of it. */
export const burns: readonly Alert[] = OBJECTIVES.flatMap((objective) =>
  BURNS.map(({ severity, for: lasting, windows }) => ({
    name: objective.alert,
    severity,
    expr: windows.map((window) => burnsOver(objective, window)).join(' or '),
    for: lasting,
    summary: `Too often ${objective.what}: {{ $value | humanizePercentage }}`,
    impact: `The objective "${objective.title}" (${String(100 * objective.target)} %) is missed before its 30 days are over.`,
    test: testOf(BURN_SERIES[objective.name]),
  })),
);

function testOf({ bad, badToo = [], good }: (typeof BURN_SERIES)['delivery']): Alert['test'] {
  return { fires: bad, firesToo: badToo, quiet: good, at: '80m' };
}

function burnsOver(
  objective: Objective,
  { factor, long, short }: { factor: number; long: string; short: string },
): string {
  const limit = `${String(factor)} * ${String(budget(objective))}`;
  return `(${ratioRule(objective, long)} > ${limit} and ${ratioRule(objective, short)} > ${limit})`;
}

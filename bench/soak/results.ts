import { percentile } from '../numbers.ts';
import type { Result } from '../report.ts';
import { growthOf } from './growth.ts';
import { judgeDeliveries, judgeRows, repeatsBound, type Delivered } from './judge.ts';
import { CONCURRENCY, type Soaked, type SoakExport, type Webhook } from './run.ts';

export interface Outcome {
  ok: boolean;
  results: Result[];
}

const AIM_ROLLING_MS = 120_000;
const AIM_QUIET_MS = 5_000;
const AIM_MIB_PER_HOUR = 30;
/** Events that are sent until then may still feel a fault: what was put off is caught up with first. */
const AFTER_EFFECT_MS = 10_000;
/** A process that has just started grows, whatever it does. */
const WARM_UP_MS = 120_000;
const QUICK_WARM_UP_MS = 10_000;

/** The figures of a soak; `ok` when everything that was sent is everywhere, and repeated no more than promised. */
export async function resultsOf(soaked: Soaked, { quick }: { quick: boolean }): Promise<Outcome> {
  const webhooks = soaked.webhooks.map((webhook, index) => webhookOutcome(soaked, webhook, index));
  const exports = await Promise.all(soaked.exports.map((each) => exportOutcome(soaked, each)));
  const [steady = webhooks[0]] = webhooks.filter(({ name }) => name === 'steady');
  const rolling = rollingResult(soaked, steady?.delivered.lags ?? []);
  return {
    ok: [...webhooks, ...exports].every(({ ok }) => ok) && soaked.captured.sentMs.size > 0,
    results: [
      ...webhooks.map(({ result }) => result),
      ...(rolling === undefined ? [] : [rolling]),
      ...exports.map(({ result }) => result),
      captureResult(soaked),
      ...memoryResults(soaked, quick ? QUICK_WARM_UP_MS : WARM_UP_MS),
    ],
  };
}

interface WebhookOutcome {
  name: string;
  ok: boolean;
  delivered: Delivered;
  result: Result;
}

type Lag = Delivered['lags'][number];

const p99 = (lags: readonly Lag[]): number =>
  percentile(
    lags.map(({ lagMs }) => lagMs),
    0.99,
  );

function webhookOutcome({ captured, strikes, neverLogged }: Soaked, webhook: Webhook, index: number): WebhookOutcome {
  const delivered = judgeDeliveries(captured.sentMs, webhook.destinationId, webhook);
  const { events, lost, foreign, repeats, lags } = delivered;
  const behind = strikes.flatMap((strike) => strike.behind?.get(webhook.name) ?? []);
  const bound = repeatsBound(behind, CONCURRENCY);
  const quiet = lags.filter(({ sentMs }) =>
    strikes.every(({ fromMs, untilMs }) => sentMs < fromMs || sentMs > untilMs + AFTER_EFFECT_MS),
  );
  const isSteady = webhook.name === 'steady';
  return {
    ...{ name: webhook.name, delivered },
    ok: lost === 0 && foreign === 0 && repeats <= bound,
    result: {
      case: `webhook, ${webhook.name} endpoint: event sent to 2xx p99${isSteady ? ', without faults' : ''}`,
      ...{ value: p99(isSteady ? quiet : lags), unit: 'ms', limit: null, ratio: null },
      ...(isSteady && {
        aim: `<= ${String(AIM_QUIET_MS)} ms`,
        met: p99(quiet) <= AIM_QUIET_MS,
        p99WithFaultsMs: p99(lags),
      }),
      ...{ eventsIn: captured.sentMs.size, eventsOut: events, lost, foreign, repeats, repeatsBound: bound },
      unloggedAtKills: behind.map(({ unlogged }) => unlogged).join(' '),
      logBehindMsAtKills: behind.map(({ behindMs }) => behindMs).join(' '),
      neverLogged: neverLogged[index] ?? 0,
    },
  };
}

/** Of events that were sent while workers were restarted one after another. */
function rollingResult({ strikes }: Soaked, lags: readonly Lag[]): Result | undefined {
  const deploys = strikes.filter(({ fault }) => fault === 'rolling deploy');
  const during = lags.filter(({ sentMs }) =>
    deploys.some(({ fromMs, untilMs }) => sentMs >= fromMs && sentMs <= untilMs),
  );
  if (during.length === 0) {
    return undefined;
  }
  const value = p99(during);
  const lagMs = during.map((lag) => lag.lagMs);
  return {
    case: 'rolling deploy of three workers: event sent meanwhile to 2xx p99',
    ...{ value, unit: 'ms', limit: AIM_ROLLING_MS, ratio: value / AIM_ROLLING_MS },
    ...{ aim: `<= ${String(AIM_ROLLING_MS / 60_000)} minutes`, met: value <= AIM_ROLLING_MS },
    ...{ p50Ms: percentile(lagMs, 0.5), maxMs: percentile(lagMs, 1), events: during.length, deploys: deploys.length },
    secondsEach: deploys.reduce((sum, { fromMs, untilMs }) => sum + untilMs - fromMs, 0) / deploys.length / 1_000,
  };
}

async function exportOutcome({ captured }: Soaked, { target }: SoakExport): Promise<{ ok: boolean; result: Result }> {
  const { rows: stored, strayFiles } = await target.read();
  const { rows, lost, duplicated, foreign } = judgeRows(captured.sentMs, stored);
  const eventsIn = captured.sentMs.size;
  return {
    ok: lost + duplicated + foreign === 0,
    result: {
      case: `one-minute export to ${target.kind}: rows`,
      ...{ value: rows, unit: 'rows', limit: eventsIn, ratio: rows / eventsIn },
      ...{ eventsIn, lost, duplicated, foreign, strayFiles },
    },
  };
}

function captureResult({ captured, strikes }: Soaked): Result {
  const count = (wanted: string): number => strikes.filter(({ fault }) => fault.startsWith(wanted)).length;
  return {
    case: 'capture: answer p99, of requests that were not repeated',
    ...{ value: percentile(captured.answersMs, 0.99), unit: 'ms', limit: null, ratio: null },
    ...{ eventsIn: captured.sentMs.size, repeatedRequests: captured.repeated },
    ...{ kills: count('kill'), resets: count('reset'), rollingDeploys: count('rolling') },
  };
}

/** Of the last life of each process, which no fault has ended, from when it is warm. */
function memoryResults({ lives }: Soaked, warmUpMs: number): Result[] {
  const last = new Map(lives.map((life) => [life.name, life]));
  return [...last.values()].map(({ name, samples }) => {
    const warmMs = (samples[0]?.atMs ?? 0) + warmUpMs;
    const warm = samples.filter(({ atMs }) => atMs >= warmMs);
    const { mibPerHour, errorMibPerHour } = growthOf(warm);
    const [first, end] = [warm[0], warm.at(-1)];
    return {
      case: `memory of ${name}: growth`,
      ...{ value: mibPerHour, unit: 'MiB/h', limit: AIM_MIB_PER_HOUR, ratio: mibPerHour / AIM_MIB_PER_HOUR },
      aim: `not surely above ${String(AIM_MIB_PER_HOUR)} MiB/h (two standard errors)`,
      met: mibPerHour - 2 * errorMibPerHour <= AIM_MIB_PER_HOUR,
      ...{ errorMibPerHour, minutes: ((end?.atMs ?? 0) - (first?.atMs ?? 0)) / 60_000 },
      ...{ firstMiB: first?.mib, lastMiB: end?.mib },
    };
  });
}

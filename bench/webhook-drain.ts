import { readTail } from '../clickhouse/tail.ts';
import type { MicrosRange } from '../core/time.ts';
import type { TailEvent } from '../core/webhook-event.ts';
import { postAll, prepareRequests } from './bare-loop.ts';
import type { Bench } from './bench-system.ts';
import { fillEvents } from './events.ts';
import { median, percentile } from './numbers.ts';
import { cpuSeconds, measured } from './process-stats.ts';
import type { BenchReceiver } from './receiver.ts';
import type { Result } from './report.ts';
import { createWebhooks, readDeliveries, type DeliveryFigures } from './webhook-destinations.ts';

export interface DrainCase {
  destinations: number;
  events: number;
  rounds: number;
  aimRatio: number;
}

/** The worker's defaults, which the bare loop follows. */
const CONCURRENCY_PER_DESTINATION = 16;
const CONNECTIONS_PER_ORIGIN = 256;
const TIMEOUT_MS = 180_000;
const PAGE = 10_000;

interface Round {
  bare: { perSecond: number; p50Ms: number; p99Ms: number; cpuSeconds: number };
  perSecond: number;
  figures: DeliveryFigures;
  cpuSeconds: number;
  engineCpuSeconds: number;
  peakMiB: number;
}

/**
 * A backlog that is older than the overlap is drained by new webhooks that start before it. In each round the bare loop
 * posts the very same bodies first.
 */
export async function measureDrain(
  bench: Bench,
  receiver: BenchReceiver,
  wanted: DrainCase,
  onProgress: (line: string) => void,
): Promise<{ ok: boolean; result: Result }> {
  const nowMicros = Date.now() * 1_000;
  const range = { startMicros: nowMicros - 20 * 60_000_000, endMicros: nowMicros - 10 * 60_000_000 };
  const teamId = await bench.newTeam(`${String(wanted.destinations)} webhooks`);
  await fillEvents(bench.clickhouse, { teamId, rows: wanted.events, range });
  const events = await readAll(bench, teamId, range);
  const rounds: Round[] = [];
  for (let round = 1; round <= wanted.rounds; round += 1) {
    const measuredRound = await measureRound(bench, receiver, { wanted, teamId, range, events });
    rounds.push(measuredRound);
    const { bare, perSecond } = measuredRound;
    onProgress(
      `${String(wanted.destinations)} webhooks, round ${String(round)}: ${String(Math.round(perSecond))}/s, bare loop ${String(Math.round(bare.perSecond))}/s`,
    );
  }
  const expected = wanted.destinations * wanted.events;
  const ok = rounds.every(({ figures }) => figures.delivered === expected && figures.attempts === expected);
  return { ok, result: resultOf(wanted, rounds) };
}

async function readAll({ clickhouse }: Bench, teamId: number, range: MicrosRange): Promise<TailEvent[]> {
  const events: TailEvent[] = [];
  for (;;) {
    const last = events.at(-1);
    const page = await readTail(clickhouse, {
      teamIds: [teamId],
      fromMicros: last?.insertedAtMicros ?? range.startMicros,
      ...(last === undefined ? {} : { afterUuid: last.uuid }),
      limit: PAGE,
    });
    events.push(...page);
    if (page.length < PAGE) {
      return events;
    }
  }
}

async function measureRound(
  bench: Bench,
  receiver: BenchReceiver,
  { wanted, teamId, range, events }: { wanted: DrainCase; teamId: number; range: MicrosRange; events: TailEvent[] },
): Promise<Round> {
  const total = wanted.destinations * wanted.events;
  const bare = await bareRound(receiver, wanted, events);
  await receiver.reset();
  const engineBefore = cpuSeconds(bench.enginePid);
  const { result, usage } = await measured(bench.workerPid, async () => {
    const webhooks = await createWebhooks(bench, receiver, {
      teamId,
      count: wanted.destinations,
      startMicros: range.startMicros - 1,
    });
    const stats = await receiver.received(total, TIMEOUT_MS);
    const figures = await readDeliveries(bench, webhooks, { expected: total });
    await webhooks.remove();
    return { stats, figures };
  });
  const activeMs = (result.stats.lastMs ?? 0) - (result.stats.firstMs ?? 0);
  return {
    bare,
    perSecond: (total / activeMs) * 1_000,
    figures: result.figures,
    engineCpuSeconds: cpuSeconds(bench.enginePid) - engineBefore,
    ...usage,
  };
}

async function bareRound(
  receiver: BenchReceiver,
  { destinations }: DrainCase,
  events: readonly TailEvent[],
): Promise<Round['bare']> {
  const endpoints = Array.from({ length: destinations }, (_, index) => ({
    url: receiver.url(index),
    destinationId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
  }));
  const requests = prepareRequests(events, endpoints, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
  const { perSecond, durationsMs, cpuSeconds } = await postAll(requests, {
    concurrency: destinations * CONCURRENCY_PER_DESTINATION,
    connections: CONNECTIONS_PER_ORIGIN,
  });
  return { perSecond, p50Ms: percentile(durationsMs, 0.5), p99Ms: percentile(durationsMs, 0.99), cpuSeconds };
}

function resultOf(wanted: DrainCase, rounds: readonly Round[]): Result {
  const of = (pick: (round: Round) => number): number => median(rounds.map(pick));
  const [value, limit] = [of((round) => round.perSecond), of((round) => round.bare.perSecond)];
  const deliveries = wanted.destinations * wanted.events;
  return {
    case: `${String(wanted.destinations)} destination${wanted.destinations === 1 ? '' : 's'}, backlog of ${String(wanted.events)} events each`,
    value,
    unit: 'deliveries/s',
    limit,
    ratio: value / limit,
    aim: `ratio >= ${String(wanted.aimRatio)}`,
    met: value / limit >= wanted.aimRatio,
    turnP50Ms: of((round) => round.figures.turnP50Ms),
    turnP95Ms: of((round) => round.figures.turnP95Ms),
    turnP99Ms: of((round) => round.figures.turnP99Ms),
    requestP50Ms: of((round) => round.figures.durationP50Ms),
    requestP99Ms: of((round) => round.figures.durationP99Ms),
    bareP50Ms: of((round) => round.bare.p50Ms),
    bareP99Ms: of((round) => round.bare.p99Ms),
    workerCpuSecondsPer1000: of((round) => round.cpuSeconds) / (deliveries / 1_000),
    engineCpuSecondsPer1000: of((round) => round.engineCpuSeconds) / (deliveries / 1_000),
    bareCpuSecondsPer1000: of((round) => round.bare.cpuSeconds) / (deliveries / 1_000),
    cpuRatio: of((round) => round.bare.cpuSeconds) / of((round) => round.cpuSeconds),
    workerPeakMiB: Math.max(...rounds.map((round) => round.peakMiB)),
    rounds: rounds.length,
  };
}

import { nowMicros } from '../clickhouse/tail.ts';
import type { Bench } from './bench-system.ts';
import { median } from './numbers.ts';
import type { BenchReceiver } from './receiver.ts';
import type { Fault } from './receiver-process.ts';
import type { Outcome } from './webhook-case.ts';
import { createWebhooks, readDeliveries, type DeliveryFigures, type Webhooks } from './webhook-destinations.ts';
import { lasting, trickle } from './webhook-trickle.ts';
import { endRetries, startWorkflows } from './webhook-workflows.ts';

export interface IsolationCase {
  fault: Fault;
  /** Of the destinations, from 0 to 1. */
  share: number;
  destinations: number;
  eventsPerSecond: number;
  seconds: number;
  /** Each is a phase with faults between two without. */
  rounds: number;
}

interface Phase {
  p50Ms: number;
  p99Ms: number;
  deliveries: number;
  complete: boolean;
}

const WITHIN_MS = 120_000;
const WARM_UP_SECONDS = 6;
const MAX_RATIO = 1.25;
const MAX_RISE_MS = 20;

/**
 * What the healthy destinations of a team feel of broken ones beside them, in the same shards and with the same events:
 * without faults, with them, without again. Each destination is a host of its own, as in life.
 */
export async function measureIsolation(
  bench: Bench,
  receiver: BenchReceiver,
  wanted: IsolationCase,
  onProgress: (line: string) => void,
): Promise<Outcome> {
  const broken = Math.max(1, Math.round(wanted.destinations * wanted.share));
  const phases: Phase[] = [];
  for (let index = 0; index <= 2 * wanted.rounds; index += 1) {
    const faulty = index % 2 === 1;
    const phase = await measurePhase(bench, receiver, wanted, { broken, faulty });
    onProgress(
      `${String(broken)} of ${String(wanted.destinations)} ${faulty ? wanted.fault : 'well'}: p99 ${phase.p99Ms.toFixed(0)} ms`,
    );
    phases.push(phase);
  }
  return outcomeOf(wanted, broken, phases);
}

async function measurePhase(
  bench: Bench,
  receiver: BenchReceiver,
  { fault, destinations, eventsPerSecond, seconds }: IsolationCase,
  { broken, faulty }: { broken: number; faulty: boolean },
): Promise<Phase> {
  const teamId = await bench.newTeam('isolation');
  await receiver.misbehave({ fault, below: faulty ? broken : 0 });
  const startMicros = await nowMicros(bench.clickhouse);
  const webhooks = await createWebhooks(bench, receiver, { teamId, count: destinations, startMicros, ownHosts: true });
  await startWorkflows(bench, webhooks, teamId);
  const healthy: Webhooks = { ...webhooks, endpoints: webhooks.endpoints.slice(broken) };
  const events = async (forSeconds: number): Promise<DeliveryFigures & { expected: number }> => {
    const sinceMicros = await nowMicros(bench.clickhouse);
    const sent = await trickle(bench, teamId, { eventsPerSecond, isOver: lasting(forSeconds) });
    const expected = sent * healthy.endpoints.length;
    return { expected, ...(await readDeliveries(bench, healthy, { expected, sinceMicros, withinMs: WITHIN_MS })) };
  };
  // The first events wait for webhooks that are new: one of a hundred is all that a 99th percentile takes.
  await events(WARM_UP_SECONDS);
  const { expected, ...figures } = await events(seconds);
  await receiver.misbehave({ fault, below: 0 });
  await webhooks.remove();
  await endRetries(bench, webhooks);
  return {
    p50Ms: figures.latencyP50Ms,
    p99Ms: figures.latencyP99Ms,
    deliveries: figures.delivered,
    complete: figures.delivered === expected && figures.attempts === expected,
  };
}

function outcomeOf(wanted: IsolationCase, broken: number, phases: readonly Phase[]): Outcome {
  const rounds = Array.from({ length: wanted.rounds }, (_, round) => phases.slice(2 * round, 2 * round + 3));
  const around = ([before, , after]: Phase[]): number => ((before?.p99Ms ?? NaN) + (after?.p99Ms ?? NaN)) / 2;
  const value = median(rounds.map((round) => round[1]?.p99Ms ?? NaN));
  const limit = median(rounds.map(around));
  const ratio = median(rounds.map((round) => (round[1]?.p99Ms ?? NaN) / around(round)));
  const percent = String(Math.round(wanted.share * 100));
  return {
    ok: phases.every(({ complete }) => complete),
    result: {
      case: `${percent} % ${wanted.fault}, p99 of the healthy of ${String(wanted.destinations)} destinations`,
      ...{ value, unit: 'ms', limit, ratio, healthyP99Ratio: ratio },
      aim: `ratio <= ${String(MAX_RATIO)} or ${String(MAX_RISE_MS)} ms more`,
      met: ratio <= MAX_RATIO || value - limit <= MAX_RISE_MS,
      broken,
      p50Ms: median(rounds.map((round) => round[1]?.p50Ms ?? NaN)),
      samples: phases.filter((_, index) => index % 2 === 1).reduce((sum, { deliveries }) => sum + deliveries, 0),
      rounds: wanted.rounds,
    },
  };
}

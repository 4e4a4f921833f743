import { setTimeout as sleep } from 'node:timers/promises';
import { nowMicros } from '../clickhouse/tail.ts';
import { cpuSeconds } from './process-stats.ts';
import type { CaseContext, Outcome } from './webhook-case.ts';
import { createWebhooks } from './webhook-destinations.ts';

const AIM_PERCENT = 3;
/** Until every shard has read the new destinations and their first polls are over. */
const SETTLE_MS = 10_000;
/** To make some thousands. */
const CREATE_MS = 30_000;
/** At whole multiples of this by the clock maintenance looks at what was deleted and at gaps: that is not what is measured. */
const LOOK_EVERY_MS = 5 * 60_000;
/** What a look takes at most. */
const LOOK_MS = 30_000;
/** So that every shard has one and polls: what is left is due to the number of destinations. */
const FEW = 32;

/** Of a core, in per cent. */
interface Share {
  worker: number;
  engine: number;
}

/** Two of one length, one after the other: what follows on the making of the destinations, and what lasts. */
interface Phases {
  first: Share;
  settled: Share;
}

/** What destinations without traffic cost: the worker's share of a core with them, less its share without any. */
export async function measureIdle(
  { bench, receiver, onProgress }: CaseContext,
  { destinations, seconds }: { destinations: number; seconds: number },
): Promise<Outcome> {
  const share = async (): Promise<Share> => {
    const before = [cpuSeconds(bench.workerPid), cpuSeconds(bench.enginePid)] as const;
    await sleep(seconds * 1_000);
    const percent = (pid: number, from: number): number => ((cpuSeconds(pid) - from) / seconds) * 100;
    return { worker: percent(bench.workerPid, before[0]), engine: percent(bench.enginePid, before[1]) };
  };
  const shareOf = async (count: number): Promise<Phases> => {
    await untilBetweenLooks(CREATE_MS + SETTLE_MS + 2 * seconds * 1_000);
    const teamId = await bench.newTeam('idle');
    const startMicros = await nowMicros(bench.clickhouse);
    const webhooks = await createWebhooks(bench, receiver, { teamId, count, startMicros });
    await sleep(SETTLE_MS);
    const phases = { first: await share(), settled: await share() };
    await webhooks.remove();
    return phases;
  };
  await receiver.reset();
  await untilBetweenLooks(seconds * 1_000);
  const without = await share();
  const few = await shareOf(FEW);
  const idle = await shareOf(destinations);
  const { requests } = await receiver.stats();
  const worker = idle.settled.worker;
  const value = Math.max(0, worker - without.worker);
  onProgress(
    `${String(destinations)} idle: ${worker.toFixed(1)} % of a core, ${idle.first.worker.toFixed(1)} % just made, ` +
      `${without.worker.toFixed(1)} % without`,
  );
  return {
    ok: requests === 0,
    result: {
      case: `${String(destinations)} idle destinations`,
      ...{ value, unit: '% of a core', limit: AIM_PERCENT, ratio: value / AIM_PERCENT },
      aim: `<= ${String(AIM_PERCENT)} %`,
      met: value <= AIM_PERCENT,
      ...{ workerPercent: worker, workerPercentOfFew: few.settled.worker, workerPercentWithout: without.worker },
      ...{ enginePercent: idle.settled.engine, enginePercentOfFew: few.settled.engine },
      enginePercentWithout: without.engine,
      ...{ workerPercentJustMade: idle.first.worker, workerPercentOfFewJustMade: few.first.worker },
      ...{ enginePercentJustMade: idle.first.engine, few: FEW },
    },
  };
}

/** Waits until there is so much time before the next look of maintenance. */
async function untilBetweenLooks(ms: number): Promise<void> {
  const sinceMs = Date.now() % LOOK_EVERY_MS;
  if (sinceMs < LOOK_MS) {
    await sleep(LOOK_MS - sinceMs);
  } else if (sinceMs + ms > LOOK_EVERY_MS) {
    await sleep(LOOK_EVERY_MS - sinceMs + LOOK_MS);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { nowMicros } from '../clickhouse/tail.ts';
import { cpuSeconds } from './process-stats.ts';
import type { CaseContext, Outcome } from './webhook-case.ts';
import { createWebhooks } from './webhook-destinations.ts';

const AIM_PERCENT = 3;
/** Until every shard has read the new destinations and their first polls are over. */
const SETTLE_MS = 10_000;
/** So that every shard has one and polls: what is left is due to the number of destinations. */
const FEW = 32;

interface Share {
  worker: number;
  engine: number;
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
  const shareOf = async (count: number): Promise<Share> => {
    const teamId = await bench.newTeam('idle');
    const startMicros = await nowMicros(bench.clickhouse);
    const webhooks = await createWebhooks(bench, receiver, { teamId, count, startMicros });
    await sleep(SETTLE_MS);
    const shares = await share();
    await webhooks.remove();
    return shares;
  };
  await receiver.reset();
  const without = await share();
  const few = await shareOf(FEW);
  const idle = await shareOf(destinations);
  const { requests } = await receiver.stats();
  const value = Math.max(0, idle.worker - without.worker);
  onProgress(
    `${String(destinations)} idle: ${idle.worker.toFixed(1)} % of a core, ${without.worker.toFixed(1)} % without`,
  );
  return {
    ok: requests === 0,
    result: {
      case: `${String(destinations)} idle destinations`,
      ...{ value, unit: '% of a core', limit: AIM_PERCENT, ratio: value / AIM_PERCENT },
      aim: `<= ${String(AIM_PERCENT)} %`,
      met: value <= AIM_PERCENT,
      ...{ workerPercent: idle.worker, workerPercentOfFew: few.worker, workerPercentWithout: without.worker },
      ...{ enginePercent: idle.engine, enginePercentOfFew: few.engine, enginePercentWithout: without.engine },
      few: FEW,
    },
  };
}

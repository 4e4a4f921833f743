import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { nowMicros } from '../clickhouse/tail.ts';
import type { ApiCall } from '../dev/api-client.ts';
import type { Bench } from './bench-system.ts';
import { percentile } from './numbers.ts';
import type { BenchReceiver } from './receiver.ts';
import { createWebhooks, readDeliveries } from './webhook-destinations.ts';
import { trickle } from './webhook-trickle.ts';

export interface PhaseFigures {
  /** Every run has completed, and every event of the phase is delivered once. */
  ok: boolean;
  runs: number;
  /** From when a run could begin, its interval settled, to its end. */
  lagP95Ms: number;
  deliveries: number;
  latencyP99Ms: number;
}

export interface LiveWork {
  /** Lasts until each export has run as often as wanted since its beginning. */
  phase(): Promise<PhaseFigures>;
  stop(): Promise<void>;
}

interface Run {
  status: string;
  interval_end: string;
  finished_at: string | null;
}

const LOOK_EVERY_MS = 1_000;
/** Long enough for a machine on which others work, too. */
const DELIVERED_WITHIN_MS = 300_000;

/** One-minute exports of everything, and a webhook, of events that trickle in while a phase lasts. */
export async function startLiveWork(
  bench: Bench,
  api: ApiCall,
  receiver: BenchReceiver,
  { exports, runs, settleMs }: { exports: number; runs: number; settleMs: number },
): Promise<LiveWork> {
  const { teamId } = bench.system.access;
  const config = { directory: join(bench.dataDir, 'live') };
  const destination = await api<{ id: string }>('POST', '/destinations', { kind: 'file', name: 'live', config });
  const ids: string[] = [];
  for (let index = 0; index < exports; index += 1) {
    const body = { name: `live ${String(index)}`, destination_id: destination.id, interval: '1m' };
    ids.push((await api<{ id: string }>('POST', '/exports', body)).id);
  }
  const startMicros = await nowMicros(bench.clickhouse);
  const webhooks = await createWebhooks(bench, receiver, { teamId, count: 1, startMicros });

  let total = 0;
  await receiver.reset();

  const runsSince = async (startMs: number): Promise<Run[][]> =>
    Promise.all(
      ids.map(async (id) => {
        const { items } = await api<{ items: Run[] }>('GET', `/exports/${id}/runs?limit=100`);
        return items.filter((run) => Date.parse(run.interval_end) > startMs && run.finished_at !== null);
      }),
    );
  return {
    phase: async () => {
      const [startMs, sinceMicros] = [Date.now(), await nowMicros(bench.clickhouse)];
      let over = false;
      const sending = trickle(bench, teamId, { isOver: () => over });
      let ended: Run[][];
      do {
        await sleep(LOOK_EVERY_MS);
        ended = await runsSince(startMs);
      } while (ended.some((found) => found.length < runs));
      over = true;
      const sent = await sending;
      total += sent;
      await receiver.received(total, DELIVERED_WITHIN_MS);
      const figures = await readDeliveries(bench, webhooks, { expected: sent, sinceMicros });
      const found = ended.flat();
      const lags = found.map((run) => Date.parse(run.finished_at ?? '') - Date.parse(run.interval_end) - settleMs);
      return {
        ok: found.every(({ status }) => status === 'completed') && figures.attempts === sent,
        runs: found.length,
        lagP95Ms: percentile(lags, 0.95),
        deliveries: sent,
        latencyP99Ms: figures.latencyP99Ms,
      };
    },
    stop: async () => {
      await Promise.all(ids.map((id) => api('POST', `/exports/${id}/pause`)));
      await webhooks.remove();
    },
  };
}

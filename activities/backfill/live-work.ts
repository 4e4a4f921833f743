import { monitorEventLoopDelay } from 'node:perf_hooks';
import { deliveryDelay } from '../../clickhouse/delivery-delay.ts';
import { lateWork } from '../../core/throttle.ts';
import { liveRunLag } from '../../store/live-lag.ts';
import type { ActivityDeps } from '../deps.ts';

/** Of what was usual, from before the backfill began. */
const USUAL_MS = 30 * 60_000;
/** Short enough to see a rise soon, long enough for some runs of a one-minute export. */
const NOW_MS = 90_000;
/** A pause in backfilling this long ends what was usual before it. */
const IDLE_MS = 5 * 60_000;
const NANOS_PER_MS = 1_000_000;

/**
 * Looks at what live work suffers: how long webhooks wait from capture to sending (the receivers' own time left out),
 * how late scheduled runs end, and how late this process's own timers are.
 */
export function liveWorkOf({
  clickhouse,
  db,
  settings,
}: Pick<ActivityDeps, 'clickhouse' | 'db' | 'settings'>): () => Promise<string | undefined> {
  const loop = monitorEventLoopDelay({ resolution: 20 });
  loop.enable();
  let beganMs = 0;
  let lastMs = 0;
  return async () => {
    const nowMs = Date.now();
    beganMs = nowMs - lastMs > IDLE_MS ? nowMs : beganMs;
    lastMs = nowMs;
    const spans = {
      now: { from: new Date(nowMs - NOW_MS), to: new Date(nowMs) },
      usual: { from: new Date(beganMs - USUAL_MS), to: new Date(beganMs) },
    };
    const [delivery, runs] = await Promise.all([
      deliveryDelay(clickhouse, spans),
      liveRunLag(db, { ...spans, settleMs: settings.visibilityBoundMs }),
    ]);
    const loopMs = loop.percentile(90) / NANOS_PER_MS;
    loop.reset();
    return lateWork([
      { what: 'sending a webhook', ...delivery, noiseMs: 100, limitMs: 2_000 },
      { what: 'a scheduled run', ...runs, noiseMs: 750, limitMs: 30_000 },
      { what: 'a timer of this worker', nowMs: loopMs, usualMs: undefined, noiseMs: 0, limitMs: 200 },
    ]);
  };
}

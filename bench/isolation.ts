/**
 * What a backfill of 20 million rows does to one-minute exports and to a webhook at 50 events a second, and what they do
 * to it: without it, with it (its worker is killed half-way), without it again.
 *   npm run bench:isolation -- --json
 */
import { apiClient } from '../dev/api-client.ts';
import { withBench } from './bench-system.ts';
import { BenchBackfill } from './isolation-backfill.ts';
import { startLiveWork, type PhaseFigures } from './isolation-live.ts';
import { isolationBenchOptions } from './options.ts';
import { startBenchReceiver } from './receiver.ts';
import { runBenchmark, type Result } from './report.ts';

const options = isolationBenchOptions();
/** Thirty runs in each phase: several exports share a minute. */
const SIZE = options.quick ? { exports: 3, runs: 1 } : { exports: 6, runs: 5 };
const RISE = 1.25;
const RISE_MS = 20;
const ENV = {
  SLUICE_QUEUES: 'workflows,exports,deliveries,retries',
  SLUICE_VISIBILITY_BOUND_MS: '10000',
  SLUICE_CAPTURE_INSERT_TIMEOUT_MS: '9000',
};

await runBenchmark('isolation', options, (onProgress) =>
  withBench({ ...options, s3: false, env: ENV, onProgress }, async (bench) => {
    await bench.system.startServer();
    const api = apiClient(bench.system.apiUrl, bench.system.access.apiKey);
    const receiver = await startBenchReceiver();
    try {
      const backfill = await BenchBackfill.prepare(bench, api, { rows: options.rows, onProgress });
      const live = await startLiveWork(bench, api, receiver, {
        ...SIZE,
        settleMs: Number(ENV.SLUICE_VISIBILITY_BOUND_MS),
      });
      const phase = async (name: string): Promise<PhaseFigures> => {
        const figures = await live.phase();
        const { lagP95Ms, latencyP99Ms } = figures;
        onProgress(`${name}: runs' lag p95 ${lagP95Ms.toFixed(0)} ms, webhook p99 ${latencyP99Ms.toFixed(0)} ms`);
        return figures;
      };
      if (!options.quick) {
        await phase('warm-up');
      }
      const before = await phase('without');
      await backfill.begin();
      const during = await phase('beside the backfill');
      await backfill.pause();
      const after = await phase('without again');
      const done = await backfill.finish();
      await live.stop();
      const phases = [before, during, after];
      return {
        ok: done.ok && phases.every(({ ok }) => ok),
        results: [
          compared('one-minute exports, lag p95', phases, ({ lagP95Ms }) => lagP95Ms),
          compared('webhook at 50 events/s, capture to 2xx p99', phases, ({ latencyP99Ms }) => latencyP99Ms),
          done.result,
        ],
      };
    } finally {
      receiver.close();
    }
  }),
);

function compared(name: string, phases: readonly PhaseFigures[], of: (figures: PhaseFigures) => number): Result {
  const [before = Number.NaN, value = Number.NaN, after = Number.NaN] = phases.map(of);
  const limit = (before + after) / 2;
  return {
    case: `${name}, beside a backfill`,
    ...{ value, unit: 'ms', limit, ratio: value / limit },
    aim: `at most 25 % or ${String(RISE_MS)} ms above without it`,
    met: value <= Math.max(limit * RISE, limit + RISE_MS),
    ...{ beforeMs: before, afterMs: after, runs: phases[1]?.runs, deliveries: phases[1]?.deliveries },
  };
}

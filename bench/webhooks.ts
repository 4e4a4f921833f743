/**
 * Deliveries per second of one and of twenty webhooks, next to a bare undici loop that posts the same bodies to the same
 * receiver, and the latency from capture to 2xx at 50 events a second:
 *   npm run bench:webhooks -- --json
 */
import { withBench } from './bench-system.ts';
import { benchOptions } from './options.ts';
import { startBenchReceiver } from './receiver.ts';
import { runBenchmark } from './report.ts';
import { measureDrain } from './webhook-drain.ts';
import { measureLive } from './webhook-live.ts';

const AIM_RATIO = 0.3;

const options = benchOptions();
const SIZE = options.quick
  ? { one: 4_000, twenty: 200, rounds: 1, liveSeconds: 10 }
  : { one: 20_000, twenty: 2_000, rounds: 3, liveSeconds: 30 };

await runBenchmark('webhooks', options, (onProgress) =>
  withBench({ ...options, s3: false, onProgress }, async (bench) => {
    const receiver = await startBenchReceiver();
    try {
      const { rounds } = SIZE;
      const warmUp = { destinations: 1, events: 2_000, rounds: 1, aimRatio: AIM_RATIO };
      await measureDrain(bench, receiver, warmUp, (line) => {
        onProgress(`warm-up: ${line}`);
      });
      const one = await measureDrain(
        bench,
        receiver,
        { destinations: 1, events: SIZE.one, rounds, aimRatio: AIM_RATIO },
        onProgress,
      );
      const twenty = await measureDrain(
        bench,
        receiver,
        { destinations: 20, events: SIZE.twenty, rounds, aimRatio: AIM_RATIO },
        onProgress,
      );
      const live = await measureLive(bench, receiver, { seconds: SIZE.liveSeconds });
      const measurements = [one, twenty, live];
      return { ok: measurements.every(({ ok }) => ok), results: measurements.map(({ result }) => result) };
    } finally {
      receiver.close();
    }
  }),
);

/**
 * Webhooks: a backlog of 1, 20 and 500 destinations next to a bare undici loop that posts the same bodies to the same
 * receiver; latency from capture to 2xx; what broken destinations do to healthy ones; recovery from an outage; one
 * workflow per event as comparison; idle destinations:
 *   npm run bench:webhooks -- --json [--only drain,live-50] [--rounds 5] [--quick]
 */
import { withBench } from './bench-system.ts';
import { webhookBenchOptions } from './options.ts';
import { startBenchReceiver } from './receiver.ts';
import { runBenchmark } from './report.ts';
import type { CaseContext, Outcome } from './webhook-case.ts';
import { AIM_RATIO, casesFor } from './webhook-cases.ts';
import { measureDrain } from './webhook-drain.ts';

const options = webhookBenchOptions();
const cases = casesFor(options.only);
/** An outage of seconds has to be noticed within seconds. */
const QUICK_ENV = { SLUICE_BREAKER_MIN_FAILING_MS: '2000' };

await runBenchmark('webhooks', options, (onProgress) =>
  withBench({ ...options, s3: false, ...(options.quick && { env: QUICK_ENV }), onProgress }, async (bench) => {
    const receiver = await startBenchReceiver();
    const { quick, rounds } = options;
    const context: CaseContext = { bench, receiver, quick, rounds, onProgress };
    try {
      if (cases.some(([name]) => name.startsWith('live'))) {
        await bench.system.startServer();
      }
      const warmUp = { destinations: 1, events: 2_000, rounds: 1, aimRatio: AIM_RATIO };
      await measureDrain(bench, receiver, warmUp, (line) => {
        onProgress(`warm-up: ${line}`);
      });
      const outcomes: Outcome[] = [];
      for (const [name, run] of cases) {
        onProgress(name);
        outcomes.push(await run(context));
      }
      return { ok: outcomes.every(({ ok }) => ok), results: outcomes.map(({ result }) => result) };
    } finally {
      receiver.close();
    }
  }),
);

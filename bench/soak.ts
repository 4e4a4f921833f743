/**
 * The whole system under steady load for half an hour: events through capture to four webhooks, of which one is slow,
 * one picky and one away for a while, and to one-minute exports to files and Postgres; processes are killed and
 * restarted, connections reset. Events in are events out at each, or the exit code is 1:
 *   npm run bench:soak -- --json [--minutes 30] [--rate 50] [--quick]
 */
import { interruption } from './bench-system.ts';
import { soakBenchOptions } from './options.ts';
import { workerProgram } from './program.ts';
import { runBenchmark } from './report.ts';
import { resultsOf } from './soak/results.ts';
import { soak } from './soak/run.ts';
import { startSoakSystem } from './soak/system.ts';

const options = soakBenchOptions();

await runBenchmark('soak', options, async (onProgress) => {
  const program = workerProgram(options, onProgress);
  const interrupted = interruption();
  const system = await startSoakSystem({ quick: options.quick, program, onProgress });
  try {
    const soaked = await Promise.race([interrupted, soak(system, { ...options, onProgress })]);
    return await resultsOf(soaked, options);
  } finally {
    await system.stop();
  }
});
